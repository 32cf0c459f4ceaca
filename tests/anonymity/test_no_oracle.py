"""Twins: the person who wrote, and another in the same room. Nothing anybody can do or see tells one from the other.

Before and after everything a facilitator can do to what was written, both look at every page and frame and say every
message there is; what they are shown and answered is the same to the byte, but for the nonce they chose themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from facilitation import circle, sorting
from facilitation.models import Proposal, SortedPairs, Theme
from rounds import reactions, sealing, stages
from rounds.live import messages, tickets
from rounds.live.messages import Sender
from rounds.live.throttle import Rates
from rounds.models import Programme, Prompt, Reaction, Round, Stage, User
from rounds.statements import STATEMENTS
from rounds.views import live, stored
from tests import factories
from tests.anonymity import addresses
from tests.live.conftest import new_nonce

pytestmark = pytest.mark.django_db(transaction=True)  # "saved" is only said after a commit
S = Stage
HERS: Final = "I still hear the flute."
ELSE: Final = tuple(f"There was no chair anywhere, {number}." for number in range(9))
PROPOSED: Final = "A chair by every bed."
Fields = dict[str, Any]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is said at once here; rates are counted by ticket, and tested elsewhere."""
    monkeypatch.setattr(live, "_rates", Rates(10_000, 1))
    monkeypatch.setattr(stored, "_rates", Rates(10_000, 1))


