"""System checks on what must hold for anonymity and safety before anything is served."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def nothing_is_mailed_on_error(**kwargs: Any) -> list[CheckMessage]:
    """An error mail would carry a participant's words and address."""
    if settings.ADMINS:
        return [Error("ADMINS must stay empty: error mails carry people's words.", id="common_thread.E001")]
    return []


@register()
def keys_are_private(**kwargs: Any) -> list[CheckMessage]:
    """The key folder opens sealed reactions; only the server's account may read it."""
    folder = settings.KEY_DIR
    if folder.exists() and folder.stat().st_mode & 0o077:
        return [Error("The key folder must be readable by the server's account only.", id="common_thread.E002")]
    return []
