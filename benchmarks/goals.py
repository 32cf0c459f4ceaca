"""The figures to reach, and whether they were."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.contenders import ON_A_PHONE, SEALED, SEALED_POSTGRESQL, STORED, TUTORIAL, TWO_PROCESSES, WS

# cell to contender to figure to its median
Medians = Mapping[str, Mapping[str, Mapping[str, float]]]
ABSENT = math.nan


@dataclass(frozen=True)
class Goal:
    """beside: the target is that many times what this contender reached. at_least: more is better."""

    cell: str
    figure: str
    words: str
    target: float
    unit: str = ""
    beside: str = ""
    at_least: bool = False
    who: str = STORED.name

    def verdict(self, medians: Medians) -> Verdict:
        value = of(medians, self.cell, self.who, self.figure)
        peer = of(medians, self.cell, self.beside, self.figure) if self.beside else 1.0
        return Verdict(self, value, self.target * peer)


@dataclass(frozen=True)
class Verdict:
    goal: Goal
    value: float
    target: float

    @property
    def is_known(self) -> bool:
        return not (math.isnan(self.value) or math.isnan(self.target))

    @property
    def is_met(self) -> bool:
        return self.value >= self.target if self.goal.at_least else self.value <= self.target

    def __str__(self) -> str:
        unit = f" {self.goal.unit}" if self.goal.unit else ""
        if not self.is_known:
            return f"{self.goal.words}: not measured"
        found = f"{number(self.value)}{unit} (goal {'≥' if self.goal.at_least else '≤'} {number(self.target)}{unit})"
        return f"{self.goal.words}: {found} {'met' if self.is_met else f'SHORT {self._by(unit)}'}"

    def _by(self, unit: str) -> str:
        gap = abs(self.value - self.target)
        if not self.target or not self.value:
            return f"by {number(gap)}{unit}"
        times = self.target / self.value if self.goal.at_least else self.value / self.target
        return f"by {number(gap)}{unit}, a factor of {times:.2f}"


GOALS: tuple[Goal, ...] = (
    Goal("steady_200", "p99", "p99", 75, "ms"),
    Goal("steady_200", "lost", "lost", 0),
    Goal("steady_200", "cpu_per_delivery", "server CPU per delivery ≤ 1.0 × ws", 1.0, "µs", WS.name),
    Goal("steady_1000", "p99", "p99", 100, "ms"),
    Goal("steady_1000", "lost", "lost", 0),
    Goal("steady_1000", "cpu_per_delivery", "server CPU per delivery ≤ 0.8 × ws", 0.8, "µs", WS.name),
    Goal("in_flight", "deliveries_per_second", "≥ 10 × ws", 10, "deliveries/s", WS.name, at_least=True),
    Goal("steady_5000", "p99", "p99", 500, "ms"),
    Goal("steady_5000", "lost", "lost", 0),
    Goal("handshakes", "handshakes_per_second", "handshakes", 600, "/s", at_least=True),
    Goal("handshakes", "handshakes_per_second", "≥ 3 × sessions", 3, "/s", TUTORIAL.name, at_least=True),
    Goal("memory", "each_kb", "memory per idle socket", 28, "KB"),
    Goal("memory", "before_mb", "memory before the first", 110, "MB"),
    Goal("never_reading", "grown_mb", "growth of memory", 5, "MB"),
    Goal("never_reading", "p99", "the others’ p99", 50, "ms"),
    Goal("never_reading", "lost", "the others’ lost", 0),
    Goal("after_kill", "state_after_first", "first accepted to all with state", 1500, "ms"),
    Goal("acknowledged", "saved_p50", "p50", 30, "ms", who=SEALED.name),
    Goal("acknowledged", "saved_p99", "p99", 250, "ms", who=SEALED.name),
    Goal("flat_out", "saved_per_second", "saved on SQLite", 2000, "posts/s", at_least=True, who=SEALED.name),
    Goal(
        "flat_out_postgresql",
        "saved_per_second",
        "saved on PostgreSQL",
        2000,
        "posts/s",
        at_least=True,
        who=SEALED_POSTGRESQL.name,
    ),
    Goal("screens_200", "everywhere_p95", "p95 on every screen of 200", 300, "ms"),
    Goal("step", "everywhere_p95", "p95 on every screen", 300, "ms"),
    Goal("step", "lost", "lost", 0),
    Goal("two_processes", "extra_p50", "p50 more at the other", 25, "ms", who=TWO_PROCESSES.name),
    Goal("two_processes", "extra_p95", "p95 more at the other", 25, "ms", who=TWO_PROCESSES.name),
    Goal("two_processes", "lost", "lost", 0, who=TWO_PROCESSES.name),
    Goal("first_load", "page_kb", "the room’s page with everything", 60, "KB", who=ON_A_PHONE.name),
    Goal("first_load", "all_kb", "and with the join page before it", 60, "KB", who=ON_A_PHONE.name),
    Goal("first_load", "door_usable", "join page usable", 2000, "ms", who=ON_A_PHONE.name),
    Goal("first_load", "room_usable", "Join → the room’s box usable", 2000, "ms", who=ON_A_PHONE.name),
)
NOT_MEASURED = (
    "µWebSockets.js (not on the npm registry) and with it ≥ 1.5 × µWebSockets.js",
    "rendering once per revision and never per join: a test holds it (tests/live); here only the cost of a join",
)


def of(medians: Medians, cell: str, contender: str, figure: str) -> float:
    return medians.get(cell, {}).get(contender, {}).get(figure, ABSENT)


def verdicts(medians: Medians) -> list[Verdict]:
    return [goal.verdict(medians) for goal in GOALS if goal.cell in medians]


def number(value: float) -> str:
    """A figure to the three digits that mean something."""
    if math.isnan(value) or math.isinf(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
