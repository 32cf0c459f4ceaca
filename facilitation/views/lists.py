"""The actions of a programme: what waits for me, a list, a board; and the views of them that somebody keeps."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from facilitation import access as doors
from facilitation import saved_views, titles, together, waiting
from facilitation.forms.filters import FilterForm
from facilitation.forms.reviews import KeepForm, ViewPress
from facilitation.models import Action, SavedView, State
from facilitation.models.action import ENDED, ActionQuerySet
from facilitation.views import way_back
from facilitation.views.moves import offered_together
from rounds import access
from rounds.models import Programme, Role
from rounds.refusals import NotYours, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

A_PAGE: Final = 25
IN_A_COLUMN: Final = 20
ENDED_ON_THE_BOARD: Final = 8
VIEWS: Final = {"inbox": "Waiting for you", "list": "List", "board": "Board"}


class Column(NamedTuple):
    """A column of the list. address: the list sorted by it, or the other way around. sort: aria-sort's word."""

    label: str
    address: str
    sort: str


class Pile(NamedTuple):
    """What waits for one reason. more: the address of the list with all of it, where not all of it stands here."""

    heading: str
    actions: list[Action]
    more: str


class Standing(NamedTuple):
    """A column of the board. more: the address of the list with all of it, where not all of it stands here."""

    state: State
    cards: list[Action]
    more: str


