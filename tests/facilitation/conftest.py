"""The cast of what is made of a round: alice's programme, a circle of hers, bob who reviews what comes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from rounds.models import Programme, Round, Stage, User
from tests import factories


@pytest.fixture
def programme(alice: User) -> Programme:
    return alice.memberships.get().programme


@pytest.fixture
def circle(programme: Programme) -> Round:
    return factories.round_(programme, stage=Stage.CIRCLE)


@pytest.fixture
def bob(programme: Programme) -> User:
    return factories.clinical_lead(of=programme)


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client.force_login(user)
        return client

    return signed_in
