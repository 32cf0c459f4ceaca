"""What a process remembers of people's words goes when they go, also where another process let them go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Max

from rounds.models import Round

_forgetful: list[Callable[[], None]] = []
_seen: datetime | None = None


def with_the_words(forget: Callable[[], None]) -> None:
    """Have `forget()` called in every server process within a minute of words going."""
    if forget not in _forgetful:
        _forgetful.append(forget)


def look() -> None:
    """Forget, if words have gone since this process last looked. Cheap when none have."""
    global _seen  # noqa: PLW0603  one memory per process
    latest = Round.objects.aggregate(latest=Max("words_gone_at"))["latest"]
    if latest is not None and latest != _seen:
        for forget in _forgetful:
            forget()
    _seen = latest
