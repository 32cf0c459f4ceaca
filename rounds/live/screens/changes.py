"""What has changed, since the doors opened, of what people were promised: a line on every phone and on the wall."""

from __future__ import annotations

from typing import Any, Final

from rounds.live.regions import Audience, Region, register
from rounds.models import Round, StaffAct, Stage

OPEN: Final = frozenset(Stage) - {Stage.PLANNED, Stage.CLOSED}


def _changes(round: Round) -> dict[str, Any]:
    return {"changes": StaffAct.objects.told(round)}


def _place(audience: Audience, slot: str, order: int) -> None:
    register(
        Region(
            name="changes",
            audience=audience,
            template=f"rounds/{audience}/_changes.html",
            context=_changes,
            stages=OPEN,
            topics=frozenset({"changes"}),
            slot=slot,
            order=order,
        )
    )


_place("room", "main", 2)
_place("wall", "foot", 90)
