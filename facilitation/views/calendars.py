"""A member's private calendar address, and what a calendar finds there."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from facilitation import access as doors
from facilitation import calendars
from rounds import access
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def show(request: StaffRequest, programme_id: str) -> HttpResponse:
    """The page; and, after its button, the page with the new address on it, this once."""
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    context = {
        "programme": programme,
        "staff_nav": staff_nav(programme, access.roles_of(request.user, programme), here="actions"),
    }
    try:
        if request.method == "POST" and "end" in request.POST:
            calendars.end(programme=programme, person=request.user)
            messages.success(request, "Nothing is at that address any more.")
            return redirect("calendar", programme.public_id)
        if request.method == "POST":
            token = calendars.give(programme=programme, person=request.user)
            context["address"] = f"{settings.SITE_URL}{reverse('calendar-feed', args=[token])}"
    except Refused as refusal:
        messages.error(request, str(refusal))
    context["feed"] = calendars.of(programme, request.user)
    return render(request, "facilitation/calendar/page.html", context)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For calendars, which have no account. An address that has ended answers like one that never was."""
    programme = calendars.programme_at(token)
    if programme is None:
        raise Http404
    return HttpResponse(calendars.ics(programme), content_type=calendars.ICS_TYPE)
