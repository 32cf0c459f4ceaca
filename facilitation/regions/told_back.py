"""Since last time: what was told back opens the next round, on the phones and on the wall."""

from __future__ import annotations

from typing import Any, Final

from facilitation import told_back
from rounds.live.regions import Audience, Region, register
from rounds.models import Round, Stage

ON_THE_WALL: Final = 2  # beside the join code; the phones have them all
FIT_THE_WALL: Final = 600  # letters of both together: the join code must stay in view


def _phones(round: Round) -> dict[str, Any]:
    return {"told": [(action, told_back.outcome(action)) for action in told_back.since_last_time(round)]}


def _wall(round: Round) -> dict[str, Any]:
    """Whole sentences that fit, in their order. Where none fit, how the first of them stands."""
    told = told_back.since_last_time(round)
    shown: list[tuple[str, str]] = []
    left = FIT_THE_WALL
    for action in told:
        words = " ".join(filter(None, (told_back.outcome(action), action.told_back)))
        length = len(action.statement) + len(words)
        if len(shown) < ON_THE_WALL and length <= left:
            shown.append((action.statement, words))
            left -= length
    if told and not shown:
        return {"shown": [(told[0].statement, told_back.stands(told[0]))], "more": True}
    return {"shown": shown, "more": len(told) > len(shown)}


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
