"""Mail: who gets what and when, that it goes once, and that it never says what was written in a room."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from facilitation import mail_choices, mails, reviews
from facilitation.models import Action, Mail, MailChoice, Proposal, Rhythm
from rounds import preparing
from rounds.models import CheckIn, Debrief, Membership, Programme, Role, Round, StaffAct, Stage, Storyteller, User
from tests import factories
from tests.facilitation.smtp import MailServer, mail_server

pytestmark = pytest.mark.django_db
CANARY = "zinnober heron 4711"
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class World:
    """alice who runs rounds, bob who reviews, eve who only reads, an agreed action; and charlie the stranger."""

    def __init__(self) -> None:
        self.programme: Programme = factories.programme()
        self.alice: User = factories.facilitator(of=self.programme)
        self.bob: User = factories.clinical_lead(of=self.programme)
        self.eve: User = factories.person("eve", of=self.programme, roles=(Role.STEERING,))
        elsewhere = factories.programme("Elsewhere")
        self.charlie: User = factories.clinical_lead("charlie", of=elsewhere)
        self.round: Round = self.closed(self.programme)
        who_has_left = factories.person("maker")
        self.action: Action = factories.agreed(self.round, by=who_has_left, statement="put chairs by beds")

    def closed(self, programme: Programme, **fields: object) -> Round:
        held = {"crossed_threshold": True, "closed_at": timezone.now(), "sealed_at": timezone.now(), **fields}
        return factories.round_(programme, stage=Stage.CLOSED, starts_at=timezone.now(), **held)

    def comment(self, clock: time_machine.Traveller, words: str = "The booking office was asked.") -> None:
        """Something new that is neither alice's doing nor hers to answer."""
        clock.move_to(SUNDAY + timedelta(minutes=1))
        reviews.comment(action=self.action, by=self.bob, words=words)

    def choose(self, person: User, rhythm: Rhythm) -> None:
        mail_choices.choose(programme=self.programme, person=person, rhythm=rhythm)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SUNDAY, tick=False) as travelled:
        yield travelled


@pytest.fixture
def world(clock: time_machine.Traveller) -> World:
    made = World()
    mails.plan(timezone.now())  # from here on changes are news
    return made


def hour(at: datetime) -> list[str]:
    """What the task does at that moment; the addresses that got mail."""
    before = len(outbox.outbox)
    mails.plan(at)
    mails.send(at)
    return sorted(one.to[0].split("<")[-1].strip(">") for one in outbox.outbox[before:])


def test_on_monday_those_who_do_something_hear_what_waits_and_nobody_else(
    world: World, clock: time_machine.Traveller
) -> None:
    assert hour(SUNDAY) == []
    world.comment(clock)
    clock.move_to(MONDAY)
    assert hour(MONDAY) == ["alice@example.org", "bob@example.org"]
    (told,) = (one for one in outbox.outbox if "bob@" in one.to[0])
    assert told.subject == "Riverside: how the actions stand"
    assert "AGREED IN A ROUND: WHAT DO YOU SAY?\n\n- We will put chairs by beds\n  Agreed in the round." in told.body
    assert f"/actions/{world.action.public_id}/" in told.body
    assert hour(MONDAY + timedelta(minutes=1)) == []
    assert hour(MONDAY + timedelta(days=6)) == []
    assert hour(MONDAY + timedelta(days=7)) == ["bob@example.org"]  # alice has nothing new, and nothing waits for her


def test_a_mail_holds_no_word_of_a_room_and_nobodys_name(world: World, clock: time_machine.Traveller) -> None:
    factories.reaction(world.round, CANARY)
    theme = factories.theme(world.round, CANARY)
    world.action.themes.add(theme)
    proposal = factories.proposal(world.round, CANARY)
    Action.objects.update(from_proposal=proposal, holder=CANARY, sponsor=CANARY, first_step=CANARY, easier=CANARY)
    world.comment(clock, f"{CANARY} said so")
    still_in_the_room = factories.action(world.round, by=world.alice, statement=CANARY)
    live = factories.agreed(factories.round_(world.programme, stage=Stage.CIRCLE), by=world.alice)
    rehearsed = factories.agreed(
        world.closed(world.programme, rehearsal=True), by=world.alice, statement=f"{CANARY} rehearsed"
    )
    clock.move_to(MONDAY)
    debrief = Debrief.objects.create(round=world.round, went_well=CANARY, pass_on=CANARY)
    debrief.check_ins.create(on=MONDAY.date())
    Round.objects.filter(pk=world.round.pk).update(closed_at=MONDAY - timedelta(days=84), title=CANARY)
    assert len(hour(MONDAY)) == 4
    for sent in outbox.outbox:
        whole = sent.message().as_string()
        assert CANARY not in whole
        assert still_in_the_room.public_id not in whole
        assert rehearsed.public_id not in whole
        assert live.public_id not in whole
        own = sent.to[0].split("@")[0].split("<")[-1]
        words = re.sub(r"https?://\S+", "", sent.body.lower())  # the addresses in it are drawn at random
        assert not [name for name in ("alice", "bob", "maker", "nurse") if name != own and name in words]
    assert Proposal.objects.exists()


