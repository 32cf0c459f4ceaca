"""The cast of what is made of a round: a circle, alice who runs it, bob who reviews what comes of it."""

from __future__ import annotations

import pytest

from rounds.models import Round, Stage, User
from tests import factories


@pytest.fixture
def circle() -> Round:
    return factories.round_(stage=Stage.CIRCLE)


@pytest.fixture
def alice(circle: Round) -> User:
    return factories.facilitator(of=circle.programme)


@pytest.fixture
def bob(circle: Round) -> User:
    return factories.clinical_lead(of=circle.programme)
