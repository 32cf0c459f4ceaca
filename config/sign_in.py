"""How people with an account come in: by invitation only, through django-allauth."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rounds import invitations
from rounds.forms.fields import Line
from rounds.models import Invitation, User
from rounds.refusals import Refused

# Where the link of an open invitation waits while its owner chooses a password.
INVITATION: Final = "invitation"


def invitation_in(request: HttpRequest) -> Invitation | None:
    """The open invitation this session came with. Asked anew each time: it may have been taken back meanwhile."""
    token = request.session.get(INVITATION)
    return invitations.open_for(token) if isinstance(token, str) else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up is closed except to the address an open invitation was sent to."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return invitation_in(request) is not None

    def clean_email(self, email: str) -> Any:
        return super().clean_email(email.lower())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail leads to the site's own address, whatever host the request was made to.

        Whoever asked may have named a host of theirs, and would be handed the key by whoever follows the link.
        """
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by, in memory only.

        Behind the proxy we listen on a Unix socket and know no address; without this, allauth refuses everyone.
        The limits then count by account and for the whole site.
        """
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104  nothing is bound to it

    def save_user(self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Keep the new account and use up the invitation that it was made for: both, or neither."""
        user.name = form.cleaned_data["name"]
        token = request.session.pop(INVITATION, "")
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
                invitations.accept(token=token, by=saved)
        except (Refused, IntegrityError):  # taken back, or used in another tab, since the form was checked
            raise ImmediateHttpResponse(redirect("invitation", token)) from None
        self.stash_verified_email(request, saved.email)  # the invitation reached it
        return saved


def not_here(request: HttpRequest) -> HttpResponse:
    """An account keeps the address it was invited at: allauth's page for changing it is not offered."""
    raise Http404


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Name and password; the address is the invited one and cannot be changed."""

    name = Line(
        label="Your name",
        max_length=120,
        required=True,
        error_messages={"required": "What shall your colleagues call you?"},
        help_text="For your colleagues in the programme. The room never sees it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("email", "name", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = "E-mail address"
        email.disabled = True  # whatever a browser sends, the invited address counts
        invitation = invitation_in(context.request)
        email.initial = self.initial["email"] = invitation.email if invitation else ""
