"""Preparing a panel: one page for what is gone through with each storyteller, and a note that only its writer reads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from rounds import access, preparing
from rounds.forms.preparing import OwnNoteForm, PreparationForm
from rounds.models import Round, Storyteller
from rounds.refusals import NotYours, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def panel(request: StaffRequest, round_id: str) -> HttpResponse:
    """Show it; on POST keep what was ticked."""
    round, tellers = _panel(request, round_id)
    forms = [PreparationForm(request.POST if request.method == "POST" else None, teller=one) for one in tellers]
    fine = [form.is_valid() for form in forms]  # all of them: every storyteller's part is to show its errors
    if request.method == "POST" and all(fine):
        try:
            for form in forms:
                preparing.keep(round=round, storyteller=form.teller.public_id, changed=form.changed, by=request.user)
            messages.success(request, "Saved.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("panel", round.public_id)
    return _page(request, round, forms)


@guarded
def own_note(request: StaffRequest, round_id: str) -> HttpResponse:
    """Keep a note that only its writer reads."""
    round, _ = _panel(request, round_id)
    form = OwnNoteForm(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            preparing.keep_own_note(round=round, words=form.cleaned_data["words"], by=request.user)
            messages.success(request, "Saved, for you alone.")
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("panel", round.public_id)


def _panel(request: StaffRequest, round_id: str) -> tuple[Round, list[Storyteller]]:
    round = access.round_for(request.user, round_id)
    story = getattr(round, "story", None)
    if story is None:
        raise NotYours
    found = Storyteller.objects.filter(story=story, withdrawn=False).select_related("preparation", "story__round")
    return round, [] if story.withdrawn else list(found)


def _page(request: StaffRequest, round: Round, forms: list[PreparationForm]) -> HttpResponse:
    context = {
        "round": round,
        "forms": forms,
        "own": OwnNoteForm(initial={"words": preparing.own_note(round, request.user)}),
        "is_done": round.signed_off_at is not None or round.words_gone_at is not None,
        "staff_nav": staff_nav(round.programme, access.roles_of(request.user, round.programme), here="programme"),
    }
    return render(request, "rounds/desk/panel.html", context)
