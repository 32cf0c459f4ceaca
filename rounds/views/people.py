"""The people of a programme: who is in it, as what, and who is invited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rounds import access, invitations, people
from rounds.forms.people import RoleForm
from rounds.models import Invitation, Membership, Programme, Role, StaffAct, User
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

ACTS_SHOWN = 12


@guarded
def show(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_PROGRAMME)
    return _page(request, programme, RoleForm())


@guarded
def invite(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_PROGRAMME)
    form = RoleForm(request.POST or None)
    if not form.is_valid():
        return _page(request, programme, form)
    try:
        invitations.invite(programme=programme, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, programme, form)
    messages.success(request, f"{_sent(form.cleaned_data['email'])} It works for 14 days.")
    return redirect("people", programme.public_id)


@guarded
def resend(request: StaffRequest, programme_id: str) -> HttpResponse:
    def verb(programme: Programme, email: str, role: str) -> str:
        invitations.resend(programme=programme, email=email, role=role, by=request.user)
        return f"{_sent(email)} The earlier link no longer works."

    return _pressed(request, programme_id, verb)


@guarded
def revoke(request: StaffRequest, programme_id: str) -> HttpResponse:
    def verb(programme: Programme, email: str, role: str) -> str:
        invitations.revoke(programme=programme, email=email, role=role, by=request.user)
        return f"The invitation of {email} is taken back."

    return _pressed(request, programme_id, verb)


@guarded
def give_role(request: StaffRequest, programme_id: str) -> HttpResponse:
    def verb(programme: Programme, email: str, role: str) -> str:
        member = people.give_role(programme=programme, email=email, role=role, by=request.user)
        return f"{member} is now {Role(role).label.lower()} too."

    return _pressed(request, programme_id, verb)


@guarded
def take_role(request: StaffRequest, programme_id: str) -> HttpResponse:
    def verb(programme: Programme, email: str, role: str) -> str:
        member = people.take_role(programme=programme, email=email, role=role, by=request.user)
        return f"{member} is no longer {Role(role).label.lower()} here."

    return _pressed(request, programme_id, verb)


def _pressed(request: StaffRequest, programme_id: str, verb: Callable[[Programme, str, str], str]) -> HttpResponse:
    """A button beside a person: do it, say what was done or why not, and show the people again."""
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_PROGRAMME)
    form = RoleForm(request.POST or None)
    if form.is_valid():
        try:
            messages.success(request, verb(programme, form.cleaned_data["email"], form.cleaned_data["role"]))
        except Refused as refusal:
            messages.error(request, str(refusal))
    elif form.is_bound:
        messages.error(request, "That could not be read. Please try again.")
    # Whoever took their own role of administrator may not look at this page any more.
    still = access.RUNS_PROGRAMME[0] in access.roles_of(request.user, programme)
    return redirect("people", programme.public_id) if still else redirect("home")


def _page(request: StaffRequest, programme: Programme, form: forms.Form) -> HttpResponse:
    waiting = Invitation.objects.filter(programme=programme, accepted_at=None).order_by("email", "role")
    context = {
        "programme": programme,
        "form": form,
        "members": _members(programme),
        "waiting": waiting,
        "acts": StaffAct.objects.filter(programme=programme).select_related("who").order_by("-at", "-pk")[:ACTS_SHOWN],
        "now": timezone.now(),
        "staff_nav": staff_nav(programme, access.roles_of(request.user, programme), here="people"),
    }
    return render(request, "rounds/desk/people.html", context)


def _members(programme: Programme) -> list[dict[str, object]]:
    """Each person once, with the roles they hold and those they could still be given."""
    held: dict[User, list[str]] = {}
    rows = Membership.objects.filter(programme=programme).select_related("user").order_by("user__name", "user__email")
    for row in rows:
        held.setdefault(row.user, []).append(row.role)
    return [
        {
            "person": person,
            "roles": [role for role in Role if role in roles],
            "others": [role for role in Role if role not in roles],
        }
        for person, roles in held.items()
    ]


def _sent(email: str) -> str:
    """Where an invitation is now: the folder of a trial is named by its end, for the page may be read anywhere."""
    if not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return f"An invitation is on its way to {email}."
    folder = "/".join(Path(settings.EMAIL_FILE_PATH).parts[-2:])
    return f"The invitation of {email} is a file in {folder}, as no mail server is set."
