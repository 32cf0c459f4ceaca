"""Over the months: what keeps getting in the way, at which level we act, how long things wait.

Everything here counts rounds, actions and days, never people: how many chose a barrier in a room is not read at all.
Rehearsals are left out. Nothing is ranked but by how often it came back, and nothing is good or bad.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from facilitation import taxonomies
from facilitation.models import Action, ActionEvent, Level, State, Theme
from facilitation.models.action import ENDED
from rounds.models import Programme, Round, Stage

COMES_BACK: Final = 2  # rounds from which on a barrier keeps coming back
WAITS: Final = (State.PROPOSED, State.AGREED, State.RETURNED, State.WAITING, State.ACCEPTED, State.UNDER_WAY)


@dataclass
class Barrier:
    """One barrier's history. rounds: days of the closed rounds in whose themes it stood, oldest first."""

    code: str
    label: str
    rounds: list[date] = field(default_factory=list)
    tried: int = 0
    told: int = 0

    @property
    def comes_back(self) -> bool:
        return len(self.rounds) >= COMES_BACK


@dataclass(frozen=True)
class Wait:
    """How long actions stand in one state: days. here: how many stand there now."""

    label: str
    usual: int | None
    longest: int | None
    here: int


def rounds_held(programme: Programme) -> int:
    """How many rounds with themes have been closed."""
    return _closed(programme).filter(themes__isnull=False).distinct().count()


def barriers(programme: Programme) -> list[Barrier]:
    """The barriers heard so far, what came back most often first, then as they stand in the list."""
    found = {item.code: Barrier(item.code, item.label) for item in taxonomies.BARRIERS}
    heard: dict[int, set[str]] = defaultdict(set)
    days: dict[int, date] = {}
    for theme in Theme.objects.filter(round__in=_closed(programme)).select_related("round"):
        heard[theme.round_id].update(theme.barriers)
        days[theme.round_id] = timezone.localdate(theme.round.starts_at)
    for pk in sorted(heard, key=lambda pk: (days[pk], pk)):
        for code in heard[pk] & found.keys():
            found[code].rounds.append(days[pk])
    for action in _actions(programme):
        for code in set(action.barriers) & found.keys():
            found[code].tried += 1
            found[code].told += bool(action.told_back)
    listed = [barrier for barrier in found.values() if barrier.rounds or barrier.tried]
    return sorted(listed, key=lambda barrier: -len(barrier.rounds))


def levels(programme: Programme) -> list[tuple[str, int]]:
    """How many agreed actions there are at each level, in the order of the list, those with none included."""
    counted = Counter(action.level for action in _actions(programme))
    return [(str(level.label), counted[level]) for level in Level]


def waits(programme: Programme) -> list[Wait]:
    """How long actions stand in each state before they move on, or have been standing there until now."""
    now = timezone.now()
    days: dict[str, list[int]] = defaultdict(list)
    here: Counter[str] = Counter()
    for events in _histories(programme):
        for (state, since), (_, until) in zip(events, [*events[1:], ("", now)], strict=True):
            days[state].append((until - since).days)
        if events[-1][0] not in ENDED:
            here[events[-1][0]] += 1
    return [
        Wait(
            label=str(state.label),
            usual=round(statistics.median(days[state])) if days[state] else None,
            longest=max(days[state], default=None),
            here=here[state],
        )
        for state in WAITS
    ]


def _histories(programme: Programme) -> list[list[tuple[str, datetime]]]:
    """Of each action the states it came into, with when, oldest first."""
    events = ActionEvent.objects.filter(action__programme=programme, action__round__rehearsal=False)
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for action, state, at in events.order_by("at", "pk").values_list("action_id", "to_state", "at"):
        if not found[action] or found[action][-1][0] != state:
            found[action].append((state, at))
    return list(found.values())


def _closed(programme: Programme) -> QuerySet[Round]:
    return Round.objects.filter(programme=programme, stage=Stage.CLOSED, rehearsal=False)


def _actions(programme: Programme) -> QuerySet[Action]:
    found = Action.objects.filter(programme=programme, round__rehearsal=False)
    return found.exclude(state=State.PROPOSED)
