"""Since last time: what was told back opens the next round, on the phones and on the wall."""

from __future__ import annotations

from typing import Any, Final

from facilitation import told_back
from rounds.live.regions import Audience, Region, register
from rounds.models import Round, Stage

ON_THE_WALL: Final = 2  # beside the join code; the phones have them all
FITS_THE_WALL: Final = 150  # letters, of the sentence and of what was told back: the join code must stay in view


def _phones(round: Round) -> dict[str, Any]:
    return {"told": told_back.since_last_time(round)}


def _wall(round: Round) -> dict[str, Any]:
    told = told_back.since_last_time(round)
    shown = [(_short(action.statement), _short(action.told_back)) for action in told[:ON_THE_WALL]]
    return {"shown": shown, "more": len(told) > ON_THE_WALL}


def _short(words: str) -> str:
    return words if len(words) <= FITS_THE_WALL else f"{words[:FITS_THE_WALL].rsplit(' ', 1)[0]} …"


def _place(audience: Audience, template: str, context: Any, order: int) -> None:
    register(
        Region(
            name="told_back",
            audience=audience,
            template=template,
            context=context,
            stages=frozenset({Stage.ARRIVAL}),
            topics=frozenset({"actions"}),
            order=order,
        )
    )


_place("room", "facilitation/told_back/_room.html", _phones, order=5)
_place("wall", "facilitation/told_back/_wall.html", _wall, order=5)
