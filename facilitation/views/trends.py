"""Over the months: charts that each have their table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from facilitation import access as doors
from facilitation import trends
from rounds import access
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

WIDTH, ROW, BAR, LABEL = 360, 52, 14, 18  # in the drawing's own units


@dataclass(frozen=True)
class Bar:
    """One row of a drawing. label_y: the baseline of its words. y, width: of the bar under them."""

    label: str
    value: int
    label_y: int
    y: int
    width: int


@dataclass(frozen=True)
class Chart:
    """A drawing of bars, WIDTH units wide."""

    bars: list[Bar]
    height: int
    width: int = WIDTH
    thickness: int = BAR


@guarded
def over_the_months(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    barriers, levels, waits = trends.barriers(programme), trends.levels(programme), trends.waits(programme)
    context = {
        "programme": programme,
        "rounds": trends.rounds_held(programme),
        "barriers": barriers,
        "levels": levels,
        "waits": waits,
        "any_action": any(count for _, count in levels),
        "barrier_chart": chart((barrier.label, len(barrier.rounds)) for barrier in barriers if barrier.comes_back),
        "level_chart": chart(levels),
        "wait_chart": chart((wait.label, wait.usual) for wait in waits if wait.usual is not None),
        "staff_nav": staff_nav(programme, access.roles_of(request.user, programme), here="trends"),
    }
    return render(request, "facilitation/trends/over_the_months.html", context)


def chart(values: Iterable[tuple[str, int]]) -> Chart:
    """Bars for (label, value) pairs, as long as their value is to the largest."""
    rows = list(values)
    most = max((value for _, value in rows), default=0) or 1
    bars = [
        Bar(label, value, place * ROW + LABEL, place * ROW + LABEL + 8, round(WIDTH * value / most))
        for place, (label, value) in enumerate(rows)
    ]
    return Chart(bars, ROW * len(rows))
