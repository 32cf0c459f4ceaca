"""What tests of telling back share: a round that was held, an action that was told back, a region's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from facilitation.models import Action, State
from rounds.live import regions
from rounds.models import Programme, Round, Stage, User
from tests import factories


def held(programme: Programme, *, days_ago: int, **fields: Any) -> Round:
    """A closed round that reached its circle, its themes signed off."""
    then = timezone.now() - timedelta(days=days_ago)
    over = then + timedelta(hours=1)
    closed = {"starts_at": then, "closed_at": over, "signed_off_at": over, "crossed_threshold": True}
    return factories.round_(programme, stage=Stage.CLOSED, **{**closed, **fields})


def told(round: Round, by: User, words: str, *, days_ago: int = 1, state: str = State.DONE, **fields: Any) -> Action:
    made = factories.agreed(round, by=by, state=state, **fields)
    at = timezone.now() - timedelta(days=days_ago)
    Action.objects.filter(pk=made.pk).update(told_back=words, told_back_at=at)
    made.refresh_from_db()
    return made


def html(audience: regions.Audience, name: str, round: Round) -> str:
    region = next(one for one in regions.of(audience) if one.name == name)
    assert isinstance(region, regions.Region)
    return " ".join(region.html(round).split())


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())
