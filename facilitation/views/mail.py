"""How often mail comes: one's own choice per programme, and the link in each mail that turns it off."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from facilitation import access as doors
from facilitation import mail_choices
from facilitation.forms.mail import RhythmForm
from rounds import access
from rounds.models import Role
from rounds.refusals import NotYours
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def mail(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id)
    roles = access.roles_of(request.user, programme)
    rhythm = mail_choices.rhythm_of(programme, request.user)
    form = RhythmForm(request.POST if request.method == "POST" else None, initial={"rhythm": rhythm})
    reads = bool(roles & set(doors.READS_ACTIONS))
    if reads and form.is_bound and form.is_valid():
        mail_choices.choose(programme=programme, person=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("mail", programme.public_id)
    context = {
        "programme": programme,
        "form": form,
        "reads": reads,
        "is_facilitator": Role.FACILITATOR in roles,
        "is_kept_as_files": settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
        "staff_nav": staff_nav(programme, roles, here="mail"),
    }
    return render(request, "facilitation/mail/choice.html", context)


@csrf_exempt  # mail programs press it for a person, without a page of ours (RFC 8058); it only ever turns mail off
def off(request: HttpRequest, token: str) -> HttpResponse:
    try:
        choice = mail_choices.behind(token)
    except NotYours:
        return render(request, "facilitation/mail/off_unknown.html", status=404)
    if request.method == "POST":  # looking changes nothing: mail programs look at links too
        mail_choices.turn_off(choice=choice)
    context = {"programme": choice.programme, "is_off": request.method == "POST" or choice.rhythm == "none"}
    return render(request, "facilitation/mail/off.html", context)
