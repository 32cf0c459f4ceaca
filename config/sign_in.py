"""How people with an account come in: by invitation only, through django-allauth."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up is closed except to the address an invitation was opened with in this session."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(request.session.get("account_verified_email"))

    def clean_email(self, email: str) -> Any:
        return super().clean_email(email.lower())
