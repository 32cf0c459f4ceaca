"""Whether what people wrote has gone when it should have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils import timezone

from rounds import keys, purge, retention
from rounds.models import Round, Stage
from rounds.self_audit.asking import Check, Surroundings

SEAL_TAKES: Final = timedelta(minutes=10)


def _sealed(surroundings: Surroundings) -> Iterator[str]:
    late = timezone.now() - SEAL_TAKES
    waiting = Round.objects.filter(stage=Stage.CLOSED, sealed_at=None, closed_at__lt=late).count()
    if waiting:
        yield f"{waiting} closed round(s) have not been sealed. Is “manage.py tick” running?"
    sealed = Round.objects.filter(sealed_at__lt=late)
    kept = sum(1 for round in sealed if keys.exists(round))
    if kept:
        yield f"{kept} sealed round(s) still have a key. Is “manage.py tick” running?"


def _let_go(surroundings: Surroundings) -> Iterator[str]:
    overdue = len(retention.overdue(timezone.localdate()))
    if overdue:
        yield f"What people wrote in {overdue} round(s) should have gone already. Run “manage.py retain”."
    unproved = len(purge.unproved())
    if unproved:
        yield f"Of {unproved} round(s) it is not shown yet that nothing is left. Run “manage.py retain”."


CHECKS = (
    Check("sealed", "Every closed round is sealed, and its key destroyed.", _sealed),
    Check("let-go", "No words are kept longer than was promised.", _let_go),
)
