"""Which actions wait for whom: for a lead what was agreed, for a facilitator what came back or is not agreed yet."""

from __future__ import annotations

import functools
import operator
from collections.abc import Collection
from itertools import chain
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from facilitation import titles
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


def piles(
    programme: Programme, roles: Collection[str], *, at_most: int | None = None
) -> list[tuple[str, list[Action]]]:
    """What waits for somebody with these roles, pile by pile, each action in the first pile that fits.

    at_most: of each pile, soonest first; all of it without.
    """
    waiting = _really(programme)
    keys = {
        heading: list(waiting.filter(here).values_list("pk", flat=True)[:at_most])
        for heading, here in _lie(roles).items()
    }
    shown = (
        Action.objects.select_related("round")
        .prefetch_related(titles.for_actions(roles))
        .in_bulk(chain(*keys.values()))
    )
    return [(heading, [shown[key] for key in lying]) for heading, lying in keys.items() if lying]


def number(programme: Programme, roles: Collection[str]) -> int:
    """How many wait, all piles together. Asks once; not at all for somebody for whom nothing can."""
    wait = list(_lie(roles).values())
    return _really(programme).filter(functools.reduce(operator.or_, wait)).count() if wait else 0


def _really(programme: Programme) -> QuerySet[Action]:
    """The programme's actions without those of a rehearsal, which wait for nobody."""
    return Action.objects.filter(programme=programme, round__rehearsal=False)


def _lie(roles: Collection[str]) -> dict[str, Q]:
    """The piles of somebody with these roles, in the order they are shown, and what lies in each: none in two."""
    found: dict[str, Q] = {}
    is_overdue = Q(pk__in=())
    if Role.CLINICAL_LEAD in roles:
        found = {heading: Q(state=state) for state, heading in _LEADS_PILES.items()}
        elsewhere = (*ENDED, *_LEADS_PILES, State.PROPOSED)
        is_overdue = Q(review_on__lt=timezone.localdate()) & ~Q(state__in=elsewhere)
        found[PAST_ITS_DAY] = is_overdue
    if Role.FACILITATOR in roles:
        in_the_room = Q(state=State.PROPOSED, round__stage=Stage.CIRCLE)
        for state, heading in _FACILITATORS_PILES.items():
            found[heading] = Q(state=state) & ~in_the_room & ~is_overdue
    return found
