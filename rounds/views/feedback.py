"""The lines of a programme's feedback form, for those who settle its settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from rounds import access, feedback_forms
from rounds.forms.feedback_lines import FeedbackLinesForm
from rounds.forms.meanwhile import Meanwhile
from rounds.models import Programme
from rounds.refusals import Changed, Refused
from rounds.statements import ANSWERS
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def lines(request: StaffRequest, programme_id: str) -> HttpResponse:
    """Show the lines that are asked; on POST ask others from now on, or ours again."""
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_PROGRAMME)
    posted = request.POST if request.method == "POST" else None
    meanwhile = Meanwhile(posted=posted, mark=feedback_forms.mark(programme))
    form = FeedbackLinesForm(posted, initial=_stand(programme))
    if form.is_bound and form.is_valid():
        texts = [] if "ours" in request.POST else form.cleaned_data["texts"]
        try:
            feedback_forms.write(programme=programme, texts=texts, seen=meanwhile.seen, by=request.user)
        except Changed as why:
            meanwhile.refuse(why, mark=feedback_forms.mark(programme), form=form, stands=_stand(programme))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. The next round asks these lines.")
            return redirect("feedback-lines", programme.public_id)
    nav = staff_nav(programme, access.roles_of(request.user, programme), here="programme-settings")
    context = {"programme": programme, "form": form, "meanwhile": meanwhile, "answers": ANSWERS, "staff_nav": nav}
    status = 422 if form.errors else meanwhile.status
    return render(request, "rounds/desk/feedback_lines.html", context, status=status)


def _stand(programme: Programme) -> dict[str, str]:
    """The lines as they are asked now, by the names of the form's fields."""
    texts = [line.text for line in feedback_forms.asked(programme)]
    return {f"line_{place + 1}": text for place, text in enumerate(texts + [""] * (feedback_forms.MOST - len(texts)))}
