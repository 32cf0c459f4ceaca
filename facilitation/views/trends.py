"""Over the months: charts that each have their table."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from facilitation import access as doors
from facilitation import charts, trends
from facilitation.forms.trends import NarrowForm
from facilitation.histories import History, histories
from facilitation.trends import Months, Narrowed
from rounds import access
from rounds.models import Programme
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def over_the_months(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    form = NarrowForm(request.GET)
    narrowed = Narrowed(**form.chosen())
    months = trends.over(programme, narrowed)
    threads = _threads(programme, narrowed, months)
    context = {
        "programme": programme,
        "form": form,
        "narrowed": form.in_words(),
        "also": form.for_a_barrier(),
        "months": months,
        "histories": threads,
        "enough": trends.ENOUGH,
        "strengths": trends.STRENGTHS,
        **(_drawn(months, threads) if months.is_enough else {}),
        "staff_nav": staff_nav(programme, access.roles_of(request.user, programme), here="trends"),
    }
    return render(request, "facilitation/trends/over_the_months.html", context)


def _threads(programme: Programme, narrowed: Narrowed, months: Months) -> list[History]:
    """The threads heard in these rounds, with those of their actions that are looked at."""
    found = [one for one in histories(programme, within=narrowed.covers) if one.names(narrowed.barrier)]
    for history in found:
        history.actions = [action for action in history.actions if action.pk in months.agreed]
    return found


def _drawn(months: Months, threads: list[History]) -> dict[str, Any]:
    """The drawings; none of a few rounds or actions, because they are no pattern."""
    again = [(barrier.label, barrier.rounds) for barrier in months.barriers if barrier.rounds]
    waits = [(wait.label, wait.usual) for wait in months.waits if wait.usual is not None]
    done = {
        "level_chart": charts.stacks([(w.label, w.counts) for w in months.levels], kinds=trends.STRENGTHS),
        "told_chart": charts.bars(months.outcomes),
    }
    return {
        **(done if months.is_enough_done else {}),
        "barrier_chart": charts.strips(again, days=months.days),
        "thread_chart": charts.strips([(one.name, one.rounds) for one in threads], days=months.days),
        "wait_chart": charts.bars(waits),
    }
