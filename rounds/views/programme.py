"""Home, a programme's page and its settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rounds import access, coming, lighter, programmes, waiting
from rounds.forms.meanwhile import Meanwhile
from rounds.forms.people import SettingsForm
from rounds.models import Programme, Role, Round, Stage
from rounds.refusals import Changed, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

A_PAGE_OF_PAST_ROUNDS = 20
REHEARSALS_SHOWN = 3  # of those to come, and of those that are over


def home(request: HttpRequest) -> HttpResponse:
    """A landing for people without an account; one's programmes for those with one."""
    if not request.user.is_authenticated:
        return render(request, "rounds/desk/landing.html")
    mine = access.programmes_of(request.user)
    if len(mine) == 1:
        is_lead_only = access.roles_of(request.user, mine[0]) == {Role.CLINICAL_LEAD}
        return redirect("actions" if is_lead_only else "programme", mine[0].public_id)
    found = [(one, waiting.number("actions", one, access.roles_of(request.user, one))) for one in mine]
    response = render(request, "rounds/desk/programmes.html", {"programmes": found})
    response.headers["Cache-Control"] = "no-store"
    return response


@guarded
def programme(request: StaffRequest, programme_id: str) -> HttpResponse:
    found = access.programme_for(request.user, programme_id)
    roles = access.roles_of(request.user, found)
    context = {
        "programme": found,
        "runs_rounds": Role.FACILITATOR in roles,
        "lighter": lighter.suggested_after(found) if Role.FACILITATOR in roles else None,
        "actions_waiting": waiting.number("actions", found, roles),
        "staff_nav": staff_nav(found, roles, here="programme"),
        **_rounds_of(found, request.GET.get("page", "1"), prepared=Role.FACILITATOR in roles),
    }
    return render(request, "rounds/desk/programme.html", context)


@guarded
def put_lighter_away(request: StaffRequest, programme_id: str) -> HttpResponse:
    found = access.programme_for(request.user, programme_id, roles=access.RUNS_ROUNDS)
    if request.method == "POST":
        try:
            lighter.put_away(programme=found, seen=request.POST.get("seen", ""), by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("programme", found.public_id)


@guarded
def settings(request: StaffRequest, programme_id: str) -> HttpResponse:
    found = access.programme_for(request.user, programme_id, roles=access.RUNS_PROGRAMME)
    posted = request.POST if request.method == "POST" else None
    meanwhile = Meanwhile(posted=posted, mark=programmes.mark(found))
    form = SettingsForm(posted, initial=_settled(found))
    if form.is_bound and form.is_valid():
        try:
            programmes.settle(programme=found, settings=form.cleaned_data, seen=meanwhile.seen, by=request.user)
        except Changed as why:
            found.refresh_from_db()
            meanwhile.refuse(why, mark=programmes.mark(found), form=form, stands=_settled(found))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("programme-settings", found.public_id)
    context = {
        "programme": found,
        "form": form,
        "meanwhile": meanwhile,
        "staff_nav": staff_nav(found, access.roles_of(request.user, found), here="programme-settings"),
    }
    return render(request, "rounds/desk/settings.html", context, status=meanwhile.status)


@guarded
def renew_told_back_link(request: StaffRequest, programme_id: str) -> HttpResponse:
    found = access.programme_for(request.user, programme_id, roles=access.RUNS_PROGRAMME)
    if request.method == "POST":
        programmes.renew_told_back_link(programme=found, by=request.user)
        messages.success(request, "The told-back page has a new link. The old one no longer works.")
    return redirect("programme-settings", found.public_id)


def _settled(programme: Programme) -> dict[str, Any]:
    return {name: getattr(programme, name) for name in programmes.SETTLED}


def _rounds_of(programme: Programme, page: str, *, prepared: bool) -> dict[str, Any]:
    rounds = Round.objects.filter(programme=programme).select_related("programme", "story", "continues__story")
    real = rounds.filter(rehearsal=False)
    over = real.filter(stage=Stage.CLOSED) | real.filter(cancelled_at__isnull=False)
    over = over.select_related("debrief").order_by("-starts_at", "-pk")
    planned = real.filter(stage=Stage.PLANNED, cancelled_at=None)
    rehearsed = rounds.filter(rehearsal=True).order_by("-pk")
    return {
        "live": real.live().order_by("starts_at"),
        "months": coming.months(planned, prepared=prepared),
        "late_from": timezone.now(),
        "past": Paginator(over, A_PAGE_OF_PAST_ROUNDS).get_page(page),
        "rehearsals": [
            *rehearsed.exclude(stage=Stage.CLOSED)[:REHEARSALS_SHOWN],
            *rehearsed.filter(stage=Stage.CLOSED)[:REHEARSALS_SHOWN],
        ],
    }
