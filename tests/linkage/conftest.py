"""Small by default, so that it runs with every test; `make anonymity` runs it in full and writes the report.

It runs on whatever the settings name: a SQLite file, or with `manage.py test --scale` a private PostgreSQL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import DjangoDbBlocker

from tests.linkage import stores
from tests.linkage.acts import Size
from tests.linkage.report import Report
from tests.linkage.series import Series
from tests.linkage.stores import Store
from tests.linkage.twins import TWIN, Twins

FULL = "COMMON_THREAD_LINKAGE" in os.environ
SMALL = Size(posts=40, taps=30, proposals=15, forms=15, rounds=4)
# Twenty rounds measure τ to ±0.017; three times as many, so that 0.05 is five errors.
WHOLE = Size(rounds=int(os.environ["COMMON_THREAD_LINKAGE"]) if FULL else 0)


@pytest.fixture(scope="session")
def report(migrated: Store) -> Iterator[Report]:
    """Where tests put what they found; written in full runs only."""
    report = Report()
    yield report
    if FULL and report.checks:
        with migrated.opened():
            report.write(WHOLE)


@pytest.fixture(scope="session")
def unblocked(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, unblocked: None) -> Iterator[Store]:
    store = stores.empty(tmp_path_factory.mktemp("linkage") / "empty")
    yield store
    store.removed()


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory, migrated: Store) -> Iterator[Store]:
    """An empty database of one test, opened."""
    copied = migrated.copied(tmp_path_factory.mktemp("store") / "data")
    with copied.opened():
        yield copied
    copied.removed()


@pytest.fixture(scope="session")
def series(tmp_path_factory: pytest.TempPathFactory, migrated: Store) -> Iterator[Series]:
    """Rounds of every kind, sealed one after the other in one database."""
    copied = migrated.copied(tmp_path_factory.mktemp("series") / "data")
    with copied.opened():
        done = Series(WHOLE if FULL else SMALL).run(seed=1)
    yield done
    copied.removed()


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory, migrated: Store) -> Iterator[Twins]:
    copied = migrated.copied(tmp_path_factory.mktemp("twins") / "data")
    with copied.opened():
        done = Twins(replace(TWIN, rounds=WHOLE.rounds * 2 // 3 if FULL else 3)).run(seed=2)
    yield done
    copied.removed()
