"""What is still to finish once a round has said goodbye: each thing with the page where it is done, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from rounds import debriefs
from rounds.models import Round, Stage


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
    """Everything in its order, done or not; nothing before the goodbye, and of a rehearsal nothing at all."""
    if round.rehearsal or round.stage not in (Stage.CLOSING, Stage.CLOSED):
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
    signed = round.signed_off_at is not None
    yield Step(60, "The themes are signed off" if signed else "Sign the themes off", signed, f"{page}#themes")
