"""Two real servers on one PostgreSQL and one Redis, which share a round; `manage.py test --scale` runs what is here.

`street` also points this process at the servers' database, without a layer: a test that acts itself is a process
that rings nobody.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker, Settings

from config.scale import Redis
from tests.live.conftest import House, Phone, free_port
from tests.scale import databases
from tests.scale.databases import using

if not databases.IS_HERE:
    collect_ignore_glob = ["test_*.py"]  # plain `manage.py test` needs no server installed


class Process(House):
    """One of the servers."""

    def __init__(self, data: Path, database: str, layer: str) -> None:
        self.data = data
        self.database_name = database
        self.layer = layer
        self.port = free_port()
        self.errors = data / f"stderr-{self.port}"
        self.phones = []
        self.process = None

    def surroundings(self) -> dict[str, str]:
        return {
            **super().surroundings(),
            "DATABASE_URL": databases.url(self.database_name),
            "CHANNEL_LAYER_URL": self.layer,
            "COMMON_THREAD_CONNECTIONS": "6",
        }

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Street(House):
    """Both servers. What is asked of it as of one house goes to one and the other in turn."""

    def __init__(self, data: Path, database: str) -> None:
        self.data = data
        self.database_name = database
        self.redis = Redis()
        self.a = Process(data, database, self.redis.url)
        self.b = Process(data, database, self.redis.url)
        self._turns = itertools.cycle((self.a, self.b))

    def start(self) -> None:
        """Start what is not running."""
        for process in (self.a, self.b):
            if not process.is_running():
                process.start()

    def kill(self) -> None:
        for process in (self.a, self.b):
            process.kill()

    def stop(self) -> None:
        for process in (self.a, self.b):
            process.stop()

    @property
    def phones(self) -> list[Phone]:  # type: ignore[override]
        return self.a.phones + self.b.phones

    def phone(self, **options: Any) -> Phone:
        return next(self._turns).phone(**options)

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any, dict[str, str]]:
        return next(self._turns).post(path, body, **headers)

    def logged(self) -> str:
        return "".join(process.logged() for process in (self.a, self.b) if process.errors.exists())

    def send_home(self) -> None:
        for process in (self.a, self.b):
            for phone in process.phones:
                phone.leave()
            process.phones.clear()


@pytest.fixture(scope="session")
def migrated(django_db_blocker: DjangoDbBlocker) -> str:
    """An empty, up-to-date database, made once and copied."""
    with django_db_blocker.unblock():
        return databases.empty()


@pytest.fixture(scope="session")
def both(
    tmp_path_factory: pytest.TempPathFactory, migrated: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Street]:
    with django_db_blocker.unblock():
        database = databases.create(migrated)
    street = Street(tmp_path_factory.mktemp("street"), database)
    street.redis.start()
    street.start()
    yield street
    street.stop()
    street.redis.remove()


@pytest.fixture
def street(both: Street, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[Street]:
    """Both servers, running; afterwards nothing may have been logged as an error, and no traceback printed."""
    settings.DATA_DIR = both.data
    settings.KEY_DIR = both.data / "keys"
    already = len(both.logged())
    with django_db_blocker.unblock(), using(both.database_name):
        yield both
        both.send_home()
        both.start()
    logged = both.logged()[already:]
    assert "Traceback" not in logged
    assert "ERROR" not in logged


@pytest.fixture
def server(street: Street) -> Street:
    """The name that the live tests know: each of their phones and posts goes to the other server than the last."""
    return street
