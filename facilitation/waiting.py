"""Which actions wait for whom: for a lead what was agreed, for a facilitator what came back or is not agreed yet."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from facilitation.models import Action, State
from facilitation.models.action import ENDED
from rounds.models import Programme, Role, Stage

PAST_ITS_DAY: Final = "Past its day"
_LEADS_PILES: Final[dict[str, str]] = {
    State.AGREED: "Agreed in a round: what do you say?",
    State.WAITING: "Waiting for a sponsor",
}
_FACILITATORS_PILES: Final[dict[str, str]] = {
    State.RETURNED: "A question came back",
    State.PROPOSED: "Not agreed yet",
}
# How a list is narrowed to what lies in a pile, as its address says it.
NARROWED: Final[dict[str, str]] = {
    PAST_ITS_DAY: "due=past",
    **{heading: f"state={state}" for state, heading in {**_LEADS_PILES, **_FACILITATORS_PILES}.items()},
}


def piles(programme: Programme, roles: Collection[str]) -> list[tuple[str, list[Action]]]:
    """What waits for somebody with these roles, pile by pile, each action in the first pile that fits."""
    found = Action.objects.filter(programme=programme).exclude(state__in=ENDED).select_related("round")
    piled: dict[str, list[Action]] = {}
    for action in found.prefetch_related("themes"):
        heading = _waits_because(action, roles)
        if heading:
            piled.setdefault(heading, []).append(action)
    order = [*_LEADS_PILES.values(), PAST_ITS_DAY, *_FACILITATORS_PILES.values()]
    return [(heading, piled[heading]) for heading in order if heading in piled]


def number(programme: Programme, roles: Collection[str]) -> int:
    return sum(len(actions) for _, actions in piles(programme, roles))


def _waits_because(action: Action, roles: Collection[str]) -> str:
    is_lead, is_facilitator = Role.CLINICAL_LEAD in roles, Role.FACILITATOR in roles
    if is_lead and action.state in _LEADS_PILES:
        return _LEADS_PILES[action.state]
    if is_lead and action.is_overdue and action.state != State.PROPOSED:
        return PAST_ITS_DAY
    in_the_room = action.state == State.PROPOSED and action.round.stage == Stage.CIRCLE
    if is_facilitator and action.state in _FACILITATORS_PILES and not in_the_room:
        return _FACILITATORS_PILES[action.state]
    return ""
