"""The draft write-up of a round that has said goodbye, to be changed, copied and printed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from facilitation import write_ups
from rounds import access, debriefs
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def write_up(request: StaffRequest, round_id: str) -> HttpResponse:
    """Show the draft; before the goodbye there is none, and the page says so."""
    round = access.round_for(request.user, round_id)
    draft = write_ups.draft(round) if debriefs.is_open(round) else ""
    nav = staff_nav(round.programme, access.roles_of(request.user, round.programme))
    context = {"round": round, "draft": draft, "staff_nav": nav}
    return render(request, "facilitation/papers/write_up.html", context)