class Room:
    """A round in which `writer` has written and proposed among nine others; `other` was there and wrote nothing."""

    def __init__(self, stage: str) -> None:
        self.programme: Programme = factories.programme()
        self.alice: User = factories.facilitator("alice", of=self.programme)
        self.round: Round = factories.round_(self.programme, stage=S.REFLECTION, staff_groups=["students"])
        self.desk = Client()
        self.desk.force_login(self.alice)
        self.writer, self.other, *rest = (tickets.for_room(self.round) for _ in range(11))
        self.nonce = new_nonce()
        self.say(self.writer, "react", self.nonce, prompt=self.prompt, text=HERS, feelings=["tender"])
        for ticket, words in zip(rest, ELSE, strict=True):
            self.say(ticket, "react", prompt=self.prompt, text=words)
        if stage != "gathered":
            reactions.release(round=self.round, by=self.alice)
        if stage in (S.THREADS, S.THRESHOLD, S.CIRCLE, S.CLOSING):
            self.weave(rest, stage)

    def weave(self, rest: list[str], stage: str) -> None:
        stages.move(round=self.round, seen=S.REFLECTION, to=S.THREADS, by=self.alice)
        found = Reaction.objects.of(self.round)
        theme = factories.lay(factories.theme(self.round), *found.filter(text__in=(HERS, ELSE[0])))
        if stage == S.THREADS:
            sorting.begin(round=self.round, by=self.alice)
            return
        Round.objects.filter(pk=self.round.pk).update(stage=S.CIRCLE, crossed_threshold=True)
        for number, ticket in enumerate((self.writer, *rest)):
            words = PROPOSED if number == 0 else f"Longer handovers, {number}."
            self.say(ticket, "propose", theme=theme.public_id, offer="change", text=words)
        circle.release(round=self.round, by=self.alice)
        Round.objects.filter(pk=self.round.pk).update(stage=stage)

    @property
    def prompt(self) -> str:
        found = Prompt.objects.filter(round=self.round).first()
        assert found is not None
        return found.public_id

    def ask(self, path: str, body: Fields) -> tuple[int, bytes]:
        answer = Client().post(f"/live/{path}", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.content

    def say(self, ticket: str, what: str, nonce: str = "", **fields: Any) -> tuple[int, bytes]:
        nonce = nonce or new_nonce()
        status, answer = self.ask("say", {"ticket": ticket, "what": what, "nonce": nonce, **fields})
        return status, answer.replace(nonce.encode(), b"NONCE")

    def seen(self, ticket: str) -> list[tuple[int, bytes]]:
        """Everything a phone can look at with this ticket: the pages themselves know of none."""
        polled = [self.ask("poll", {"ticket": ticket, "revision": revision}) for revision in (None, 0)]
        written = [[], [[self.prompt, self.nonce]], [[self.prompt, "somebody else’s"]]]
        return [*polled, *(self.ask("stored", {"ticket": ticket, "written": pairs}) for pairs in written)]

    def answered(self, ticket: str) -> list[tuple[str, tuple[int, bytes]]]:
        """Everything a phone can say, about what the writer wrote and about what she did not."""
        return [(what, self.say(ticket, what, **fields)) for what, make in SAYABLE.items() for fields in make(self)]

    def the_twins_are_alike(self) -> None:
        assert self.seen(self.writer) == self.seen(self.other)
        writers, others = self.answered(self.writer), self.answered(self.other)
        assert writers == others
        assert {what for what, _ in writers} == set(SAYABLE)
        assert self.seen(self.writer) == self.seen(self.other)

    def press(self, name: str, **said: str) -> None:
        answer = self.desk.post(reverse(name, args=[self.round.public_id]), said)
        assert answer.status_code == 200, answer.content

    @property
    def hers(self) -> Reaction:
        return Reaction.objects.of(self.round).get(text=HERS)


def _react(room: Room) -> list[Fields]:
    now = Round.objects.select_related("current_prompt").get(pk=room.round.pk).current_prompt
    assert now is not None
    asked = [room.prompt, now.public_id, "gone"]
    return [
        *({"prompt": prompt, "text": HERS, "feelings": ["tender"]} for prompt in asked),
        {"prompt": now.public_id, "text": "Another thing."},
        {"prompt": now.public_id, "text": "", "feelings": ["nothing_just_now"]},
    ]


def _mine_too(room: Room) -> list[Fields]:
    some = Reaction.objects.of(room.round).filter(text__in=(HERS, ELSE[0])).values_list("pk", flat=True)
    return [{"reaction": one} for one in (*some, "gone")]


def _theme(room: Room) -> str:
    found = Theme.objects.filter(round=room.round).first()
    return found.public_id if found else "gone"


def _sort(room: Room) -> list[Fields]:
    dealt = SortedPairs.objects.filter(round=room.round).first()
    hands = dealt.hands if dealt else []
    made = [{"hand": sorting.mark(room.round, hand), "cards": " ".join(hand), "none": "on"} for hand in hands[:3]]
    return [*made, {"hand": "made up", "cards": "one two three", "together": ["one", "two"]}]


SAYABLE: Final[dict[str, Callable[[Room], list[Fields]]]] = {
    "mine_too": _mine_too,
    "rings_true": lambda room: [{"theme": _theme(room)}, {"theme": "gone"}],
    "barrier": lambda room: [{"theme": _theme(room), "barrier": ["space_and_kit"]}],
    "propose": lambda room: [{"theme": _theme(room), "offer": "change", "text": PROPOSED}],
    "help": lambda room: [
        {"proposal": one} for one in (*Proposal.objects.filter(round=room.round).values_list("pk", flat=True), "gone")
    ],
    "feedback": lambda room: [{STATEMENTS[0].code: "yes"}, {}],
    "staff_group": lambda room: [{"group": "students"}, {"group": "medical_dental"}],
    "sort": _sort,
    "react": _react,  # last: until then only one of them has written
}
STATES: Final = ("forward", "held", "released", "aside", "forward", "aside", "held", "released")


def test_every_message_there_is_is_said_by_both() -> None:
    assert set(SAYABLE) == set(messages._registered)
    assert set(STATES) == set(Reaction.State.values)


@pytest.mark.parametrize("stage", ["gathered", S.REFLECTION, S.THREADS, S.THRESHOLD, S.CIRCLE, S.CLOSING])
def test_the_writer_is_shown_and_told_what_everybody_is(stage: str) -> None:
    Room(stage).the_twins_are_alike()


@pytest.mark.parametrize("stage", [S.REFLECTION, S.THREADS, S.CIRCLE])
def test_nothing_done_to_what_she_wrote_gives_her_a_sign(stage: str) -> None:
    room = Room(stage)
    for state in STATES:
        room.press("console-reaction", reaction=room.hers.pk, to=state)
        room.the_twins_are_alike()


def test_showing_what_was_gathered_gives_her_no_sign() -> None:
    room = Room("gathered")
    room.press("console-release")
    room.the_twins_are_alike()


def test_another_question_and_the_next_stages_give_her_no_sign() -> None:
    room = Room(S.REFLECTION)
    room.press("console-ask", seen=room.prompt, text="And now?")
    room.the_twins_are_alike()
    for seen, to in ((S.REFLECTION, S.SILENCE), (S.SILENCE, S.REFLECTION), (S.REFLECTION, S.THREADS)):
        room.press("console-move", seen=seen, to=to)
        room.the_twins_are_alike()


@pytest.mark.parametrize("aside", ["on", ""])
def test_setting_a_proposal_aside_and_back_gives_its_writer_no_sign(aside: str) -> None:
    room = Room(S.CIRCLE)
    proposal = Proposal.objects.get(text=PROPOSED)
    circle.set_aside(round=room.round, proposal=proposal.pk, aside=True, by=room.alice)
    circle.set_aside(round=room.round, proposal=proposal.pk, aside=bool(aside), by=room.alice)
    room.the_twins_are_alike()


def test_a_round_that_is_over_knows_nobody() -> None:
    room = Room(S.CLOSING)
    stages.move(round=room.round, seen=S.CLOSING, to=S.CLOSED, by=room.alice)
    room.the_twins_are_alike()
    sealing.seal(round=Round.objects.get(pk=room.round.pk))
    room.the_twins_are_alike()
    assert room.say(room.writer, "react", room.nonce, prompt=room.prompt, text=HERS)[0] == 404


def test_a_stolen_nonce_tells_that_it_was_used_and_nothing_of_what_became_of_it() -> None:
    room = Room("gathered")
    for state in ("gathered", "shown", *STATES):
        if state == "shown":
            room.press("console-release")
        elif state != "gathered":
            room.press("console-reaction", reaction=room.hers.pk, to=state)
        before = Reaction.objects.of(room.round).count()
        answer = room.say(room.other, "react", room.nonce, prompt=room.prompt, text="Who wrote this?")
        assert answer == (200, b'{"t": "saved", "nonce": "NONCE"}'), state
        fresh = room.say(room.other, "react", prompt=room.prompt, text="Something new.")
        assert answer == fresh  # as with a nonce of one’s own
        assert Reaction.objects.of(room.round).count() == before


def test_a_voice_counts_alike_for_what_is_ones_own() -> None:
    room = Room(S.REFLECTION)
    for voice in ("one", "two"):
        reactions.mine_too(sender=Sender(round=room.round, voice=voice), nonce="n", reaction=room.hers.pk)
    assert "Others too" not in room.seen(room.other)[0][1].decode()
    room.say(room.writer, "mine_too", reaction=room.hers.pk)
    assert "Others too" in room.seen(room.other)[0][1].decode()


def test_no_address_for_participants_takes_anything_but_a_ticket_a_code_and_what_is_said() -> None:
    names = {address.name for address in addresses.without_an_account() if address.route.startswith("live/")}
    # Another one is to be asked about here. `live-stored` tells whoever has a nonce that it waits or has been shown.
    assert names <= {"live-join", "live-wall", "live-poll", "live-say", "live-stored"}
