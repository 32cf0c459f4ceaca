"""Over the months: what keeps getting in the way, where and how strongly we act, how long things wait, what was told.

Everything here counts rounds, actions and days, never people: how many chose a barrier in a room is not read at all.
Rehearsals are left out. Nothing is ranked, and nothing is good or bad: barriers stand by when they were first heard.
What a few rounds or a few waits say is no pattern: from ENOUGH of them on it is drawn and called usual.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, F, Func, QuerySet
from django.utils import timezone

from facilitation import taxonomies, told_back
from facilitation.models import Action, ActionEvent, Level, State, Strength
from facilitation.models.action import ENDED
from rounds import small_numbers
from rounds.models import Programme

ENOUGH: Final = small_numbers.THRESHOLD
A_DAY: Final = 86_400  # seconds
LATEST: Final = 4  # of what was told back, word for word
WAITS: Final = (State.PROPOSED, State.AGREED, State.RETURNED, State.WAITING, State.ACCEPTED, State.UNDER_WAY)
NOT_SAID: Final = "not_said"
STRENGTHS: Final = (*((item.value, str(item.label)) for item in Strength), (NOT_SAID, "Not said yet"))


@dataclass(frozen=True)
class Narrowed:
    """What is looked at. since, until: days of rounds, both included. barrier, level, domain: codes; empty for all."""

    since: date | None = None
    until: date | None = None
    barrier: str = ""
    level: str = ""
    domain: str = ""

    def covers(self, day: date) -> bool:
        """Whether a round of this day is looked at."""
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass
class Barrier:
    """One barrier's history. rounds: days of the closed rounds in whose themes it stood, oldest first."""

    code: str
    label: str
    rounds: list[date] = field(default_factory=list)
    tried: int = 0
    told: int = 0


@dataclass(frozen=True)
class Where:
    """A level, and how many agreed actions work there, for each of STRENGTHS in their order."""

    label: str
    counts: tuple[int, ...]

    @property
    def by_strength(self) -> list[tuple[int, str]]:
        return [(count, label) for count, (_, label) in zip(self.counts, STRENGTHS, strict=True)]


@dataclass(frozen=True)
class Wait:
    """How long actions stand in one state, in days: None where too few did. here: how many stand there now."""

    label: str
    usual: int | None
    longest: int | None
    here: int


@dataclass(frozen=True)
class Months:
    """Everything the page shows. days: of the closed rounds with themes, oldest first. told: the latest words.

    agreed: the keys of the agreed actions looked at.
    """

    days: list[date]
    agreed: frozenset[int]
    barriers: list[Barrier]
    levels: list[Where]
    waits: list[Wait]
    outcomes: list[tuple[str, int]]
    told: list[Action]

    @property
    def is_enough(self) -> bool:
        """Whether there were rounds enough to speak of a pattern."""
        return len(self.days) >= ENOUGH

    @property
    def is_enough_done(self) -> bool:
        """Whether there were actions enough as well."""
        return self.is_enough and len(self.agreed) >= ENOUGH

    @property
    def any_wait(self) -> bool:
        """Whether a usual wait can be told; of a few rounds none can, however many actions came of them."""
        return self.is_enough and any(wait.usual is not None for wait in self.waits)

    @property
    def stands(self) -> list[tuple[str, int]]:
        """How agreed actions stand towards the people who raised them; of a few rounds only what there is."""
        return [(label, count) for label, count in self.outcomes if count or self.is_enough]

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.agreed or any(wait.here for wait in self.waits))


