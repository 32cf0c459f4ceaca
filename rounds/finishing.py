"""What is still to finish once a round has said goodbye: each thing with the page where it is done, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from rounds import debriefs, retention
from rounds.models import Kind, Round, Stage

_LET_GO: Final = "You are done with what was written"
_TO_LET_GO: Final = "Say that you are done with what was written"


@dataclass(frozen=True, slots=True)
class Step:
    """order: its place among the others. words: what to do, or what was done. url: where."""

    order: int
    words: str
    is_done: bool
    url: str


Steps = Callable[[Round], Iterable[Step]]
_asked: Final[list[Steps]] = []


def finishes(steps: Steps) -> Steps:
    """Have these steps of a round in the list (for facilitation's themes and actions)."""
    _asked.append(steps)
    return steps


def steps(round: Round) -> list[Step]:
    """Everything in its order, done or not; nothing before the goodbye, and of a window nothing.

    Of a rehearsal, too: the end is rehearsed as well.
    """
    if round.kind == Kind.WINDOW or round.stage not in (Stage.CLOSING, Stage.CLOSED):
        return []
    return sorted((step for ask in _asked for step in ask(round)), key=lambda step: step.order)


@finishes
def _debrief(round: Round) -> Iterable[Step]:
    page = reverse("debrief", args=[round.public_id])
    kept, panel = debriefs.of(round), debriefs.panel(round)
    yield Step(30, "The debrief is complete" if kept.completed else "Complete the debrief", kept.completed, page)
    if panel:
        spoken = all(one.check_in.done for one in panel)
        words = "You have spoken with the panel" if spoken else "Speak with the panel, and tick it"
        yield Step(40, words, spoken, f"{page}#check-ins")
    # Of a story that was told again, all its themes are signed off with the first telling.
    where = round.retells or round
    there = reverse("debrief", args=[where.public_id])
    signed, titles = round.signed_off_at is not None, retention.titles(where)
    done, to_do = ("The themes are signed off", "Sign the themes off") if titles else (_LET_GO, _TO_LET_GO)
    yield Step(60, done if signed else to_do, signed, f"{there}#themes")
