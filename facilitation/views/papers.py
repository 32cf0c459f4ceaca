"""What is printed: a round's report, the letter to the board, posters for the ward."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe

from facilitation import access as doors
from facilitation import letters, posters, reports
from facilitation.forms.papers import LetterForm, PosterForm
from rounds import access, pdf, staff_acts
from rounds.models import Programme
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav
from rounds.views.sheets import as_pdf, wants_pdf


@guarded
def report(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id, roles=doors.READS_ACTIONS)
    try:
        context = {"report": reports.of(round), **_here(request, round.programme)}
        if wants_pdf(request):
            day = timezone.localdate(round.starts_at).isoformat()
            name = f"round-{day}.pdf"
            made = as_pdf("facilitation/papers/_report.html", context, title="Report of a round", name=name)
            staff_acts.note(round=round, who=request.user, what="took the report as a PDF")
            return made
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("round-actions" if round.closed_at is None else "round-report", round.public_id)
    return render(request, "facilitation/papers/report.html", context)


@guarded
def letter(request: StaffRequest, programme_id: str) -> HttpResponse:
    """The draft; the sheet it will be; the PDF. What was typed goes from page to page, and is kept nowhere."""
    programme = access.programme_for(request.user, programme_id, roles=doors.REVIEWS_ACTIONS)
    draft = letters.draft(programme, by=request.user)
    form = LetterForm(request.POST if request.method == "POST" else None, initial=vars(draft) if draft else None)
    context = {"form": form, "nothing": draft is None, **_here(request, programme)}
    if not form.is_bound or not form.is_valid() or "change" in request.POST:
        return render(request, "facilitation/papers/letter.html", context)
    words = form.cleaned_data
    context |= {"letter": letters.Letter(**words), "today": timezone.localdate(), "kept": list(words.items())}
    if wants_pdf(request):
        try:
            made = as_pdf("facilitation/papers/_letter.html", context, title="Letter", name="letter.pdf")
            _note(request, programme, "took a letter to the board as a PDF")
            return made
        except Refused as refusal:
            messages.error(request, str(refusal))
    return render(request, "facilitation/papers/letter_sheet.html", context)


@guarded
def poster(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    form = PosterForm(request.GET, offered=posters.offered(programme), usual=posters.USUAL, most=posters.MOST)
    made = posters.of(programme, form.chosen())
    qr = mark_safe(made.qr) if made.qr else ""  # our own drawing of our own address
    context = {"form": form, "poster": made, "qr": qr, "size": form.paper(), **_here(request, programme)}
    if wants_pdf(request) and made.tellings:
        try:
            name = f"told-back-{form.paper()}.pdf"
            file = as_pdf("facilitation/papers/_poster.html", context, title="What was told back", name=name)
            _note(request, programme, "took a poster of what was told back as a PDF")
            return file
        except Refused as refusal:
            messages.error(request, str(refusal))
    return render(request, "facilitation/papers/poster.html", context)


def _note(request: StaffRequest, programme: Programme, what: str) -> None:
    staff_acts.note_in_programme(programme=programme, who=request.user, what=what)


def _here(request: StaffRequest, programme: Programme) -> dict[str, Any]:
    roles = access.roles_of(request.user, programme)
    return {
        "programme": programme,
        "can_pdf": pdf.possible(),
        "staff_nav": staff_nav(programme, roles, here="actions"),
    }
