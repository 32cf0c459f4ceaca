"""The paper pack of a round: the sheets there are, and the hour by the clock for whoever holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.utils import timezone

from rounds.models import Kind, Round, Stage

SHEETS: Final[tuple[tuple[str, str], ...]] = (
    ("running", "The hour at a glance, for you"),
    ("poster", "Poster for the door"),
    ("rules", "Ground rules for the wall"),
    ("cards", "Cards to write on"),
    ("feelings", "Feelings, for the wall or the table"),
    ("circle", "Cards for the circle"),
    ("support", "Support cards to take away"),
    ("feedback", "How was it? A form"),
    ("three", "Three people, ten minutes"),
)
WELCOME_SECONDS: Final = 120
CLOSING_SECONDS: Final = 120


class Part(NamedTuple):
    """A part of the hour: when it begins, how long it is in words, and what there is to do with paper."""

    begins: datetime
    length: str
    title: str
    to_do: str


def sheets_of(round: Round) -> list[tuple[str, str]]:
    """(code, name) of the sheets this round has use for, in the order in which they are needed."""
    left_out = {"cards", "feelings", "three"} if round.kind == Kind.CIRCLE else set[str]()
    if round.stage == Stage.CLOSED:
        left_out.add("poster")  # its code lets nobody in any more
    return [sheet for sheet in SHEETS if sheet[0] not in left_out]


def running(round: Round) -> list[Part]:
    """The hour part by part, from the time the round is planned for. Welcome and closing take two minutes each."""
    at = timezone.localtime(round.starts_at)
    parts: list[Part] = []
    for title, seconds in _seconds(round).items():
        parts.append(Part(at, _length(seconds), title, _TO_DO[title]))
        at += timedelta(seconds=seconds)
    return parts


def _seconds(round: Round) -> dict[str, int]:
    before = {
        "Story": round.story_minutes * 60,
        "Silence": round.silence_seconds,
        "Reflection": round.reflection_minutes * 60,
        "Threads": round.threads_minutes * 60,
        "Threshold": round.threshold_seconds,
    }
    return {
        "Welcome": WELCOME_SECONDS,
        **(before if round.kind != Kind.CIRCLE else {}),
        "Circle": round.circle_minutes * 60,
        "Closing": CLOSING_SECONDS,
    }


_TO_DO: Final = {
    "Welcome": "Say what this is, read the ground rules aloud, and add: “You can just listen.”",
    "Story": "The panel speaks. Cards and pens stay on the table; nobody asks questions.",
    "Silence": "Say how long it will be, and look at the clock so that nobody else needs to.",
    "Reflection": "Read the question aloud. Everybody folds a card and puts it into the box, empty ones too. Shuffle, "
    "then read some aloud, slowly. Talk. Nobody says which card is theirs.",
    "Threads": "Lay the cards out and ask which belong together. Give each pile a name in the room’s own words.",
    "Threshold": "Stop. “Until now nothing had to be solved.” People may leave.",
    "Circle": "What, in the way things are set up here, gets in the way? Circle cards into the box; shuffle, read, and "
    "choose one or two to carry on with. A pile may also be held, not fixed.",
    "Closing": "Thank the panel. Support cards; what will be told back, and when. End on time.",
}


def _length(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
