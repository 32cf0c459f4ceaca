"""A story told again: another shift's round, and the 48 hours for those who missed it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rounds import access, telling_again, windows
from rounds.forms.telling_again import AgainForm, WindowForm, tomorrow_as
from rounds.models import Round
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def again(request: StaffRequest, round_id: str) -> HttpResponse:
    """Plan a re-run of this round, or give a planned re-run another time."""
    round = access.round_for(request.user, round_id)
    form = AgainForm(request.POST if request.method == "POST" else None, initial=_when(round))
    if form.is_bound and form.is_valid():
        try:
            kept = _keep(request, round, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Planned. It has a code and a page of its own.")
            return redirect("round", kept.public_id)
    return _page(request, round, form, "again")


@guarded
def window_begin(request: StaffRequest, round_id: str) -> HttpResponse:
    """Write what is read, and open it for 48 hours."""
    round = access.round_for(request.user, round_id)
    form = WindowForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            opened = windows.begin(first=round, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is open now, for 48 hours. Pass on the code or the poster.")
            return redirect("round", opened.public_id)
    return _page(request, round, form, "window")


@guarded
def window_end(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    if request.method == "POST":
        try:
            windows.end(round=round, by=request.user)
            messages.success(request, "It is closed and sealed. What was written is among the loose sentences now.")
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("round", round.public_id)


def _keep(request: StaffRequest, round: Round, form: AgainForm) -> Round:
    starts_at = form.cleaned_data["starts_at"]
    if not round.retells_id:
        return telling_again.plan(first=round, starts_at=starts_at, by=request.user)
    telling_again.change_time(round=round, starts_at=starts_at, by=request.user)
    return round


def _when(round: Round) -> dict[str, Any]:
    if not round.retells_id:
        return tomorrow_as(round.starts_at)
    when = timezone.localtime(round.starts_at)
    return {"date": when.date(), "time": when.time()}


def _page(request: StaffRequest, round: Round, form: forms.Form, name: str) -> HttpResponse:
    roles = access.roles_of(request.user, round.programme)
    story = getattr(round.origin, "story", None)
    context = {
        "round": round,
        "form": form,
        "story": None if story is not None and story.withdrawn else story,
        "staff_nav": staff_nav(round.programme, roles, here="programme"),
    }
    return render(request, f"rounds/desk/{name}.html", context, status=422 if form.errors else 200)
