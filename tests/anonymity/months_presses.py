"""What a press carries at the addresses of what comes back over the months; for `staffed.PRESSES`."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from facilitation import recurring
from facilitation.models import Theme
from rounds.models import Stage
from tests import factories

Pressed = tuple[dict[str, str], dict[str, Any]]


def heavy(world: Any) -> Pressed:
    *_, latest = [world.round(Stage.CLOSED, weight=3) for _ in range(3)]
    return _here(world), {"seen": latest.public_id}


def pair(world: Any) -> Pressed:
    one, other = _heard_twice(world)
    return _here(world), {"theme": one.public_id, "to": other.public_id}


def in_a_thread(world: Any) -> Pressed:
    one, other = _heard_twice(world)
    tied = recurring.link(programme=world.programme, theme=one.public_id, to=other.public_id, by=world.dora)
    return {**_here(world), "thread_id": tied.public_id}, {"theme": one.public_id, "name": "Somewhere to sit"}


def _here(world: Any) -> dict[str, str]:
    return {"programme_id": world.programme.public_id}


def _heard_twice(world: Any) -> list[Theme]:
    """A theme in each of two rounds that are signed off."""
    over = timezone.now()
    rounds = [world.round(Stage.CLOSED, closed_at=over, signed_off_at=over) for _ in range(2)]
    return [factories.theme(round, "Chairs") for round in rounds]
