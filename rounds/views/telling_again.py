"""A story told again: another shift's round, and the 48 hours for those who missed it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rounds import access, sealing, telling_again, windows
from rounds.forms.meanwhile import Meanwhile
from rounds.forms.telling_again import AgainForm, WindowForm, tomorrow_as
from rounds.models import Kind, Round
from rounds.refusals import Changed, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

CLOSED: Final = "It is closed and sealed."  # what became of what was written stands on its page
NOT_SEALED_YET: Final = "It is closed, and is being sealed."


@guarded
def again(request: StaffRequest, round_id: str) -> HttpResponse:
    """Plan a re-run of this round, or give a planned re-run another time."""
    round = access.round_for(request.user, round_id)
    posted = request.POST if request.method == "POST" else None
    meanwhile = Meanwhile(posted=posted, mark=telling_again.mark(round))
    form = AgainForm(posted, initial=_when(round))
    if form.is_bound and form.is_valid():
        try:
            kept = _keep(request, round, form, meanwhile.seen)
        except Changed as why:
            now = Round.objects.get(pk=round.pk)
            meanwhile.refuse(why, mark=telling_again.mark(now), form=form, stands=_when(now))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Planned. It has a code and a page of its own.")
            return redirect("round", kept.public_id)
    return _page(request, round, form, "again", meanwhile=meanwhile)


@guarded
def window_begin(request: StaffRequest, round_id: str) -> HttpResponse:
    """Write what is read, and open it for 48 hours; or put other words into it while it is open."""
    round = access.round_for(request.user, round_id)
    posted = request.POST if request.method == "POST" else None
    form = WindowForm(posted, initial=_told(round))
    meanwhile = Meanwhile(posted=posted, mark=windows.mark(round))
    if form.is_bound and form.is_valid():
        try:
            opened = _open(request, round, form, meanwhile.seen)
        except Changed as why:
            now = Round.objects.get(pk=round.pk)
            meanwhile.refuse(why, form=form, stands=_told(now), mark=windows.mark(now))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("round", opened.public_id)
    return _page(request, round, form, "window", meanwhile=meanwhile)


@guarded
def window_end(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    if request.method == "POST":
        try:
            ended = windows.end(round=round, by=request.user)
            messages.success(request, CLOSED if sealing.is_done(ended) else NOT_SEALED_YET)
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("round", round.public_id)


def _keep(request: StaffRequest, round: Round, form: AgainForm, seen: str) -> Round:
    """seen: the mark of what the page showed of a re-run that is moved."""
    said = {name: form.cleaned_data[name] for name in ("starts_at", "place")}
    if not round.retells_id:
        return telling_again.plan(first=round, by=request.user, **said)
    telling_again.move(round=round, seen=seen, by=request.user, **said)
    return round


def _open(request: StaffRequest, round: Round, form: WindowForm, seen: str) -> Round:
    """seen: the mark of what the page showed of a window that is open."""
    if round.kind == Kind.WINDOW:
        told = windows.tell_anew(window=round, by=request.user, seen=seen, **form.said)
        messages.success(request, "It is read like this from now on.")
        return told
    opened = windows.begin(first=round, by=request.user, **form.said)
    messages.success(request, "It is open now, for 48 hours. Pass on the code or the poster.")
    return opened


def _told(round: Round) -> dict[str, Any]:
    return {"telling": round.telling, "is_theirs": round.telling_is_theirs}


def _when(round: Round) -> dict[str, Any]:
    if not round.retells_id:
        return {**tomorrow_as(round.starts_at), "place": round.place}
    when = timezone.localtime(round.starts_at)
    return {"date": when.date(), "time": when.time(), "place": round.place}


def _page(request: StaffRequest, round: Round, form: forms.Form, name: str, *, meanwhile: Meanwhile) -> HttpResponse:
    roles = access.roles_of(request.user, round.programme)
    story = getattr(round.origin, "story", None)
    context = {
        "round": round,
        "form": form,
        "meanwhile": meanwhile,
        "story": None if story is not None and story.withdrawn else story,
        "staff_nav": staff_nav(round.programme, roles, here="programme"),
    }
    status = 422 if form.errors else meanwhile.status
    return render(request, f"rounds/desk/{name}.html", context, status=status)
