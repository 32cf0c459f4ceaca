"""The case library: stories to begin with, to be read, printed, and taken into the planner."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from rounds import access
from rounds.forms.library import LibraryForm
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def library(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_ROUNDS)
    form = LibraryForm(request.GET)
    context = {
        "programme": programme,
        "form": form,
        "cases": [form.chosen] if form.chosen else form.found,
        "alone": form.chosen is not None,
        "staff_nav": staff_nav(programme, access.roles_of(request.user, programme), here="programme"),
    }
    return render(request, "rounds/desk/library.html", context)
