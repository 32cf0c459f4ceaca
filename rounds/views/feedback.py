"""The lines of a programme's feedback form, for those who settle its settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from rounds import access, feedback_forms
from rounds.forms.feedback_lines import FeedbackLinesForm
from rounds.refusals import Refused
from rounds.statements import ANSWERS
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def lines(request: StaffRequest, programme_id: str) -> HttpResponse:
    """Show the lines that are asked; on POST ask others from now on, or ours again."""
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_PROGRAMME)
    stand = {f"line_{number}": line.text for number, line in enumerate(feedback_forms.asked(programme), start=1)}
    form = FeedbackLinesForm(request.POST if request.method == "POST" else None, initial=stand)
    if form.is_bound and form.is_valid():
        texts = [] if "ours" in request.POST else form.cleaned_data["texts"]
        try:
            feedback_forms.write(programme=programme, texts=texts, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. The next round asks these lines.")
            return redirect("feedback-lines", programme.public_id)
    nav = staff_nav(programme, access.roles_of(request.user, programme), here="programme-settings")
    context = {"programme": programme, "form": form, "answers": ANSWERS, "staff_nav": nav}
    return render(request, "rounds/desk/feedback_lines.html", context, status=422 if form.errors else 200)
