"""The cast of what is made of a round: a circle of alice's, bob who reviews what comes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from rounds.models import Round, Stage, User
from tests import factories


@pytest.fixture
def circle(alice: User) -> Round:
    return factories.round_(alice.memberships.get().programme, stage=Stage.CIRCLE)


@pytest.fixture
def bob(circle: Round) -> User:
    return factories.clinical_lead(of=circle.programme)


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client.force_login(user)
        return client

    return signed_in
