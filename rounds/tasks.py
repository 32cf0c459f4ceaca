"""What the room has done by itself: letting go of what people wrote on its day (ADR 17)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from rounds import purge, retention
from rounds.schedule import scheduled, without_words


@task()
@without_words
def let_words_go() -> None:
    """Let go of everything that is due, and prove it of everything that has gone."""
    purge.run_by_the_clock()


def _is_due() -> bool:
    """Whether words are to go, or went and are not shown to be gone, or a crash left a list of what to look for."""
    if retention.due(timezone.localdate()) or purge.unproved():
        return True
    return any(Path(settings.KEY_DIR).glob("words-*.list"))


scheduled(let_words_go, is_due=_is_due)