class Seconds(Func):
    """A moment in whole seconds since 1970, reckoned by the database: thousands of moments are slow to make here."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)")

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        return self.as_sql(compiler, connection, template="FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint")


class _Kept(NamedTuple):
    """What is read of an action."""

    pk: int
    state: str
    level: str
    strength: str
    barriers: list[str]
    told_back_at: datetime | None


def over(programme: Programme, narrowed: Narrowed = Narrowed()) -> Months:
    """The months of a programme, narrowed. Asks the database five times, however long they are."""
    rows = _actions(programme, narrowed).values_list(*_Kept._fields)
    kept = [one for one in (_Kept(*row) for row in rows) if not narrowed.barrier or narrowed.barrier in one.barriers]
    agreed = [one for one in kept if one.state != State.PROPOSED]
    silent = set(_actions(programme, narrowed).silent().values_list("pk", flat=True))
    heard = _heard(programme, narrowed)
    days = sorted(day for day, _ in heard.values())
    return Months(
        days=days,
        agreed=frozenset(one.pk for one in agreed),
        barriers=_barriers(heard.values(), agreed, narrowed),
        levels=_levels(agreed),
        waits=_waits(programme, {one.pk for one in kept}),
        outcomes=_outcomes(agreed, silent),
        told=_told(agreed),
    )


def heard_again(programme: Programme) -> list[Barrier]:
    """The barriers heard in several rounds; none while the rounds are too few to speak of a pattern."""
    heard = _heard(programme, Narrowed()).values()
    found = _barriers(heard, [], Narrowed()) if len(heard) >= ENOUGH else []
    return [barrier for barrier in found if len(barrier.rounds) > 1]


def _heard(programme: Programme, narrowed: Narrowed) -> dict[int, tuple[date, set[str]]]:
    """Of each round of which themes may be read outside it, its day and the barriers that stood in those."""
    found: dict[int, tuple[date, set[str]]] = {}
    themes = told_back.heard_themes(programme)
    for pk, at, barriers in themes.values_list("round_id", "round__starts_at", "barriers"):
        if narrowed.covers(day := timezone.localdate(at)):
            found.setdefault(pk, (day, set()))[1].update(barriers)
    return found


def _barriers(heard: Iterable[tuple[date, set[str]]], agreed: list[_Kept], narrowed: Narrowed) -> list[Barrier]:
    """Those heard or acted on, what was heard first coming first, then as they stand in the list."""
    found = {
        item.code: Barrier(item.code, item.label) for item in taxonomies.BARRIERS if narrowed.barrier in ("", item.code)
    }
    for day, codes in heard:
        for code in codes & found.keys():
            found[code].rounds.append(day)
    for action in agreed:
        for code in set(action.barriers) & found.keys():
            found[code].tried += 1
            found[code].told += action.told_back_at is not None
    for barrier in found.values():
        barrier.rounds.sort()
    listed = [barrier for barrier in found.values() if barrier.rounds or barrier.tried]
    return sorted(listed, key=lambda barrier: barrier.rounds[0] if barrier.rounds else date.max)


def _levels(agreed: list[_Kept]) -> list[Where]:
    """Every level in the order of the list, those without an action included."""
    counted = Counter((action.level, action.strength or NOT_SAID) for action in agreed)
    return [Where(str(level.label), tuple(counted[level, code] for code, _ in STRENGTHS)) for level in Level]


def _outcomes(agreed: list[_Kept], silent: set[int]) -> list[tuple[str, int]]:
    """How agreed actions stand towards the people who raised them; each is counted once."""
    counted: Counter[str] = Counter()
    for action in agreed:
        if action.state in ENDED:
            counted[action.state] += 1
        elif action.pk in silent:
            counted["silent"] += 1
        else:
            counted["told" if action.told_back_at else "not yet"] += 1
    said = {
        State.DONE: "Done, and told back",
        State.COULD_NOT: "We couldn’t, and told why",
        "told": "Still open, and told how it stands",
        "not yet": "Still open, not told about yet",
        "silent": "Past its day, and nothing told since",
    }
    return [(label, counted[code]) for code, label in said.items()]


def _told(agreed: list[_Kept]) -> list[Action]:
    """The actions of which something was told back latest, the latest first."""
    told = sorted((action.told_back_at, action.pk) for action in agreed if action.told_back_at)
    latest = [pk for _, pk in told[-LATEST:]]
    return list(Action.objects.filter(pk__in=latest).order_by("-told_back_at", "-pk"))


def _waits(programme: Programme, wanted: set[int]) -> list[Wait]:
    """How long actions stand in each state before they move on, or have been standing there until now."""
    now = int(timezone.now().timestamp())
    days: dict[str, list[int]] = defaultdict(list)
    here: Counter[str] = Counter()
    for events in _histories(programme, wanted):
        for (state, since), (_, until) in zip(events, [*events[1:], ("", now)], strict=True):
            days[state].append((until - since) // A_DAY)
        if events[-1][0] not in ENDED:
            here[events[-1][0]] += 1
    enough = {state for state, waited in days.items() if len(waited) >= ENOUGH}
    return [
        Wait(
            label=str(state.label),
            usual=round(statistics.median(days[state])) if state in enough else None,
            longest=max(days[state]) if state in enough else None,
            here=here[state],
        )
        for state in WAITS
    ]


def _histories(programme: Programme, wanted: set[int]) -> list[list[tuple[str, int]]]:
    """Of each wanted action the states it came into, with when in seconds, oldest first."""
    moves = ActionEvent.objects.filter(action__programme=programme).exclude(from_state=F("to_state"))
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for action, state, at in moves.order_by("at", "pk").values_list("action_id", "to_state", Seconds("at")):
        if action in wanted:
            found[action].append((state, at))
    return list(found.values())


def _actions(programme: Programme, narrowed: Narrowed) -> Any:
    found: QuerySet[Action] = Action.objects.filter(programme=programme, round__rehearsal=False)
    if narrowed.since:
        found = found.filter(round__starts_at__gte=_at(narrowed.since, time.min))
    if narrowed.until:
        found = found.filter(round__starts_at__lte=_at(narrowed.until, time.max))
    if narrowed.level:
        found = found.filter(level=narrowed.level)
    if narrowed.domain:
        found = found.filter(domain=narrowed.domain)
    return found


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