def test_what_changes_is_told_on_the_hour_once_and_not_to_whoever_did_it(
    world: World, clock: time_machine.Traveller
) -> None:
    world.choose(world.bob, Rhythm.ON_CHANGE)
    world.choose(world.alice, Rhythm.ON_CHANGE)
    at = SUNDAY + timedelta(minutes=20)
    clock.move_to(at)
    reviews.accept(action=world.action, version=world.action.version, by=world.bob)
    assert hour(at) == []  # the minute is nobody's
    later = SUNDAY + timedelta(hours=1, minutes=1)
    clock.move_to(later)
    assert hour(later) == ["alice@example.org"]
    assert "WHAT CHANGED\n\n- We will put chairs by beds\n  Accepted." in outbox.outbox[0].body
    assert hour(later + timedelta(hours=1)) == []


def test_nothing_leaves_a_round_before_it_is_closed(world: World, clock: time_machine.Traveller) -> None:
    world.choose(world.bob, Rhythm.ON_CHANGE)
    live = factories.round_(world.programme, stage=Stage.CIRCLE)
    factories.agreed(live, by=world.alice, statement="open the garden")
    clock.move_to(SUNDAY + timedelta(hours=1))
    assert hour(timezone.now()) == []
    Round.objects.filter(pk=live.pk).update(stage=Stage.CLOSED, closed_at=timezone.now() + timedelta(minutes=10))
    clock.move_to(SUNDAY + timedelta(hours=2))
    assert hour(timezone.now()) == ["bob@example.org"]
    assert "open the garden" in outbox.outbox[0].body


def test_facilitators_are_reminded_of_the_panel_and_before_words_go_and_only_while_it_is_so(
    world: World, clock: time_machine.Traveller
) -> None:
    Membership.objects.filter(user=world.alice).exclude(role=Role.FACILITATOR).delete()
    ann = factories.facilitator("ann", of=world.programme)
    world.round.facilitators.add(world.alice)
    check_in = Debrief.objects.create(round=world.round).check_ins.create(on=SUNDAY.date())
    Round.objects.filter(pk=world.round.pk).update(closed_at=SUNDAY - timedelta(days=83))
    assert hour(SUNDAY.replace(hour=6)) == []
    assert hour(SUNDAY) == ["alice@example.org", "alice@example.org"]  # and not ann, whose round it was not
    assert [one.subject for one in outbox.outbox] == [
        "Riverside: checking in with the panel today",
        "Riverside: what people wrote goes soon",
    ]
    assert "goes for good on 29 November 2026" in outbox.outbox[1].body
    assert hour(SUNDAY + timedelta(hours=1)) == []
    again = world.closed(world.programme)
    moved = Debrief.objects.create(round=again).check_ins.create(on=SUNDAY.date())
    mails.plan(SUNDAY)
    assert Mail.objects.filter(sent_at=None).count() == 2  # nobody is named, so alice and ann
    CheckIn.objects.filter(pk=moved.pk).update(on=SUNDAY.date() + timedelta(days=1))
    assert hour(SUNDAY) == []
    assert not Mail.objects.filter(sent_at=None).exists()
    assert check_in.pk != moved.pk
    assert ann.is_active


def test_facilitators_are_reminded_to_sit_with_the_panel_on_the_day_unless_they_have(
    world: World, clock: time_machine.Traveller
) -> None:
    CheckIn.objects.all().delete()
    coming = factories.round_(world.programme, title=CANARY, starts_at=SUNDAY + timedelta(days=7))
    coming.facilitators.add(world.alice)
    mails.plan(SUNDAY)
    assert Mail.objects.filter(sent_at=None, kind=Mail.Kind.MEETING).count() == 1
    assert hour(SUNDAY) == ["alice@example.org"]
    assert outbox.outbox[0].subject == "Riverside: meeting those who will tell, today"
    assert CANARY not in outbox.outbox[0].body
    assert f"/rounds/{coming.public_id}/panel/" in outbox.outbox[0].body
    later = factories.round_(world.programme, starts_at=SUNDAY + timedelta(days=7))
    mails.plan(SUNDAY)
    assert Mail.objects.filter(sent_at=None, round=later).exists()
    teller = Storyteller.objects.get(story__round=later)
    preparing.keep(round=later, storyteller=teller.public_id, changed={"met": True}, by=world.alice)
    assert hour(SUNDAY) == []


def test_a_mail_goes_to_nobody_who_left_or_was_closed_since(world: World, clock: time_machine.Traveller) -> None:
    clock.move_to(MONDAY)
    mails.plan(MONDAY)
    Membership.objects.filter(user=world.alice).delete()
    User.objects.filter(pk=world.bob.pk).update(is_active=False)
    assert mails.send(MONDAY) == 0
    assert not Mail.objects.filter(sent_at=None).exists()


