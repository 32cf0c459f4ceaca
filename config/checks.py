"""System checks on what must hold for anonymity and safety before anything is served."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register

ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@register()
def nothing_is_mailed_on_error(**kwargs: Any) -> list[CheckMessage]:
    """An error mail would carry a participant's words and address."""
    if settings.ADMINS:
        return [Error("ADMINS must stay empty: error mails carry people's words.", id="common_thread.E001")]
    return []


@register()
def workers_are_a_number(**kwargs: Any) -> list[CheckMessage]:
    """A word that is no number would leave scheduled work and mail to nobody."""
    if settings.WORKERS == "inside" or settings.WORKERS.isdecimal():
        return []
    return [Error("COMMON_THREAD_WORKERS must be a number, or “inside”.", id="common_thread.E004")]


@register()
def keys_are_private(**kwargs: Any) -> list[CheckMessage]:
    """The key folder opens sealed reactions; only the server's account may read it."""
    folder = settings.KEY_DIR
    if folder.exists() and folder.stat().st_mode & 0o077:
        return [Error("The key folder must be readable by the server's account only.", id="common_thread.E002")]
    return []


@register()
def own_model_has_an_address(**kwargs: Any) -> list[CheckMessage]:
    """What people wrote goes to the organisation's own model, where there is one: to a real address, and encrypted."""
    if not settings.OWN_MODEL_URL:
        return []
    address = urlsplit(settings.OWN_MODEL_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        return [Error("COMMON_THREAD_MODEL_URL must be an http or https address.", id="common_thread.E003")]
    if address.scheme == "http" and address.hostname not in ON_THIS_MACHINE:
        words = "COMMON_THREAD_MODEL_URL is not encrypted: sentences can be read on the way to the model. Use https."
        return [checks.Warning(words, id="common_thread.W001")]
    return []
