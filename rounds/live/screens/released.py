"""What the screens need of released reactions: read as plain values, once per look for all of them."""

from __future__ import annotations

from typing import NamedTuple

from rounds import voices
from rounds.feelings import QUIET
from rounds.live.reading import once
from rounds.models import Reaction, Round
from rounds.reactions import MINE_TOO

SHOWN = frozenset({Reaction.State.RELEASED, Reaction.State.FORWARD})


class Released(NamedTuple):
    """A reaction out of the sealed post, in whatever state. `prompt` is its question's primary key."""

    pk: str
    prompt: int
    text: str
    feelings: list[str]
    state: str
    held_for: str

    @property
    def is_quiet(self) -> bool:
        """As Reaction.is_quiet."""
        return not self.text and QUIET.issuperset(self.feelings)


class Question(NamedTuple):
    pk: int
    public_id: str
    text: str


def reactions(round: Round) -> list[Released]:
    """Every released reaction of the round, by id."""
    columns = ("pk", "prompt_id", "text", "feelings", "state", "held_for")
    return once(
        ("reactions", round.pk),
        lambda: [Released(*row) for row in Reaction.objects.of(round).values_list(*columns)],
    )


def some_quiet(round: Round) -> bool:
    """Whether the room may see any that says "nothing just now" and no more: told in one line, never counted."""
    return any(found.is_quiet and found.state in SHOWN for found in reactions(round))


def forward(round: Round) -> Released | None:
    """The one brought forward."""
    return next((found for found in reactions(round) if found.state == Reaction.State.FORWARD), None)


def questions(round: Round) -> dict[int, Question]:
    """The round's questions by primary key, in their order."""
    columns = ("pk", "public_id", "text")
    return once(
        ("questions", round.pk),
        lambda: {row[0]: Question(*row) for row in round.prompts.values_list(*columns)},
    )


def answered(round: Round) -> list[Question]:
    """The questions that have something shown or set aside to them, in their order."""
    with_answers = {found.prompt for found in reactions(round)}
    return [question for question in questions(round).values() if question.pk in with_answers]


def in_company(round: Round) -> frozenset[str]:
    """The reactions of which the room says "others too"."""
    return once(("company", round.pk), lambda: voices.in_company(round=round, kind=MINE_TOO))
