"""Without phones: the paper pack of a round, and the cards that were written on it."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe

from rounds import access, feedback_forms, feelings, join_links, on_paper, paper_packs, pdf, staff_acts
from rounds.forms.paper import CardsForm, PackForm
from rounds.models import Kind, Round
from rounds.refusals import Refused
from rounds.statements import ANSWERS
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav
from rounds.views.sheets import as_pdf, wants_pdf


@guarded
def pack(request: StaffRequest, round_id: str) -> HttpResponse:
    """The sheets as they will be printed, and as one PDF."""
    round = access.round_for(request.user, round_id)
    if round.kind == Kind.WINDOW:
        return redirect("round", round.public_id)  # nobody is in a room with it
    form = PackForm(request.GET or None, sheets=paper_packs.sheets_of(round))
    context = {"form": form, "can_pdf": pdf.possible(), **_sheets(round, form.chosen()), **_here(request, round)}
    if wants_pdf(request):
        try:
            name = f"paper-{timezone.localdate(round.starts_at).isoformat()}.pdf"
            made = as_pdf("rounds/paper/_pack.html", context, title="Paper pack", name=name)
            staff_acts.note(round=round, who=request.user, what="took the paper pack as a PDF")
            return made
        except Refused as refusal:
            messages.error(request, str(refusal))
    return render(request, "rounds/paper/pack.html", context)


@guarded
def cards(request: StaffRequest, round_id: str) -> HttpResponse:
    """Where cards are typed in. What was typed stays on the page when something is refused."""
    round = access.round_for(request.user, round_id)
    about = [(prompt.public_id, prompt.text) for prompt in round.prompts.all()]
    asked = round.current_prompt.public_id if round.current_prompt else ""
    initial = {"sitting": secrets.token_urlsafe(16), "about": asked}
    form = CardsForm(request.POST if request.method == "POST" else None, about=about, initial=initial)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            on_paper.write_in(
                round=round, prompt=said["about"], cards=form.cards, sitting=said["sitting"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "They are kept, sealed like those from phones. Here is room for the next ones.")
            return redirect("paper-cards", round.public_id)
    context = {"form": form, "is_typing": form.is_bound or round.stage in on_paper.TYPING, **_here(request, round)}
    return render(request, "rounds/paper/cards.html", context)


def _sheets(round: Round, chosen: list[str]) -> dict[str, Any]:
    return {
        "sheets": [f"rounds/paper/_{code}.html" for code in chosen],
        "parts": paper_packs.running(round),
        "prompts": round.prompts.all(),
        "groups": feelings.FEELING_GROUPS,
        "always": feelings.ALWAYS,
        "statements": feedback_forms.asked(round.programme),
        "answers": ANSWERS,
        "join_address": join_links.spoken_address(),
        "works_here_only": join_links.works_here_only(),
        "qr": mark_safe(join_links.qr(round)),  # our own drawing of our own address, nobody's words in it
        "four": range(4),
    }


def _here(request: StaffRequest, round: Round) -> dict[str, Any]:
    programme = round.programme
    roles = access.roles_of(request.user, programme)
    return {"round": round, "programme": programme, "staff_nav": staff_nav(programme, roles, here="programme")}
