"""The debrief: one screen, after the round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from rounds import access, debriefs, pools, retention
from rounds.forms.debrief import DebriefForm, SignOffForm
from rounds.models import Round
from rounds.refusals import Changed, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def debrief(request: StaffRequest, round_id: str) -> HttpResponse:
    """Show it; on POST keep what is written, and complete it when that was the button."""
    round = access.round_for(request.user, round_id)
    if not debriefs.is_open(round):
        return render(request, "rounds/debrief/early.html", {"round": round})
    if request.method != "POST":
        return _page(request, round, _form(round, _as_it_stands(round)))
    form = _form(round, None, request.POST)
    if not form.is_valid():
        return _page(request, round, form, status=422)
    try:
        _keep(request, round, form)
    except Changed as changed:
        return _page(request, round, _form(round, None, _seen_again(request, round)), changed=str(changed), status=409)
    except debriefs.NoCheckIn as missing:
        again = _form(round, None, _seen_again(request, round))
        again.add_error(f"on_{missing.place}", str(missing))
        return _page(request, round, again, status=422)
    return redirect("debrief", round_id=round.public_id)


@guarded
def sign_off(request: StaffRequest, round_id: str) -> HttpResponse:
    """Sign the themes off; refused, the page says why beside them and keeps the ticks."""
    round = access.round_for(request.user, round_id)
    press = SignOffForm(request.POST)
    if request.method != "POST" or not press.is_valid():
        return redirect("debrief", round_id=round.public_id)
    try:
        retention.sign_off(round=round, keep=press.cleaned_data["keep"], by=request.user)
    except Refused as refusal:
        form = _form(round, _as_it_stands(round))
        return _page(request, round, form, unsigned=str(refusal), keep=press.cleaned_data["keep"], status=409)
    return redirect(_themes(round))


@guarded
def take_back_sign_off(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    if request.method == "POST":
        try:
            retention.take_back(round=round, by=request.user)
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return redirect(_themes(round))


def _themes(round: Round) -> str:
    return f"{reverse('debrief', args=[round.public_id])}#themes"


def _keep(request: StaffRequest, round: Round, form: DebriefForm) -> None:
    """Save first, complete second: a debrief that cannot be completed yet keeps every word."""
    debriefs.save(round=round, by=request.user, **form.cleaned_data)
    if "complete" in request.POST:
        debriefs.complete(round=round, by=request.user)  # the page itself says so then
    else:
        messages.success(request, "Saved.")


def _page(request: StaffRequest, round: Round, form: DebriefForm, *, status: int = 200, **said: Any) -> HttpResponse:
    kept = debriefs.of(round)
    nav = staff_nav(round.programme, access.roles_of(request.user, round.programme))
    context = {"round": round, "form": form, "kept": kept, "panel": form.panel, "staff_nav": nav}
    context |= {**_retention(round), "some_held": debriefs.some_held(round), **said}
    return render(request, "rounds/debrief/debrief.html", context, status=status)


def _retention(round: Round) -> dict[str, Any]:
    """What the page says of the themes, and of how long the words stay."""
    titles = retention.titles(round)
    return {
        "titles": titles,
        "some_are_read": any(title.is_read for title in titles),
        "waits": pools.still_to_come(round),
        "may_follow": pools.may_be_told_again(round) or pools.may_be_opened(round),
        "word_for_word": [title for title in titles if title.word_for_word],
        "day_if_signed_off": retention.day_if_signed_off(round),
    }


def _form(round: Round, initial: dict[str, Any] | None, typed: Any = None) -> DebriefForm:
    earliest = debriefs.earliest_check_in(round, timezone.localdate())
    quietly = debriefs.was_read_quietly(round)
    panel = debriefs.panel(round)
    return DebriefForm(typed, initial=initial, earliest=earliest, panel=panel, was_read_quietly=quietly)


def _as_it_stands(round: Round) -> dict[str, Any]:
    kept, panel = debriefs.of(round), debriefs.panel(round)
    stands = {name: getattr(kept, name) for name in debriefs.WORDS}
    for place, one in enumerate(panel):
        stands |= {f"on_{place}": one.check_in.on, f"done_{place}": one.check_in.done}
    return {**stands, "seen": debriefs.mark(kept, panel)}


def _seen_again(request: StaffRequest, round: Round) -> Any:
    """What was typed, with the mark of what has been saved meanwhile: it is shown beside it now."""
    typed = request.POST.copy()
    typed["seen"] = debriefs.mark(debriefs.of(round), debriefs.panel(round))
    return typed