def test_a_mail_somebody_else_is_handing_over_is_left_to_them_until_they_are_believed_dead(
    world: World, clock: time_machine.Traveller
) -> None:
    world.choose(world.alice, Rhythm.NONE)
    clock.move_to(MONDAY)
    mails.plan(MONDAY)
    mine = Mail.objects.get(to__person=world.bob)
    assert mails._claimed(mine, MONDAY)
    assert not mails._claimed(mine, MONDAY)  # a second process with the same row in its hand
    assert mails.send(MONDAY) == 0
    assert mails.send(MONDAY + mails.LEASE) == 1
    assert mails.send(MONDAY + timedelta(days=1)) == 0


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        yield server


def test_a_real_mail_server_gets_it_with_a_way_out_and_one_that_fails_is_tried_again(
    world: World, clock: time_machine.Traveller, smtp: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    world.comment(clock)
    clock.move_to(MONDAY)
    mails.plan(MONDAY)
    smtp.answer = lambda line: "451 not now" if line.startswith("mail") else ""
    assert mails.send(MONDAY) == 0
    ours = Mail.objects.filter(to__programme=world.programme).order_by("pk")
    assert [row.attempts for row in ours] == [1, 0]  # a server that is ill is not asked twice
    smtp.answer = lambda line: "550 nobody" if "alice@" in line and line.startswith("rcpt") else ""
    assert mails.send(MONDAY + timedelta(minutes=6)) == 1  # one address that is refused keeps nobody else's
    smtp.answer = lambda line: ""
    assert mails.send(MONDAY + timedelta(hours=8)) == 1
    assert [one["To"] for one in smtp.got] == ["Bob <bob@example.org>", "Alice <alice@example.org>"]
    assert "@" not in caplog.text
    sent = smtp.got[0]
    assert sent["Message-ID"] == f"<{Mail.objects.get(to__person=world.bob).public_id}@127.0.0.1>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not {"X-Mailer", "Received", "User-Agent"} & set(sent.keys())
    off = sent["List-Unsubscribe"].strip().strip("<>")
    assert off in sent.get_content()
    pressed = Client(enforce_csrf_checks=True).post("/" + off.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert mail_choices.rhythm_of(world.programme, world.bob) == Rhythm.NONE


def test_the_link_only_turns_off_and_only_when_it_is_pressed(world: World) -> None:
    choice = MailChoice.objects.get(person=world.bob)
    link = reverse("mail-off", args=[mail_choices.token(choice)])
    browser = Client()
    assert "Turn all of it off?" in browser.get(link).content.decode()
    assert mail_choices.rhythm_of(world.programme, world.bob) == Rhythm.WEEKLY
    for broken in (link[:-4] + "xyz/", reverse("mail-off", args=[choice.public_id])):
        assert browser.post(broken).status_code == 404
    assert mail_choices.rhythm_of(world.programme, world.bob) == Rhythm.WEEKLY
    answer = browser.post(link)
    assert "sends you no mail any more" in answer.content.decode()
    assert not answer.cookies
    browser.post(link)
    assert mail_choices.rhythm_of(world.programme, world.bob) == Rhythm.NONE
    assert mail_choices.rhythm_of(world.programme, world.alice) == Rhythm.WEEKLY
    assert StaffAct.objects.filter(who=world.bob, what="turned mail off by its link").count() == 1


def test_everybody_chooses_for_themselves_and_only_where_they_belong(world: World) -> None:
    page = reverse("mail", args=[world.programme.public_id])
    browser = Client()
    browser.force_login(world.eve)
    assert 'value="none" ' in browser.get(page).content.decode().split("checked")[0].rsplit("<input", 1)[1]
    assert browser.post(page, {"rhythm": "on_change"}).status_code == 302
    assert mail_choices.rhythm_of(world.programme, world.eve) == Rhythm.ON_CHANGE
    assert "Please choose one." in browser.post(page, {"rhythm": "hourly"}).content.decode()
    dora = factories.person("dora", of=world.programme, roles=(Role.ADMINISTRATOR,))
    browser.force_login(dora)
    assert "An administrator alone gets none." in browser.post(page, {"rhythm": "weekly"}).content.decode()
    assert mail_choices.rhythm_of(world.programme, dora) == Rhythm.NONE
    browser.force_login(world.charlie)
    assert browser.get(page).status_code == 404
    assert browser.post(page, {"rhythm": "none"}).status_code == 404


def test_without_a_mail_server_mails_are_files_only_the_server_may_read(
    world: World, clock: time_machine.Traveller, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    world.comment(clock)
    clock.move_to(MONDAY)
    mails.plan(MONDAY)
    assert mails.send(MONDAY) == 2
    folder = tmp_path / "mail"
    files = list(folder.iterdir())
    assert sum(path.read_text().count("\nSubject: ") for path in files) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Client().get(f"/static/../mail/{files[0].name}").status_code == 404
