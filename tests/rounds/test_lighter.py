"""After three heavy rounds in a row a lighter one is suggested, in one sentence that can be put away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import lighter
from rounds.models import Kind, Programme, Role, Round
from tests import factories

pytestmark = pytest.mark.django_db
SAID = "perhaps the next one asks what made compassion possible"


@pytest.fixture
def programme() -> Programme:
    return factories.programme()


def heavy(programme: Programme, days_ago: int, **fields: Any) -> Round:
    at = timezone.now() - timedelta(days=days_ago)
    return factories.round_(programme, starts_at=at, **{"weight": 3, **fields})


def test_it_is_suggested_after_three_and_not_of_rehearsals_cancelled_rounds_circles_or_elsewhere(
    programme: Programme,
) -> None:
    for days in (90, 60):
        heavy(programme, days)
    heavy(programme, 50, rehearsal=True)
    heavy(programme, 40, cancelled_at=timezone.now())
    heavy(programme, 30, kind=Kind.CIRCLE)
    heavy(factories.programme("Elsewhere"), 20)
    assert lighter.suggested_after(programme) is None
    third = heavy(programme, 10)
    assert lighter.suggested_after(programme) == third
    heavy(programme, 5, weight=1)
    assert lighter.suggested_after(programme) is None


def test_a_facilitator_reads_it_plans_such_a_round_or_puts_it_away_until_another_heavy_one(
    programme: Programme, client: Client
) -> None:
    rounds = [heavy(programme, days) for days in (30, 20, 10)]
    page, away = (reverse(name, args=[programme.public_id]) for name in ("programme", "lighter-put-away"))
    new = reverse("round-new", args=[programme.public_id])
    client.force_login(factories.person("gwen", of=programme, roles=(Role.STEERING,)))
    assert SAID not in client.get(page).content.decode()
    assert client.post(away, {"seen": rounds[2].public_id}).status_code == 404
    client.force_login(factories.facilitator(of=programme))
    assert SAID in client.get(page).content.decode()
    planner = client.get(new, {"ask": "possible"}).content.decode()
    assert all(question in planner for question in lighter.QUESTIONS)
    assert "not here any more" in client.post(away, {"seen": rounds[0].public_id}, follow=True).content.decode()
    client.post(away, {"seen": rounds[2].public_id})
    assert SAID not in client.get(page).content.decode() + client.get(new).content.decode()
    heavy(programme, 1)
    assert SAID in client.get(page).content.decode()
