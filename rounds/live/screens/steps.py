"""The steps a facilitator can take from where the round is, and what each will do on every screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format

from rounds import stages, stored
from rounds.models import Kind, Round, Stage

S = Stage
CONFIRMED: Final = frozenset({S.CLOSED})  # steps that cannot be taken back ask once more, in a dialog


@dataclass(frozen=True, kw_only=True)
class Step:
    """to: a stage. label: on the button. happens: what it does, for everybody. opens: not before this time.

    asks: whether it asks once more, in a dialog.
    """

    to: str
    label: str
    happens: str
    opens: datetime | None = None
    asks: bool = False


_NEXT: Final[dict[str, str]] = {
    S.PLANNED: S.ARRIVAL,
    S.ARRIVAL: S.STORY,
    S.STORY: S.SILENCE,
    S.SILENCE: S.REFLECTION,
    S.REFLECTION: S.THREADS,
    S.THREADS: S.THRESHOLD,
    S.THRESHOLD: S.CIRCLE,
    S.CIRCLE: S.CLOSING,
    S.CLOSING: S.CLOSED,
}
_BACK: Final = frozenset({(S.REFLECTION, S.SILENCE), (S.THREADS, S.SILENCE), (S.THREADS, S.REFLECTION)})
_LABELS: Final[dict[str, str]] = {
    S.ARRIVAL: "Open the doors",
    S.STORY: "Begin the story",
    S.SILENCE: "Keep a silence",
    S.REFLECTION: "Open the reflection",
    S.THREADS: "On to the threads",
    S.THRESHOLD: "Pause at the threshold",
    S.CIRCLE: "Open the circle now",
    S.CLOSING: "On to the closing",
    S.CLOSED: "Close the round",
    S.WINDOW: "Open it",
}
_HAPPENS: Final[dict[str, str]] = {
    S.ARRIVAL: "From then on the code works. Phones show what is promised; the wall shows how to join.",
    S.STORY: "The wall shows the title and nothing that moves. Phones go quiet: nobody can write.",
    S.SILENCE: "Every screen is still for {pause}. Nobody has anything to do.",
    S.REFLECTION: "The question comes up on the wall and on every phone. {writing}",
    S.THREADS: "Writing closes. What still waits is shown, and the themes come up as you name them.",
    S.THRESHOLD: "Every screen pauses for {threshold}. There is no way back to the reflection after it.",
    S.CIRCLE: "Every screen asks what gets in the way. People can choose barriers and propose.",
    S.CLOSING: "The wall says thank you. Phones show the support card and a few optional questions.",
    S.CLOSED: "Phones say goodbye. What was written is sealed: nothing in it leads back to a phone any more.",
    S.WINDOW: "For 48 hours people can read the story and write, each at their own pace.",
}
_PLANNED_FOR: Final = "It is planned for {}. Opened now, today is its day."
_WHILE: Final[dict[str, str]] = {
    S.PLANNED: "Nobody can join yet.",
    S.ARRIVAL: "People come in and read what is promised.",
    S.STORY: "The panel speaks. Phones are quiet.",
    S.SILENCE: "Every screen is still.",
    S.REFLECTION: "People can write.",
    S.THREADS: "Writing is closed. Themes are being named.",
    S.THRESHOLD: "Every screen pauses. People may leave, or stay.",
    S.CIRCLE: "People choose barriers and propose.",
    S.CLOSING: "Thanks, support, a few optional questions.",
    S.CLOSED: "The round is over.",
    S.WINDOW: "People read the story and write, each at their own pace.",
}


def now(round: Round) -> str:
    """What is going on in the room, in a few words."""
    if round.cancelled_at is not None:
        return "This round was cancelled. It can be planned again from its page."
    if round.stage in (S.REFLECTION, S.CIRCLE) and not round.room_was_big_enough:
        return writing(round)
    return _WHILE[Stage(round.stage)]


def writing(round: Round) -> str:
    """Whether the room is big enough to write in: the one sentence for it, wherever the console says it."""
    if round.room_was_big_enough:
        return "The room is big enough to write in."
    return f"Writing opens once at least {stored.in_words(round.floor)} people are here, so that nobody stands out."


def next_step(round: Round) -> Step | None:
    """The one step the round is heading for; None when it is over or cannot move."""
    to = S.CIRCLE if round.kind == Kind.CIRCLE and round.stage == S.ARRIVAL else _NEXT.get(Stage(round.stage))
    if round.kind == Kind.WINDOW:
        to = next(iter(stages.possible(round)), None)
    return _step(round, to) if to in stages.possible(round) else None


def other_steps(round: Round) -> list[Step]:
    """Everything else that is possible, ending kindly left out: that stands behind its own dialog."""
    next_to = _NEXT.get(Stage(round.stage))
    moves = [to for to in stages.possible(round) if to not in (next_to, S.CLOSING)]
    return [_step(round, to) for to in moves if not (round.kind == Kind.CIRCLE and to == S.CIRCLE)]


def may_end_kindly(round: Round) -> bool:
    """Whether ending now is a step of its own; in the circle it is simply the next one."""
    return S.CLOSING in stages.possible(round) and round.stage != S.CIRCLE


def strip(round: Round) -> list[dict[str, object]]:
    """The stages of this kind of round for the stage strip, each past, current or to come."""
    order = list(Stage)
    here = order.index(Stage(round.stage))
    hour = [stage for stage in order if stage not in (S.PLANNED, S.CLOSED, S.WINDOW)]
    shown = {Kind.CIRCLE: [S.ARRIVAL, S.CIRCLE, S.CLOSING], Kind.WINDOW: [S.WINDOW]}.get(Kind(round.kind), hour)
    return [
        {"label": stage.label, "past": order.index(stage) < here, "current": order.index(stage) == here}
        for stage in shown
    ]


def spoken(seconds: int) -> str:
    """A length of time as one would say it: "30 seconds", "a minute", "2 minutes"; anything between in seconds."""
    if seconds == 60:
        return "a minute"
    if seconds % 60 == 0 and seconds > 0:
        return f"{seconds // 60} minutes"
    return f"{seconds} seconds"


def _step(round: Round, to: str) -> Step:
    pause, threshold = spoken(round.silence_seconds), spoken(round.threshold_seconds)
    happens = _HAPPENS[Stage(to)].format(pause=pause, threshold=threshold, writing=writing(round))
    another_day = to == S.ARRIVAL and stages.is_another_day(round)
    held_back = round.stage == S.THRESHOLD and to == S.CIRCLE
    return Step(
        to=to,
        label=_label(round, to),
        happens=_PLANNED_FOR.format(_day(round)) if another_day else happens,
        opens=round.stage_ends_at if held_back else None,
        asks=another_day or to in CONFIRMED,
    )


def _day(round: Round) -> str:
    return date_format(timezone.localtime(round.starts_at), "l j F Y")


def _label(round: Round, to: str) -> str:
    if (round.stage, to) in _BACK:
        return "Another silence" if to == S.SILENCE else "Back to the reflection"
    if (round.stage, to) == (S.STORY, S.REFLECTION):
        return "Straight to the reflection"
    return _LABELS[Stage(to)]
