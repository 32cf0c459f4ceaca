"""The actions of a programme: what waits for me, a list, a board; and moving one of them on."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import redirect, render

from facilitation import access as doors
from facilitation import reviews, waiting
from facilitation.actions import SomebodyElseChangedIt
from facilitation.forms.actions import FilterForm
from facilitation.forms.reviews import MoveForm
from facilitation.models import Action, State
from facilitation.models.action import ENDED
from facilitation.views.actions import here
from facilitation.views.moves import MOVES, Move
from rounds import access
from rounds.models import Programme
from rounds.refusals import NotYours, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

A_PAGE: Final = 25
ENDED_ON_THE_BOARD: Final = 8
VIEWS: Final = {"inbox": "Waiting for you", "list": "List", "board": "Board"}


@guarded
def listing(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    roles = access.roles_of(request.user, programme)
    form = FilterForm(request.GET)
    chosen = form.chosen()
    view = _view(request.GET.get("as", ""), roles, chosen)
    if view == "inbox":
        shown: dict[str, Any] = {"piles": waiting.piles(programme, roles)}
    else:
        shown = {"list": _list, "board": _board}[view](request, _narrowed(programme, chosen))
    context = {
        "programme": programme,
        "form": form,
        "chosen": chosen,
        "view": view,
        "views": VIEWS,
        "staff_nav": staff_nav(programme, roles, here="actions"),
        **shown,
    }
    return render(request, f"facilitation/reviews/{view}.html", context)


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
    return redirect("action", action.public_id)


@guarded
def comment(request: StaffRequest, action_id: str) -> HttpResponse:
    action, _ = doors.action_for(request.user, action_id, roles=doors.WRITES_ACTIONS)
    if request.method != "POST":
        return redirect("action", action.public_id)
    form = MoveForm(request.POST, move="comment", initial={"version": action.version})
    if not form.is_valid():
        context = {"action": action, "form": form, **here(request, action)}
        return render(request, "facilitation/reviews/comment.html", context)
    reviews.comment(action=action, by=request.user, **form.words())
    messages.success(request, "It is in the history.")
    return redirect("action", action.public_id)


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


def _view(asked: str, roles: frozenset[str], chosen: dict[str, Any]) -> str:
    """Which of VIEWS: as asked; else the list when it is narrowed or nothing can wait for this person."""
    if asked in VIEWS:
        return asked
    return "list" if chosen or not roles & set(doors.WRITES_ACTIONS) else "inbox"


def _narrowed(programme: Programme, chosen: dict[str, Any]) -> QuerySet[Action]:
    found: Any = Action.objects.filter(programme=programme).select_related("round").prefetch_related("themes")
    if "state" in chosen:
        found = found.filter(state=chosen["state"])
    if "level" in chosen:
        found = found.filter(level=chosen["level"])
    if "barrier" in chosen:
        found = found.removing(chosen["barrier"])
    if "overdue" in chosen:
        found = found.overdue()
    if "text" in chosen:
        found = found.about(chosen["text"])
    narrowed: QuerySet[Action] = found
    return narrowed


def _list(request: StaffRequest, found: QuerySet[Action]) -> dict[str, Any]:
    ended_last = Case(When(state__in=ENDED, then=1), default=0)
    page = Paginator(found.order_by(ended_last, "review_on", "pk"), A_PAGE).get_page(request.GET.get("page", "1"))
    address = request.GET.copy()
    address.pop("page", None)
    return {"page": page, "address": address.urlencode()}


def _board(request: StaffRequest, found: QuerySet[Action]) -> dict[str, Any]:
    """A column for each state; of what has ended only the latest."""
    columns: dict[str, list[Action]] = {state: [] for state in State}
    for action in found:
        columns[action.state].append(action)
    for state in ENDED:
        columns[state] = sorted(columns[state], key=lambda action: action.changed_at, reverse=True)
    return {
        "columns": [
            (state, columns[state][:ENDED_ON_THE_BOARD] if state in ENDED else columns[state]) for state in State
        ],
        "latest": ENDED_ON_THE_BOARD,
    }
