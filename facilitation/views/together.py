"""One move for several actions: which of them, what it needs to be told, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from facilitation import access as doors
from facilitation import together
from facilitation.forms.reviews import TogetherForm
from facilitation.models import Action
from facilitation.together import Outcome
from facilitation.views.lists import read_address
from facilitation.views.moves import NOTE, TOGETHER, Move, hindrance, offered_together
from rounds import access
from rounds.models import Programme
from rounds.refusals import NotYours
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def ask(request: StaffRequest, programme_id: str) -> HttpResponse:
    """Which actions were ticked, which of them can be moved so, and the words for all of them."""
    programme, move = _entered(request, programme_id, request.GET.get("move", NOTE.code))
    if request.method != "GET":
        return HttpResponse(status=405)
    ids = request.GET.getlist("tick")
    actions = together.of(programme, ids)
    if not actions:
        messages.error(request, "Nothing is ticked yet. Tick the actions first, then choose what to do with them.")
        return redirect(_list_of(programme, request.GET.get("back", "")))
    return _page(request, programme, move, actions, TogetherForm(move=move.code), left_over=len(ids) > together.AT_MOST)


@guarded
def go(request: StaffRequest, programme_id: str, move: str) -> HttpResponse:
    programme, chosen = _entered(request, programme_id, move)
    form = TogetherForm(request.POST, move=move)
    if request.method != "POST":
        return redirect(_list_of(programme, ""))
    if not form.is_valid():
        return _page(request, programme, chosen, together.of(programme, _seen(request)), form)
    outcome = together.move(
        verb=chosen.verb, programme=programme, seen=form.cleaned_data["tick"], by=request.user, words=form.words()
    )
    if outcome.not_moved:
        left = [one.action for one in outcome.not_moved]
        return _page(request, programme, chosen, left, form, outcome=outcome)
    messages.success(request, _said(chosen, outcome))
    return redirect(_list_of(programme, request.POST.get("back", "")))


def _entered(request: StaffRequest, programme_id: str, move: str) -> tuple[Programme, Move]:
    programme = access.programme_for(request.user, programme_id, roles=doors.WRITES_ACTIONS)
    chosen = TOGETHER.get(move)
    if chosen is None or chosen not in offered_together(access.roles_of(request.user, programme)):
        raise NotYours
    return programme, chosen


def _page(
    request: StaffRequest,
    programme: Programme,
    move: Move,
    actions: list[Action],
    form: TogetherForm,
    *,
    outcome: Outcome | None = None,
    left_over: bool = False,
) -> HttpResponse:
    """What can be moved so, with the version it was seen in; what cannot, with the reason; and what came of it."""
    reasons = {action.pk: hindrance(move, action) for action in actions}
    context: dict[str, Any] = {
        "programme": programme,
        "move": move,
        "form": form,
        "ready": _ready(request, [action for action in actions if not reasons[action.pk]], outcome),
        "stays": [] if outcome else [(action, reasons[action.pk]) for action in actions if reasons[action.pk]],
        "outcome": outcome,
        "left_over": left_over,
        "back": read_address(programme, (request.POST or request.GET).get("back", "")),
        "staff_nav": staff_nav(programme, access.roles_of(request.user, programme), here="actions"),
    }
    return render(request, "facilitation/reviews/together.html", context, status=409 if outcome else 200)


def _ready(request: StaffRequest, actions: list[Action], outcome: Outcome | None) -> list[tuple[Action, int]]:
    seen = _seen(request) if outcome is None else {}
    return [(action, seen.get(action.public_id, action.version)) for action in actions]


def _seen(request: StaffRequest) -> dict[str, int]:
    """The versions that came back with a form that was not complete: they stay what was seen."""
    seen = TogetherForm(request.POST, move="")
    return seen.cleaned_data["tick"] if request.method == "POST" and seen.is_valid() else {}


def _said(move: Move, outcome: Outcome) -> str:
    number = len(outcome.moved)
    return move.done if number == 1 else f"{move.label}: {number} actions."


def _list_of(programme: Programme, back: str) -> str:
    return f"{reverse('actions', args=[programme.public_id])}?{read_address(programme, back)}"
