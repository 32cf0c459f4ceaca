"""Moving one action on, and adding a note to its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from facilitation import access as doors
from facilitation import reviews
from facilitation.actions import SomebodyElseChangedIt
from facilitation.forms.reviews import MoveForm
from facilitation.models import Action
from facilitation.views import way_back
from facilitation.views.actions import here
from facilitation.views.moves import MOVES, Move
from rounds.refusals import NotYours, Refused
from rounds.views.door import StaffRequest, guarded


@guarded
def move(request: StaffRequest, action_id: str, move: str) -> HttpResponse:
    chosen = MOVES.get(move)
    if chosen is None:
        raise NotYours
    action, _ = doors.action_for(request.user, action_id, roles=chosen.roles)
    posted = request.POST if request.method == "POST" else None
    form = MoveForm(posted, move=move, rehearsed=action.round.rehearsal, initial={"version": action.version})
    if posted is None or not form.is_valid():
        return _move_page(request, action, chosen, form)
    try:
        chosen.verb(action=action, version=form.cleaned_data["version"], by=request.user, **form.words())
    except SomebodyElseChangedIt as stale:
        return _stale_move(request, stale, chosen)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _move_page(request, action, chosen, form)
    messages.success(request, chosen.done)
    return way_back.onward(request, "action", action.public_id)


@guarded
def comment(request: StaffRequest, action_id: str) -> HttpResponse:
    action, _ = doors.action_for(request.user, action_id, roles=doors.WRITES_ACTIONS)
    if request.method != "POST":
        return way_back.onward(request, "action", action.public_id)
    form = MoveForm(request.POST, move="comment", initial={"version": action.version})
    if not form.is_valid():
        context = {"action": action, "form": form, **here(request, action)}
        return render(request, "facilitation/reviews/comment.html", context)
    reviews.comment(action=action, by=request.user, **form.words())
    messages.success(request, "It is in the history.")
    return way_back.onward(request, "action", action.public_id)


def _move_page(request: StaffRequest, action: Action, move: Move, form: MoveForm, **more: Any) -> HttpResponse:
    """A move's own page: the words it needs, or why it cannot be done from where the action stands now."""
    context = {
        "action": action,
        "move": move,
        "form": form,
        "possible": move.code in reviews.possible(action),
        **here(request, action),
        "question": reviews.question(action) if move.code == "answer" else "",
        "learning_first": move.code == "finish" and not reviews.learning_is_said(action),
        **more,
    }
    return render(request, "facilitation/reviews/move.html", context, status=409 if "stale" in more else 200)


def _stale_move(request: StaffRequest, stale: SomebodyElseChangedIt, move: Move) -> HttpResponse:
    data = request.POST.copy()
    data["version"] = str(stale.action.version)
    form = MoveForm(data, move=move.code, rehearsed=stale.action.round.rehearsal)
    return _move_page(request, stale.action, move, form, stale=stale)
