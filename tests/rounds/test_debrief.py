"""The debrief: what is kept, what is not, and when it counts as done."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation.models import Proposal
from rounds import debriefs, purge
from rounds.check_ins import Planned
from rounds.models import CheckIn, Debrief, Kind, Role, Round, StaffAct, Stage, Storyteller, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
SOON = (timezone.localdate() + timedelta(days=2)).isoformat()  # two: the tests may run over a midnight


@pytest.fixture
def round_(alice: User) -> Round:
    return factories.round_(alice.memberships.get().programme, stage=Stage.CLOSED)


def seen_on(html: str) -> str:
    found = re.search(r'name="seen" value="(\w*)"', html)
    assert found
    return found[1]


def send(client: Client, round: Round, *, button: str = "save", **written: str) -> tuple[int, str]:
    """Open the page and send it with what is written; the words of the page that follows."""
    address = reverse("debrief", args=[round.public_id])
    written.setdefault("seen", seen_on(client.get(address).content.decode()))
    answer = client.post(address, {**written, button: "yes"}, follow=True)
    return answer.status_code, answer.content.decode()


def test_what_is_typed_is_kept(desk: Client, round_: Round) -> None:
    status, html = send(
        desk,
        round_,
        went_well="The silence.",
        noticed_someone="on",
        on_0=SOON,
        pass_on="A chair.",
        pass_on_to="The ward",
    )
    assert status == 200
    assert "Saved." in html
    kept = Debrief.objects.get()
    assert (kept.went_well, kept.noticed_someone) == ("The silence.", True)
    assert (kept.pass_on, kept.pass_on_to) == ("A chair.", "The ward")
    assert [(str(one.storyteller), str(one.on), one.done) for one in kept.check_ins.all()] == [
        ("Nurse practitioner", SOON, False)
    ]
    assert not kept.completed
    assert "The silence." in html


def test_of_whom_was_noticed_only_the_tick_can_be_kept(desk: Client, round_: Round) -> None:
    _, html = send(desk, round_, noticed_someone="Dr Miller was crying", went_well="")
    assert Debrief.objects.get().noticed_someone is True
    assert "Miller" not in html
    assert not any("Miller" in str(value) for value in Debrief.objects.values_list().get())


def test_it_cannot_be_completed_without_a_day_for_the_panel_and_keeps_every_word(desk: Client, round_: Round) -> None:
    _, html = send(desk, round_, button="complete", went_well="The silence.")
    assert "on which day will somebody check in with Nurse practitioner?" in html.split('id="id_on_0_error"')[1]
    assert html.count("aria-invalid") == 1
    kept = Debrief.objects.get()
    assert (kept.went_well, kept.completed) == ("The silence.", False)


def test_it_is_complete_with_a_day_for_the_panel(desk: Client, round_: Round) -> None:
    _, html = send(desk, round_, button="complete", on_0=SOON)
    assert html.count("The debrief is complete.") == 1
    assert Debrief.objects.get().completed
    assert [act.what for act in StaffAct.objects.all()] == ["wrote in the debrief", "completed the debrief"]


def test_completing_twice_is_completing_once(alice: User, round_: Round) -> None:
    day = [Planned(timezone.localdate())]
    debriefs.save(round=round_, seen=mark(round_), by=alice, **{**words(), "check_ins": day})
    debriefs.complete(round=round_, by=alice)
    debriefs.complete(round=round_, by=alice)
    assert StaffAct.objects.filter(what="completed the debrief").count() == 1


def test_a_complete_debrief_that_loses_its_day_is_not_complete_any_more(desk: Client, round_: Round) -> None:
    send(desk, round_, button="complete", on_0=SOON)
    send(desk, round_, went_well="The silence.")
    assert not Debrief.objects.get().completed


def words(**written: object) -> dict[str, Any]:
    said = {"went_well": "", "noticed_someone": False, "pass_on": "", "pass_on_to": "", **written}
    return {**said, "check_ins": [Planned()]}


def mark(round: Round) -> str:
    return debriefs.mark(debriefs.of(round), debriefs.panel(round))


def test_each_of_the_panel_has_a_day_also_who_took_the_story_back(desk: Client, round_: Round) -> None:
    Storyteller.objects.create(story=round_.story, role="Ward clerk", position=1, withdrawn=True)
    _, html = send(desk, round_, button="complete", on_0=SOON)
    assert "check in with the storyteller?" in html.split('id="id_on_1_error"')[1]
    assert not Debrief.objects.get().completed
    send(desk, round_, button="complete", on_0=SOON, on_1=SOON, done_0="on")
    assert Debrief.objects.get().completed
    due = CheckIn.objects.to_do(timezone.localdate() + timedelta(days=2))
    assert [str(one) for one in due] == ["checking in with A storyteller"]  # known by nothing since
    send(desk, round_, on_0=SOON, on_1=SOON, done_0="on", done_1="on")
    assert not due.all().exists()


def test_who_has_been_spoken_with_already_needs_no_day_and_a_circle_has_no_panel(desk: Client, round_: Round) -> None:
    send(desk, round_, button="complete", done_0="on")
    assert (Debrief.objects.get().completed, CheckIn.objects.get().on) == (True, timezone.localdate())
    circle = factories.round_(round_.programme, stage=Stage.CLOSED, kind=Kind.CIRCLE, continues=round_)
    circle.story.delete()
    assert "The debrief is complete." in send(desk, Round.objects.get(pk=circle.pk), button="complete")[1]


def test_a_panel_nobody_wrote_down_is_checked_in_with_as_a_whole(desk: Client, round_: Round) -> None:
    round_.story.storytellers.all().delete()
    assert "check in with the panel?" in send(desk, round_, button="complete")[1]
    send(desk, round_, button="complete", on_0=SOON)
    assert Debrief.objects.get().completed


def test_two_facilitators_writing_at_once_lose_nothing(desk: Client, alice: User, round_: Round) -> None:
    bea = Client()
    bea.force_login(factories.facilitator("bea", of=round_.programme))
    empty = seen_on(bea.get(reverse("debrief", args=[round_.public_id])).content.decode())
    send(desk, round_, went_well="Alice: the silence.")
    status, html = send(bea, round_, seen=empty, went_well="Bea: the laughter.")
    assert status == 409
    assert "A colleague changed this while you were writing" in html
    assert "Alice: the silence." in html  # what stands there now
    assert "Bea: the laughter." in html  # and what she typed
    assert Debrief.objects.get().went_well == "Alice: the silence."
    status, _ = send(bea, round_, seen=seen_on(html), went_well="Alice: the silence. Bea: the laughter.")
    assert status == 200
    assert Debrief.objects.get().went_well == "Alice: the silence. Bea: the laughter."


def test_the_same_page_sent_twice_is_saved_once_without_a_quarrel(desk: Client, round_: Round) -> None:
    first = mark(round_)
    send(desk, round_, seen=first, went_well="The silence.")
    status, html = send(desk, round_, seen=first, went_well="The silence.")
    assert status == 200
    assert "meanwhile" not in html
    assert Debrief.objects.count() == 1


@pytest.mark.parametrize(
    ("written", "words_"),
    [
        ({"went_well": "x" * 2001}, "keep it under 2,000 characters"),
        ({"pass_on": "a\x00b"}, "cannot be shown"),
        ({"on_0": "soon"}, "That is not a date"),
        ({"on_0": "2001-01-01"}, "before the round"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_stays_on_the_page(
    desk: Client, round_: Round, written: dict[str, str], words_: str
) -> None:
    status, html = send(desk, round_, **{"pass_on": "Thanks to the porters.", **written})
    assert status == 422
    assert words_ in html
    assert "Something needs another look" in html
    assert "pass_on" in written or "Thanks to the porters." in html
    assert not Debrief.objects.exists()


def test_a_round_rehearsed_before_its_date_can_check_in_before_it(alice: User, round_: Round) -> None:
    today = timezone.localdate()
    round_.starts_at = timezone.now() + timedelta(days=9)
    assert debriefs.earliest_check_in(round_, today) == today
    round_.starts_at = timezone.now() - timedelta(days=3)
    assert debriefs.earliest_check_in(round_, today) == today - timedelta(days=3)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in (Stage.CLOSING, Stage.CLOSED)])
def test_there_is_nothing_to_look_back_on_before_the_closing(desk: Client, alice: User, stage: Stage) -> None:
    round = factories.round_(alice.memberships.get().programme, stage=stage)
    address = reverse("debrief", args=[round.public_id])
    assert "The debrief opens when the round is closing" in desk.get(address).content.decode()
    desk.post(address, {"went_well": "Too early."})
    assert not Debrief.objects.exists()
    with pytest.raises(Refused):
        debriefs.save(round=round, seen="", by=alice, **words())


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_and_other_roles_find_nothing_there(round_: Round, method: str) -> None:
    charlie = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
    bob = factories.person("bob", of=round_.programme, roles=(Role.CLINICAL_LEAD, Role.ADMINISTRATOR))
    for person in (charlie, bob):
        client = Client()
        client.force_login(person)
        assert getattr(client, method)(reverse("debrief", args=[round_.public_id])).status_code == 404
    assert not Debrief.objects.exists()


@pytest.mark.parametrize("where", ["reflection", "circle"])
def test_the_own_procedure_is_asked_about_only_where_something_was_read_quietly(
    desk: Client, round_: Round, where: str
) -> None:
    page = reverse("debrief", args=[round_.public_id])
    factories.reaction(round_, "Held by hand.", state="held")
    assert "read quietly" not in desk.get(page).content.decode()
    if where == "reflection":
        factories.reaction(round_, "She hit one of them.", state="held", held_for="risk")
    else:
        Proposal.objects.create(round=round_, offer="change", text="She hit one.", set_aside=True, held_for="risk")
    html = desk.get(page).content.decode()
    assert "Something was read quietly in this round." in html
    assert "hit one" not in html
    send(desk, round_, followed_procedure="on")
    assert Debrief.objects.get().followed_procedure
    purge.let_go_so_far(round=round_)
    assert not Debrief.objects.get().followed_procedure
    assert "read quietly" not in desk.get(page).content.decode()


@pytest.mark.parametrize("how", ["by hand", "a name", "a proposal"])
def test_what_was_held_is_called_to_mind_and_can_be_read_once_the_round_is_over(
    desk: Client, round_: Round, how: str
) -> None:
    debrief, console = (reverse(name, args=[round_.public_id]) for name in ("debrief", "console"))
    aside = factories.reaction(round_, "Put up a rail.", state="aside")
    assert "were held" not in desk.get(debrief).content.decode()
    if how == "a proposal":
        Proposal.objects.create(round=round_, offer="change", text="Ask Agnes.", set_aside=True, held_for="name")
    else:
        factories.reaction(round_, "Ask Agnes.", state="held", held_for="name" if how == "a name" else "")
    html = desk.get(debrief).content.decode()
    assert html.count("Some words were held in this round.") == 1
    assert "Agnes" not in html
    there = desk.get(console).content.decode()
    assert "Ask Agnes." in there
    assert aside.text not in there
    assert reverse("console-reaction", args=[round_.public_id]) not in there  # read, and nothing else
    Round.objects.update(stage=Stage.CLOSING)
    assert "Once the round is closed you find them" in desk.get(debrief).content.decode()
    purge.let_go_so_far(round=round_)
    assert "Some words" not in desk.get(debrief).content.decode()


def test_a_check_in_in_another_age_is_asked_about(desk: Client, round_: Round) -> None:
    _, html = send(desk, round_, on_0="9999-12-31")
    assert "more than a year from now" in html
    assert not CheckIn.objects.exists()


def test_a_page_that_was_open_too_long_is_answered_in_our_own_words(alice: User, round_: Round) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = strict.post(reverse("debrief", args=[round_.public_id]), {"went_well": "The silence."})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()
