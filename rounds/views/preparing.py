"""Preparing a panel: one page for what is gone through with each storyteller, and a note that only its writer reads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from rounds import access, pools, preparing
from rounds.forms.preparing import OwnNoteForm, PreparationForm
from rounds.models import Round, Storyteller
from rounds.refusals import NotYours, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def panel(request: StaffRequest, round_id: str) -> HttpResponse:
    """Show it; on POST keep what was ticked, and one's own note."""
    round, tellers = _panel(request, round_id)
    typed = request.POST if request.method == "POST" else None
    forms = [PreparationForm(typed, teller=teller) for teller in tellers]
    own = OwnNoteForm(typed, initial={"words": preparing.own_note(round, request.user)})
    if typed is not None:
        fine = [form.is_valid() for form in (*forms, own)]  # all of them: every part is to show its errors
        if all(fine):
            _keep(request, round, forms, own)
            return redirect("panel", round.public_id)
    return _page(request, round, forms, own)


def _keep(request: StaffRequest, round: Round, forms: list[PreparationForm], own: OwnNoteForm) -> None:
    try:
        for form in forms:
            preparing.keep(round=round, storyteller=form.teller.public_id, changed=form.changed, by=request.user)
        if "words" in request.POST:
            preparing.keep_own_note(round=round, words=own.cleaned_data["words"], by=request.user)
        messages.success(request, "Saved.")
    except Refused as refusal:
        messages.error(request, str(refusal))


def _panel(request: StaffRequest, round_id: str) -> tuple[Round, list[Storyteller]]:
    round = access.round_for(request.user, round_id)
    story = getattr(round, "story", None)
    if story is None:
        raise NotYours
    found = Storyteller.objects.filter(story=story, withdrawn=False).select_related("preparation", "story__round")
    return round, [] if story.withdrawn else list(found)


def _page(request: StaffRequest, round: Round, forms: list[PreparationForm], own: OwnNoteForm) -> HttpResponse:
    context = {
        "round": round,
        "forms": forms,
        "own": own,
        "told_at_the_doors": pools.said_at_the_doors(round) if not round.retells_id else [],
        "is_done": round.signed_off_at is not None or round.words_gone_at is not None,
        "staff_nav": staff_nav(round.programme, access.roles_of(request.user, round.programme), here="programme"),
    }
    return render(request, "rounds/desk/panel.html", context)