@guarded
def listing(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    roles = access.roles_of(request.user, programme)
    form = FilterForm(request.GET, programme=programme)
    view = _view(request.GET.get("as", ""), roles, narrowed=bool(form.chosen()))
    shown = {"inbox": _inbox, "list": _list, "board": _board}[view](request, programme, roles, form)
    address = address_of(view, form)
    context = {
        "programme": programme,
        "form": form,
        "view": view,
        "views": {code: label for code, label in VIEWS.items() if code != "inbox" or roles & set(doors.WRITES_ACTIONS)},
        "address": address,
        "along": way_back.along(f"{address}&page={shown['page'].number}" if "page" in shown else address),
        "together": offered_together(roles),
        "is_lead": Role.CLINICAL_LEAD in roles,
        "saved": _saved(request, programme, roles),
        "keep": KeepForm(initial={"address": address}, prefix="keep"),
        "staff_nav": staff_nav(programme, roles, here="actions"),
        **shown,
    }
    return render(request, f"facilitation/reviews/{view}.html", context)


def _saved(request: StaffRequest, programme: Programme, roles: frozenset[str]) -> list[SavedView]:
    found = SavedView.objects.of(request.user, programme, leads=Role.CLINICAL_LEAD in roles)
    return list(found.select_related("owner"))


@guarded
def keep(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    form = KeepForm(request.POST, prefix="keep")
    address = read_address(programme, request.POST.get("keep-address", ""))
    if request.method == "POST" and form.is_valid():
        try:
            said = {name: form.cleaned_data[name] for name in ("name", "shared")}
            saved_views.keep(programme=programme, by=request.user, address=address, **said)
            messages.success(request, f"“{form.cleaned_data['name']}” is kept.")
        except Refused as refusal:
            messages.error(request, str(refusal))
    elif request.method == "POST":
        too_much = "That is too much to keep in one view. Please choose a little less."
        named = "A kept view needs a name, of 60 characters at most."
        messages.error(request, too_much if "address" in form.errors else named)
    return _back(programme, address)


@guarded
def press(request: StaffRequest, programme_id: str, view_id: str) -> HttpResponse:
    """Share one of one's own views, keep it to oneself again, or remove it."""
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    view = SavedView.objects.filter(programme=programme, owner=request.user, public_id=view_id).first()
    if view is None:
        raise NotYours
    form = ViewPress(request.POST)
    if request.method == "POST" and form.is_valid():
        if (what := form.cleaned_data["what"]) == "remove":
            saved_views.remove(view=view)
        else:
            saved_views.share(view=view, shared=what == "share")
        messages.success(request, _PRESSED[what].format(view.name))
    return _back(programme, read_address(programme, request.POST.get("address", "")))


_PRESSED: Final = {
    "share": "The clinical leads have “{}” too.",
    "unshare": "“{}” is yours alone.",
    "remove": "“{}” is removed. No action has changed.",
}


def address_of(view: str, form: FilterForm) -> str:
    """The whole of what is seen, as a query string that always reads the same."""
    narrowed = form.address()
    return f"as={view}&{narrowed}" if narrowed else f"as={view}"


def read_address(programme: Programme, address: str) -> str:
    """A query string that came back with a form, as it would have been written here; nothing else gets through."""
    asked = QueryDict(address)
    view = asked.get("as", "")
    return address_of(view if view in VIEWS else "list", FilterForm(asked, programme=programme))


def _back(programme: Programme, address: str) -> HttpResponse:
    return redirect(f"{reverse('actions', args=[programme.public_id])}?{address}")


def _view(asked: str, roles: frozenset[str], *, narrowed: bool) -> str:
    """Which of VIEWS: as asked; else the list when it is narrowed or nothing can wait for this person."""
    if asked in VIEWS:
        return asked
    return "list" if narrowed or not roles & set(doors.WRITES_ACTIONS) else "inbox"


def _of(programme: Programme, roles: frozenset[str], form: FilterForm) -> ActionQuerySet:
    found: Any = Action.objects.filter(programme=programme).select_related("round")
    return form.narrowed(found, themes=titles.open_to(roles))


def _inbox(_: StaffRequest, programme: Programme, roles: frozenset[str], __: FilterForm) -> dict[str, Any]:
    return {
        "piles": [_pile(heading, actions) for heading, actions in waiting.piles(programme, roles, at_most=A_PAGE + 1)]
    }


def _pile(heading: str, actions: list[Action]) -> Pile:
    more = f"as=list&{waiting.NARROWED[heading]}" if len(actions) > A_PAGE else ""
    return Pile(heading, actions[:A_PAGE], more)


def _list(request: StaffRequest, programme: Programme, roles: frozenset[str], form: FilterForm) -> dict[str, Any]:
    found = form.sorted(_of(programme, roles, form)).prefetch_related(titles.for_actions(roles))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page", "1"))
    return {"page": page, "columns": [_column(form, *one) for one in _COLUMNS], **_ticked(request, programme, page)}


def _ticked(request: StaffRequest, programme: Programme, page: Page[Action]) -> dict[str, Any]:
    """What the address says is ticked: here, and on the list's other pages."""
    asked = request.GET.getlist("tick")
    ids = [action.public_id for action in together.of(programme, asked)] if asked else []
    here = {action.public_id for action in page}
    return {"ticked": ids, "elsewhere": [one for one in ids if one not in here]}


_COLUMNS: Final = (
    ("action", "Action"),
    ("state", "Where it stands"),
    ("holder", "Who holds it"),
    ("level", "Level"),
    ("day", "Day"),
)


def _column(form: FilterForm, code: str, label: str) -> Column:
    turned = f"-{code}" if form.order == code else code
    sort = {code: "ascending", f"-{code}": "descending"}.get(form.order, "")
    return Column(label, form.address(sort=turned), sort)


def _board(_: StaffRequest, programme: Programme, roles: frozenset[str], form: FilterForm) -> dict[str, Any]:
    """A column for each state: of the open ones what comes up soonest, of what has ended the latest."""
    found = _of(programme, roles, form)
    standing: dict[str, list[Action]] = {state: [] for state in State}
    for action in [
        *_first(found.open(), "day", IN_A_COLUMN),
        *_first(found.filter(state__in=ENDED), "end", ENDED_ON_THE_BOARD),
    ]:
        standing[action.state].append(action)
    return {"columns": [_standing(form, state, standing[state]) for state in State]}


def _first(found: QuerySet[Action], by: str, number: int) -> QuerySet[Action]:
    """In each state the first so many, and one more where there are more, by their day or by their end."""
    order: list[Any] = [F("review_on").asc(nulls_last=True), "pk"] if by == "day" else ["-changed_at", "-pk"]
    placed = found.annotate(place=Window(RowNumber(), partition_by="state", order_by=order))
    return placed.filter(place__lte=number + 1).order_by("place")


def _standing(form: FilterForm, state: State, cards: list[Action]) -> Standing:
    number = ENDED_ON_THE_BOARD if state in ENDED else IN_A_COLUMN
    more = f"as=list&{form.address(state=[state])}" if len(cards) > number else ""
    return Standing(state, cards[:number], more)
