"""The debrief: one screen, after the round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rounds import access, debriefs
from rounds.forms.debrief import DebriefForm
from rounds.models import Debrief, Round
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

_FIELDS = ("went_well", "noticed_someone", "panel_check_in", "pass_on")


@guarded
def debrief(request: StaffRequest, round_id: str) -> HttpResponse:
    """Show it; on POST keep what is written, and complete it when that was the button."""
    round = access.round_for(request.user, round_id)
    if not debriefs.is_open(round):
        return render(request, "rounds/debrief/early.html", {"round": round})
    if request.method != "POST":
        return _page(request, round, _form(round, _as_it_stands(debriefs.of(round))))
    form = _form(round, None, request.POST)
    if not form.is_valid():
        return _page(request, round, form, status=422)
    try:
        missing = _keep(request, round, form)
    except debriefs.Changed as changed:
        return _page(request, round, _form(round, None, _seen_again(request, round)), changed=str(changed), status=409)
    if missing:
        again = _form(round, None, _seen_again(request, round))
        again.add_error("panel_check_in", missing)
        return _page(request, round, again, status=422)
    return redirect("debrief", round_id=round.public_id)


def _keep(request: StaffRequest, round: Round, form: DebriefForm) -> str:
    """Save first, complete second: a debrief that cannot be completed yet keeps every word. Returns why it cannot."""
    debriefs.save(round=round, by=request.user, **form.cleaned_data)
    if "complete" not in request.POST:
        messages.success(request, "Saved.")
        return ""
    try:
        debriefs.complete(round=round, by=request.user)
    except Refused as refusal:
        return str(refusal)
    return ""  # the page itself says that it is complete


def _page(
    request: StaffRequest, round: Round, form: DebriefForm, *, changed: str = "", status: int = 200
) -> HttpResponse:
    kept = debriefs.of(round)
    nav = staff_nav(round.programme, access.roles_of(request.user, round.programme))
    context = {"round": round, "form": form, "kept": kept, "changed": changed, "staff_nav": nav}
    return render(request, "rounds/debrief/debrief.html", context, status=status)


def _form(round: Round, initial: dict[str, Any] | None, typed: Any = None) -> DebriefForm:
    earliest = debriefs.earliest_check_in(round, timezone.localdate())
    return DebriefForm(typed, initial=initial, earliest=earliest)


def _as_it_stands(kept: Debrief) -> dict[str, Any]:
    return {**{name: getattr(kept, name) for name in _FIELDS}, "seen": debriefs.mark(kept)}


def _seen_again(request: StaffRequest, round: Round) -> Any:
    """What was typed, with the mark of what has been saved meanwhile: it is shown beside it now."""
    typed = request.POST.copy()
    typed["seen"] = debriefs.mark(debriefs.of(round))
    return typed
