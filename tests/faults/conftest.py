"""A house whose server may be killed and whose bell may fail, and a summary of what the faults did.

Faults are marked `live` one by one, because they stand beside the folder of that name and not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests.faults.house import Shaky
from tests.faults.world import World
from tests.scale import databases

House: type[Shaky]
if databases.IS_HERE:
    from tests.scale.conftest import migrated
    from tests.scale.shaky import OnPostgres

    House = OnPostgres
else:
    from tests.live.conftest import migrated

    House = Shaky

__all__ = ["migrated"]  # the session's empty database, shared with the other tests' ways of making it

Measured = Callable[[str, object], None]


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def shaky(tmp_path: Path, migrated: Any, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[Shaky]:
    """A server for one test, which starts and kills it, with this process on its database and keys."""
    with django_db_blocker.unblock():
        house = House(tmp_path, migrated)
        with beside(house, settings):
            yield house
    house.end()


@pytest.fixture(scope="module")
def steady_house(
    tmp_path_factory: pytest.TempPathFactory, migrated: Any, django_db_blocker: DjangoDbBlocker
) -> Iterator[Shaky]:
    with django_db_blocker.unblock():
        house = House(tmp_path_factory.mktemp("steady"), migrated)
    house.start()
    yield house
    house.end()


@pytest.fixture
def steady(steady_house: Shaky, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[Shaky]:
    """A server that runs already, for tests that leave it running; each has a round of its own."""
    with django_db_blocker.unblock(), beside(steady_house, settings):
        yield steady_house


@contextmanager
def beside(house: Shaky, settings: Settings) -> Iterator[None]:
    """This process on the house's database and keys. Meanwhile the server may not have logged an error."""
    settings.DATA_DIR, settings.KEY_DIR = house.data, house.data / "keys"
    settings.SITE_URL = f"http://127.0.0.1:{house.port}"
    already = len(house.logged()) if house.errors.exists() else 0
    with house.beside():
        yield
    logged = house.logged()[already:]
    assert "Traceback" not in logged, logged
    assert "ERROR" not in logged, logged


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Note a figure for the summary: what it is, and how much."""
    return record_property


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, test by test."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    noted = [(report.nodeid, report.user_properties) for report in reports if report.when == "call"]
    if any(properties for _, properties in noted):
        terminalreporter.section("what the faults did")
    for name, properties in noted:
        for what, value in properties:
            terminalreporter.write_line(f"{name.rpartition('::')[2]}: {what}: {value}")
