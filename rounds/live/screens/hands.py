"""Whose hands a round is in: what each facilitator pressed last, on the consoles alone, so that two go on as one."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from rounds.live.regions import Region, register
from rounds.models import Round, StaffAct, Stage

LOOKED_AT: Final = 40  # presses; who has pressed nothing for so long has not been holding the round
_OPENED: Final = f"moved the round to {Stage.ARRIVAL.label.lower()}"


class Hand(NamedTuple):
    """who: a facilitator. did: in the past tense. at: when it was pressed."""

    who: str
    did: str
    at: Any


def _hands(round: Round) -> dict[str, Any]:
    """The latest first. Nothing where one person holds the round alone: they know what they did."""
    last: dict[int, Hand] = {}
    acts = StaffAct.objects.filter(round=round, who__isnull=False).select_related("who").order_by("-at", "-pk")
    for act in acts[:LOOKED_AT]:
        if act.who is not None:
            last.setdefault(act.who.pk, Hand(act.who.name or act.who.email, act.what, act.at))
        if act.what == _OPENED:
            break  # what was pressed while the round was planned is nobody's hand in it
    alone = len(last) < 2 and round.facilitators.count() < 2
    return {"hands": [] if alone else list(last.values())}


register(
    Region(
        name="hands",
        audience="console",
        template="rounds/console/_hands.html",
        context=_hands,
        # Not "gathered": it changes with every sentence that is sent, and no hand of a facilitator's does that.
        topics=frozenset({"reactions", "themes", "groups", "sorting", "circle", "actions", "changes", "closing"}),
        stages=frozenset(Stage) - {Stage.PLANNED, Stage.CLOSED},
        slot="side",
        order=30,
    )
)
