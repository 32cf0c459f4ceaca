"""A disclosure, a name and an answer, each followed through every page, screen, file, mail, log, backup and row.

The story that was withdrawn is followed in test_withdrawn_story.py, an answer's bytes in tests/rounds/test_replies.py,
and all that is written in a room through every program's own log in tests/logs.
"""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from facilitation import reviews
from facilitation.models import Action, State, Theme
from rounds import purge, reactions, replies, retention, sealing
from rounds.backups import taking
from rounds.live.messages import Sender
from rounds.models import Reaction, Role, Round, StaffAct, Stage, User
from rounds.purge import _texts_in
from tests import factories
from tests.anonymity.reading import pages, screens, unpacked
from tests.rounds.looking import to

pytestmark = pytest.mark.django_db
RISK, NAME, ANSWER, PLAIN = "heliotrope", "wombat", "isinglass", "quince"  # a word in each, that is nowhere else
CANARIES = (RISK, NAME, ANSWER)
WRITTEN = (
    f"I don’t want to be here any more, {RISK}.",
    f"I sat with Mrs Kaur all night, {NAME}.",
    *(f"There was no chair, {PLAIN} {number}." for number in range(6)),
)
KEY = "A" * 43  # what a phone sends along, with which it can open an answer


class Hospital:
    """A round in its reflection, and everybody who has an account: one for each role, and a stranger."""

    def __init__(self) -> None:
        self.programme = factories.programme()
        self.staff: dict[str, User] = {
            role.value: factories.person(role.value, of=self.programme, roles=(role,)) for role in Role
        }
        self.staff["stranger"] = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
        self.alice = self.staff[Role.FACILITATOR]
        self.round = factories.round_(self.programme, stage=Stage.REFLECTION, floor=3)

    def people_write(self) -> None:
        assert self.round.current_prompt is not None
        prompt = self.round.current_prompt.public_id
        for number, text in enumerate(WRITTEN):
            sender = Sender(round=self.round, voice=f"voice {number}")
            reactions.post(sender=sender, nonce=f"n{number}", prompt=prompt, text=text, feelings=[], reply=KEY)
        reactions.release(round=self.round, by=self.alice)

    def is_answered(self) -> None:
        about = Reaction.objects.get(text=WRITTEN[0]).pk
        replies.send(round=self.round, about=about, words=f"I am by the door, {ANSWER}.", by=self.alice)

    def is_made_something_of(self) -> None:
        """A theme, an action that was told back, the goodbye and the seal: everything that can be read afterwards."""
        shown = Reaction.objects.get(text=WRITTEN[2])
        theme = factories.lay(factories.theme(self.round, "No chair"), shown)
        Round.objects.filter(pk=self.round.pk).update(reached_reflection=True, crossed_threshold=True)
        action = factories.agreed(to(self.round, Stage.CIRCLE), by=self.alice, state=State.UNDER_WAY)
        action.themes.add(theme)
        Action.objects.filter(pk=action.pk).update(**factories.LEARNING)
        action.refresh_from_db()
        lead = self.staff[Role.CLINICAL_LEAD]
        reviews.finish(action=action, version=action.version, by=lead, told_back="There are chairs.")
        Round.objects.filter(pk=self.round.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
        self.round.refresh_from_db()
        sealing.seal(round=self.round)

    def read_by(self, who: str) -> dict[str, set[str]]:
        """Address to canaries, of every page and file this person finds one on."""
        filled = {"programme_id": self.programme.public_id, "token": self.programme.told_back_token}
        filled["action_id"] = Action.objects.values_list("public_id", flat=True)[0]
        filled["theme_id"] = Theme.objects.values_list("public_id", flat=True)[0]
        found = {path: said(text) for path, text in pages(self.staff.get(who), [self.round], **filled)}
        return {path: words for path, words in found.items() if words}


def said(text: str) -> set[str]:
    return {word for word in CANARIES if word in text}


def in_rows() -> dict[str, set[str]]:
    tables = [model for app in ("rounds", "facilitation") for model in apps.get_app_config(app).get_models()]
    found = {model.__name__: said("\n".join(_texts_in(model))) for model in tables}
    return {name: words for name, words in found.items() if words}


@pytest.fixture
def hospital() -> Hospital:
    return Hospital()


def test_a_disclosure_a_name_and_an_answer_are_read_by_facilitators_on_the_console_and_nowhere_else(
    hospital: Hospital, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    hospital.people_write()
    hospital.is_answered()
    for stage in (Stage.REFLECTION, Stage.THREADS, Stage.THRESHOLD, Stage.CIRCLE, Stage.CLOSING):
        shown = screens(to(hospital.round, stage))
        assert (said(shown["room"]), said(shown["wall"])) == (set(), set()), stage
    assert PLAIN in screens(to(hospital.round, Stage.REFLECTION))["room"]
    assert said(screens(hospital.round)["console"]) == set(CANARIES)

    hospital.is_made_something_of()

    console = f"/rounds/{hospital.round.public_id}/console/"
    assert set(hospital.read_by(Role.FACILITATOR)) <= {console}
    for who in (*Role, "stranger", "nobody"):
        if who != Role.FACILITATOR:
            assert hospital.read_by(who) == {}, who
    assert in_rows() == {"Reaction": {RISK, NAME}}  # the answer stands in no row, not even while it could be read
    call_command("tick", verbosity=0)
    assert said(unpacked(taking.take(to=tmp_path / "backups"))) == set()
    assert said(" ".join(f"{one.subject} {one.body}" for one in mail.outbox)) == set()
    assert said("\n".join(StaffAct.objects.values_list("what", flat=True))) == set()
    assert said(caplog.text) == set()


def test_they_go_with_what_everybody_wrote(hospital: Hospital) -> None:
    hospital.people_write()
    hospital.is_made_something_of()
    round = Round.objects.get(pk=hospital.round.pk)
    retention.sign_off(round=round, keep=(), by=hospital.alice)
    day = retention.day_if_signed_off(round)
    assert day is not None
    assert in_rows() == {"Reaction": {RISK, NAME}}
    purge.let_go(round=Round.objects.get(pk=round.pk), today=day)
    assert in_rows() == {}


def test_the_way_that_is_followed_finds_what_lies_on_it(hospital: Hospital) -> None:
    """What a facilitator does let be shown is found on phones and the wall; a title made of it, on pages too."""
    hospital.people_write()
    named = Reaction.objects.get(text=WRITTEN[1])
    for state in (Reaction.State.RELEASED, Reaction.State.FORWARD):
        reactions.move(round=hospital.round, reaction=named.pk, to=state, by=hospital.alice)
    assert [NAME in shown for shown in screens(hospital.round).values()] == [True] * 3
    hospital.is_made_something_of()
    Theme.objects.update(title=f"With Mrs Kaur, {NAME}")
    assert len(hospital.read_by(Role.FACILITATOR)) > 1
    assert NAME in "".join(in_rows()["Theme"])
