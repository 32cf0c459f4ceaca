"""A round's actions on the live screens: to work on at the console, to read on the phones and on the wall."""

from __future__ import annotations

from typing import Any, Final

from facilitation import actions
from facilitation.models import Action, State
from facilitation.regions.wall_fit import list_height
from rounds.live.regions import Audience, Region, register
from rounds.models import Round, Stage

TOGETHER: Final = frozenset({Stage.CIRCLE, Stage.CLOSING})


def round_actions(round: Round) -> dict[str, Any]:
    """Every action of the round with what is still to be said before it can be agreed."""
    found = list(Action.objects.filter(round=round).order_by("pk"))
    copes = actions.asks_individuals_to_cope(found, over=round.closed_at is not None)
    return {
        "rows": [_row(action) for action in found],
        "copes": actions.ASKS_INDIVIDUALS_TO_COPE if copes else "",
    }


def _row(action: Action) -> dict[str, Any]:
    missing = actions.missing(action)
    return {
        "action": action,
        "missing": list(missing.values()),
        "proposed": action.state == State.PROPOSED,
    }


def agreed(round: Round) -> dict[str, Any]:
    """What the room is shaping and what it has agreed on, in the order in which it was shaped.

    What is being shaped is shown at once, so that it is shaped with the group and not at a screen.
    """
    found = Action.objects.filter(round=round).order_by("pk").values_list("statement", "state")
    shaping = [statement for statement, state in found if state == State.PROPOSED]
    return {"shaping": shaping, "agreed": [statement for statement, state in found if state != State.PROPOSED]}


def wall_height(round: Round) -> float:
    """How much of the wall `agreed` takes, in hundredths of its height."""
    shown = agreed(round)
    return sum(list_height([f"We will {statement}." for statement in shown[kind]]) for kind in ("agreed", "shaping"))


def _agreed_on(audience: Audience, template: str) -> None:
    register(
        Region(
            name="agreed",
            audience=audience,
            template=template,
            context=agreed,
            stages=TOGETHER,
            topics=frozenset({"actions"}),
            order=60,
        )
    )


_agreed_on("room", "facilitation/actions/_agreed_room.html")
_agreed_on("wall", "facilitation/actions/_agreed_wall.html")
register(
    Region(
        name="round_actions",
        audience="console",
        template="facilitation/actions/_round_actions.html",
        context=round_actions,
        stages=TOGETHER | {Stage.CLOSED},
        topics=frozenset({"actions"}),
        order=50,
    )
)
