"""What every test gets: its own key folder, so that no test reads another's keys; and alice, where it asks for her."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import Settings

from rounds.models import User
from tests import factories
from tests.faults.lengths import SOAK

# CI tries the same examples every time, however long one of them takes on a busy machine; a soak looks for new ones.
examples.register_profile(
    "calm", deadline=None, database=None, derandomize=not SOAK, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("calm")


@pytest.fixture(autouse=True)
def own_keys(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.KEY_DIR = tmp_path / "keys"
    settings.BACKUP_DIR = tmp_path / "backups"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Hashing one password well takes a sixth of a second, and nearly every test makes somebody who can sign in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_earlier_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is rolled back leaves its primary keys to the next, which would be shown a round that never was."""
    monkeypatch.setattr("rounds.live.pictures._albums", {})


@pytest.fixture(autouse=True)
def nobody_watches_guests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that wrote beside a test's transaction would find its tables locked, or gone."""
    monkeypatch.setattr("rounds.rehearsal.visits._watch", lambda round, party: None)


@pytest.fixture
def alice() -> User:
    """She runs the rounds of a programme."""
    return factories.facilitator("alice", of=factories.programme())


@pytest.fixture
def desk(alice: User) -> Client:
    """Where alice is signed in."""
    client = Client()
    client.force_login(alice)
    return client
