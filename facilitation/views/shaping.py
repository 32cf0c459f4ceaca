"""Shaping an action in the room: four fields, on the console or on a page of their own; and a round's actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from facilitation import access as doors
from facilitation import actions, titles
from facilitation.forms.actions import ShapeForm
from facilitation.forms.shaping import FromForm
from facilitation.models import Action, Offer, Proposal, Theme
from rounds import access
from rounds.models import Reaction, Role, Round
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def shape(request: StaffRequest, round_id: str) -> HttpResponse:
    """The first pass. Inside the console the answer is the fragment alone, else the page around it."""
    round = access.round_for(request.user, round_id)
    if not round.crossed_threshold:
        context = {"round": round, "words": actions.BEFORE_THE_THRESHOLD, **_here(request, round)}
        return render(request, "facilitation/actions/not_yet.html", context, status=409)
    proposal, theme = _from(round, FromForm(request.POST if request.method == "POST" else request.GET).named())
    form = _form(request, proposal, theme)
    if form.is_bound and form.is_valid():
        try:
            made = _make(request, round, form, proposal, theme)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _shaped(request, round, made)
    context = {"round": round, "form": form, "proposal": proposal, "theme": theme, **_here(request, round)}
    context["later"] = _from_the_shelf(round, request.GET.get("later", ""))
    return render(request, f"facilitation/actions/{'_shape' if request.htmx else 'shape'}.html", context)


@guarded
def of_round(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id, roles=doors.READS_ACTIONS)
    roles = access.roles_of(request.user, round.programme)
    found = list(round.actions.order_by("pk").prefetch_related(titles.for_actions(roles)))
    copes = actions.asks_individuals_to_cope(found, over=round.closed_at is not None)
    context = {
        "round": round,
        "actions": found,
        "shapes": round.crossed_threshold and Role.FACILITATOR in roles,
        "copes": actions.ASKS_INDIVIDUALS_TO_COPE if copes else "",
        **_here(request, round),
    }
    return render(request, "facilitation/actions/of_round.html", context)


def _from(round: Round, named: Mapping[str, str]) -> tuple[Proposal | None, Theme | None]:
    """The proposal and the theme an address or a form names, if they are this round's; else none."""
    offered = Proposal.objects.filter(round=round, offer=Offer.CHANGE, set_aside=False).select_related("theme")
    proposal = offered.filter(pk=named["proposal"]).first()
    themes = Theme.objects.filter(round_id=round.origin_pk)
    theme = themes.filter(public_id=named["theme"]).first()
    return proposal, theme or (proposal.theme if proposal else None)


def _from_the_shelf(round: Round, reaction: str) -> str:
    """The words of what was set aside for later, to begin with; they go no further than this page."""
    found = Reaction.objects.of(round.origin).filter(pk=reaction, state=Reaction.State.ASIDE).first()
    return found.text if found else ""


def _form(request: StaffRequest, proposal: Proposal | None, theme: Theme | None) -> ShapeForm:
    first = theme.barriers if theme else []
    if request.method == "POST":
        return ShapeForm(request.POST, first_barriers=first, auto_id="shape_%s")
    # No words of the proposal: one person wrote them for the room, and an action is read far outside it.
    initial = {
        "barriers": first,
        "proposal": proposal.pk if proposal else "",
        "theme": theme.public_id if theme else "",
    }
    return ShapeForm(initial=initial, first_barriers=first, auto_id="shape_%s")


def _make(
    request: StaffRequest, round: Round, form: ShapeForm, proposal: Proposal | None, theme: Theme | None
) -> Action:
    fields = {name: form.cleaned_data[name] for name in actions.FIRST_PASS}
    themes = [theme] if theme else []
    return actions.shape(round=round, by=request.user, fields=fields, themes=themes, proposal=proposal)


def _shaped(request: StaffRequest, round: Round, action: Action) -> HttpResponse:
    if request.htmx:
        return render(request, "facilitation/actions/_shaped.html", {"round": round, "action": action})
    messages.success(request, "Kept. What it still needs before the room can agree stands beside it.")
    return redirect("action", action.public_id)


def _here(request: StaffRequest, round: Round) -> dict[str, Any]:
    roles = access.roles_of(request.user, round.programme)
    return {"programme": round.programme, "staff_nav": staff_nav(round.programme, roles, here="actions")}
