"""What may be printed of a round that is over: themes by name, barriers, actions, what was told back. Nothing raw."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from facilitation import actions, taxonomies, titles
from facilitation.models import Action, State, Theme
from rounds import closing
from rounds.closing import Results
from rounds.models import Round
from rounds.refusals import Refused

_BARRIERS = {barrier.code: barrier for barrier in taxonomies.BARRIERS}


@dataclass(frozen=True)
class Named:
    """A theme: its title, whether it is to be held and not fixed, and what stands in the way, in plain labels."""

    title: str
    to_be_held: bool
    barriers: list[str]


@dataclass(frozen=True)
class Report:
    """Everything the report says. standards: the HSE Management Standards its barriers belong to.

    results: the one publication of head-count and feedback, small numbers kept back, or None.
    """

    round: Round
    themes: list[Named]
    actions: list[Action]
    standards: list[str]
    copes: str
    results: Results | None


def of(round: Round) -> Report:
    """The report of a round and of the circle that continues it. Raises Refused while the round is not over."""
    if round.closed_at is None:
        raise Refused("The report of a round can be printed once the round is over.")
    agreed = _agreed(round)
    themes = list(titles.readable(Theme.objects.filter(round=round.origin)))
    codes = {code for theme in themes for code in theme.barriers} | {code for one in agreed for code in one.barriers}
    standards = {standard for code in codes & _BARRIERS.keys() for standard in _BARRIERS[code].hse}
    return Report(
        round=round,
        themes=[Named(theme.title, theme.to_be_held, barrier_labels(theme.barriers)) for theme in themes],
        actions=agreed,
        standards=[item.label for item in taxonomies.HSE_STANDARDS if item.code in standards],
        copes=actions.ASKS_INDIVIDUALS_TO_COPE if actions.asks_individuals_to_cope(agreed, over=True) else "",
        results=closing.results(round=round),
    )


def barrier_labels(codes: list[str]) -> list[str]:
    return [_BARRIERS[code].label for code in codes if code in _BARRIERS]


def _agreed(round: Round) -> list[Action]:
    found = Action.objects.filter(Q(round=round) | Q(round__continues=round)).exclude(state=State.PROPOSED)
    return list(found.order_by("pk"))
