"""Threads over the months: read by those who read actions, tied by facilitators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from facilitation import access as doors
from facilitation import likeness, recurring
from facilitation.forms.recurring import NameForm, PairForm, SearchForm, ThemeForm
from facilitation.histories import History, histories
from facilitation.models import Thread
from rounds import access
from rounds.forms.console import Press
from rounds.models import Programme, Role
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def threads(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    context = {**_here(request, programme), "histories": histories(programme)}
    if context["ties"]:
        context |= {**_searched(request, programme), "proposals": likeness.proposals(programme)}
    return render(request, "facilitation/recurring/threads.html", context)


@guarded
def thread(request: StaffRequest, programme_id: str, thread_id: str) -> HttpResponse:
    """A thread's history; posted to, by a facilitator, its new name."""
    roles = access.RUNS_ROUNDS if request.method == "POST" else doors.READS_ACTIONS
    programme, found = doors.thread_for(request.user, programme_id, thread_id, roles=roles)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": recurring.name_of(found)})
    if form.is_bound and form.is_valid():
        try:
            recurring.rename(thread=found, name=form.cleaned_data["name"], by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("recurring-thread", programme.public_id, found.public_id)
    history = next(iter(histories(programme, thread=found)), History(found))
    context = {**_here(request, programme), "thread": found, "history": history, "form": form}
    if context["ties"]:
        context |= _searched(request, programme, beside=found)
    return render(request, "facilitation/recurring/thread.html", context)


@guarded
def start(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_ROUNDS)

    def begun(typed: dict[str, Any]) -> HttpResponse:
        return _to(recurring.start(programme=programme, by=request.user, **typed))

    return _pressed(request, ThemeForm, begun, otherwise=("recurring", programme.public_id))


@guarded
def link(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_ROUNDS)

    def linked(typed: dict[str, Any]) -> HttpResponse:
        tied = recurring.link(programme=programme, by=request.user, **typed)
        messages.success(request, f"Tied together in “{recurring.name_of(tied)}”.")
        return _to(tied) if typed["to"] == tied.public_id else redirect("recurring", programme.public_id)

    return _pressed(request, PairForm, linked, otherwise=("recurring", programme.public_id))


@guarded
def dismiss(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_ROUNDS)

    def told_apart(typed: dict[str, Any]) -> HttpResponse:
        recurring.dismiss(programme=programme, by=request.user, **typed)
        messages.success(request, "They will not be proposed together again.")
        return redirect("recurring", programme.public_id)

    return _pressed(request, PairForm, told_apart, otherwise=("recurring", programme.public_id))


@guarded
def unlink(request: StaffRequest, programme_id: str, thread_id: str) -> HttpResponse:
    programme, found = doors.thread_for(request.user, programme_id, thread_id)
    here = ("recurring-thread", programme.public_id, found.public_id)

    def taken_out(typed: dict[str, Any]) -> HttpResponse:
        is_there = recurring.unlink(thread=found, by=request.user, **typed)
        messages.success(
            request, "It is out of the thread." if is_there else "That was the last one: the thread is gone."
        )
        return redirect(*here) if is_there else redirect("recurring", programme.public_id)

    return _pressed(request, ThemeForm, taken_out, otherwise=here)


@guarded
def let_go(request: StaffRequest, programme_id: str, thread_id: str) -> HttpResponse:
    programme, found = doors.thread_for(request.user, programme_id, thread_id)
    if request.method != "POST":
        return HttpResponse(status=405)
    recurring.let_go(thread=found, by=request.user)
    messages.success(request, "The thread is let go. Its themes stay where they were heard.")
    return redirect("recurring", programme.public_id)


def _pressed(
    request: StaffRequest,
    form_of: type[Press],
    verb: Callable[[dict[str, Any]], HttpResponse],
    *,
    otherwise: tuple[str, ...],
) -> HttpResponse:
    """A press: what cannot be read, and what the verb refuses, is said where the press came from."""
    if request.method != "POST":
        return HttpResponse(status=405)
    try:
        return verb(form_of(request.POST).read())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(*otherwise)


def _to(thread: Thread) -> HttpResponse:
    return redirect("recurring-thread", thread.programme.public_id, thread.public_id)


def _here(request: StaffRequest, programme: Programme) -> dict[str, Any]:
    """ties: whether this person may tie and untie."""
    roles = access.roles_of(request.user, programme)
    return {
        "programme": programme,
        "ties": Role.FACILITATOR in roles,
        "staff_nav": staff_nav(programme, roles, here="trends"),
    }


def _searched(request: StaffRequest, programme: Programme, *, beside: Thread | None = None) -> dict[str, Any]:
    search = SearchForm(request.GET)
    words = search.words()
    return {"search": search, "words": words, "found": likeness.search(programme, words, beside=beside)}
