"""An action's page, filling it in part by part, and agreeing on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.html import escape

from facilitation import access as doors
from facilitation import action_parts, actions, reviews, taxonomies, titles
from facilitation.action_parts import Part
from facilitation.forms.actions import FORMS, AgreePress, PartForm, WhereForm, values_of
from facilitation.forms.agreeing import AgreeForm
from facilitation.forms.reviews import MoveForm
from facilitation.models import Action, State, Theme
from facilitation.views import way_back
from facilitation.views.facts import facts, now_it_says
from facilitation.views.moves import offered
from rounds.access import roles_of
from rounds.models import Role
from rounds.refusals import NotYours, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def show(request: StaffRequest, action_id: str) -> HttpResponse:
    action, roles = doors.action_for(request.user, action_id)
    writes = bool(roles & set(doors.WRITES_ACTIONS))
    proposed = action.state == State.PROPOSED
    question, answer = reviews.question_in_hand(action)
    context = {
        "action": action,
        "question": question,
        "answer": answer,
        "parts": facts(action),
        "events": action.events.select_related("who"),
        "changes": writes and action.state in actions.OPEN_TO_CHANGE,
        "missing": list(actions.missing(action).values()) if proposed else [],
        "agrees": proposed and Role.FACILITATOR in roles,
        "moves": offered(action, roles),
        "comment": MoveForm(move="comment", initial={"version": action.version}) if writes else None,
        "wants_sponsor": actions.needs_sponsor(action),
        **here(request, action, roles),
    }
    return render(request, "facilitation/actions/action.html", context)


@guarded
def edit(request: StaffRequest, action_id: str, part: str) -> HttpResponse:
    action, roles = doors.action_for(request.user, action_id, roles=doors.WRITES_ACTIONS)
    chosen = action_parts.part(part)
    if chosen is None:
        raise NotYours
    form = _form(request.POST if request.method == "POST" else None, action, roles, part)
    if not form.is_valid():
        return _part_page(request, action, chosen, form)
    try:
        kept = _write(request, action, form)
    except actions.SomebodyElseChangedIt as stale:
        return _stale_part(request, stale, chosen, roles)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _part_page(request, action, chosen, form)
    asks = kept.easier_asked and not action.easier_asked
    return _onward(request, kept, action_parts.part("easier") if asks else action_parts.after(part), asks=asks)


@guarded
def agree(request: StaffRequest, action_id: str) -> HttpResponse:
    """Pressed on the console, where words are the answer, or on the action's page."""
    action, _ = doors.action_for(request.user, action_id, roles=(Role.FACILITATOR,))
    if request.method != "POST":
        return way_back.onward(request, "action", action.public_id)
    try:
        press = AgreePress(request.POST).read()
        actions.agree(action=action, version=press["version"], by=request.user)
    except Refused as refusal:
        return _said(request, action, str(refusal), refused=True)
    return _said(request, action, "Agreed. It goes to the clinical leads.")


@guarded
def rest(request: StaffRequest, action_id: str) -> HttpResponse:
    """What the room still has to say, and its word: one form, on the console in a fragment, else on its own page."""
    action, roles = doors.action_for(request.user, action_id, roles=(Role.FACILITATOR,))
    form = _rest(request.POST if request.method == "POST" else None, action)
    if action.state == State.PROPOSED and form.is_valid():
        write, version = actions.agree if form.agrees else actions.change, form.cleaned_data["version"]
        try:
            action = write(action=action, version=version, by=request.user, fields=form.values())
            return _rest_said(request, action)
        except actions.SomebodyElseChangedIt as stale:
            action, form = stale.action, _rest_over(request, stale)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    if action.state != State.PROPOSED:  # somebody else was quicker
        return _rest_said(request, action)
    context = {"action": action, "form": form, **here(request, action, roles)}
    return render(request, f"facilitation/actions/{'_rest' if request.htmx else 'rest'}.html", context)


def _write(request: StaffRequest, action: Action, form: PartForm) -> Action:
    return actions.change(
        action=action,
        version=form.cleaned_data["version"],
        by=request.user,
        fields=form.values(),
        themes=form.chosen_themes() if isinstance(form, WhereForm) and "themes" in form.fields else None,
        offered=form.theme_of.values(),
    )


def _form(data: QueryDict | None, action: Action, roles: frozenset[str], part: str) -> PartForm:
    offered = titles.open_to(roles, Theme.objects.filter(round_id=action.round.origin_pk))
    return FORMS[part](data, action=action, offered=offered, initial=values_of(action, part))


def _part_page(request: StaffRequest, action: Action, part: Part, form: PartForm, **more: Any) -> HttpResponse:
    context = {
        "action": action,
        "part": part,
        "form": form,
        "next": action_parts.after(part.code),
        "six": taxonomies.TABLE_1 if part.code == "kind" else (),
        **here(request, action),
        **more,
    }
    return render(request, "facilitation/actions/part.html", context, status=409 if "stale" in more else 200)


def here(request: StaffRequest, action: Action, roles: frozenset[str] | None = None) -> dict[str, Any]:
    """The programme's navigation and the way back to the list, for the pages around an action."""
    roles = roles_of(request.user, action.programme) if roles is None else roles
    back = way_back.to_list(request)
    return {
        "programme": action.programme,
        "back": back,
        "along": way_back.along(back),
        "staff_nav": staff_nav(action.programme, roles, here="actions"),
    }


def _stale_part(
    request: StaffRequest, stale: actions.SomebodyElseChangedIt, part: Part, roles: frozenset[str]
) -> HttpResponse:
    """The page once more: what was typed is in the form, what was saved meanwhile stands above it."""
    form = _form(_over(request, stale), titles.of_action(stale.action, roles), roles, part.code)
    return _part_page(request, stale.action, part, form, stale=stale, now=now_it_says(stale.action, part))


def _over(request: StaffRequest, stale: actions.SomebodyElseChangedIt) -> QueryDict:
    """What was typed, over the version that was saved meanwhile."""
    data = request.POST.copy()
    data["version"] = str(stale.action.version)
    return data


def _onward(request: StaffRequest, action: Action, following: Part | None, *, asks: bool) -> HttpResponse:
    """To the next part, unless the person stops here; the strength question is asked in either case."""
    if following is None or ("stop" in request.POST and not asks):
        messages.success(request, "Saved.")
        return way_back.onward(request, "action", action.public_id)
    return way_back.onward(request, "action-edit", action.public_id, following.code)


def _rest(data: QueryDict | None, action: Action) -> AgreeForm:
    return AgreeForm(data, action=action, missing=actions.missing(action))


def _rest_over(request: StaffRequest, stale: actions.SomebodyElseChangedIt) -> AgreeForm:
    """The form once more: what was typed is in it, and the next press is made knowing what was saved meanwhile."""
    form = _rest(_over(request, stale), stale.action)
    form.add_error(None, str(stale))
    return form


def _rest_said(request: StaffRequest, action: Action) -> HttpResponse:
    if request.htmx:
        return render(request, "facilitation/actions/_shaped.html", {"round": action.round, "action": action})
    messages.success(request, "Kept." if action.state == State.PROPOSED else "Agreed. It is with the clinical leads.")
    return way_back.onward(request, "action", action.public_id)


def _said(request: StaffRequest, action: Action, words: str, *, refused: bool = False) -> HttpResponse:
    if request.htmx:
        return HttpResponse(escape(words), status=409 if refused else 200)
    (messages.error if refused else messages.success)(request, words)
    return way_back.onward(request, "action", action.public_id)
