"""PostgreSQL's journal: it tells every commit of a round until it is turned over, which the seal does where it may."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from django.db import connection

from rounds import sealing
from rounds.compacting import turn_journal
from tests.linkage import dumps
from tests.linkage.acts import Size
from tests.linkage.report import Report
from tests.linkage.series import Series
from tests.linkage.stores import Store

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's journal is one of its files")
TINY = Size(posts=20, taps=6, proposals=8, forms=6, rounds=1)


@pytest.fixture
def as_shipped(store: Store) -> Iterator[None]:
    """Journal files are removed once they are not needed, and not kept to be written over."""
    for order in ("SET wal_recycle = off", "RESET wal_recycle"):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SYSTEM {order}")
            cursor.execute("SELECT pg_reload_conf()")
        if order.startswith("SET"):
            yield


def told(series: Series) -> int:
    """How many of a round's ids and sentences stand in the journal."""
    files = dumps.journal().values()
    looked_for = series.marks | {act.what for acts in series.rounds.values() for act in acts if act.kind == "reaction"}
    return sum(any(mark.encode() in content for content in files) for mark in looked_for)


def test_after_the_seal_the_journal_tells_nothing_of_the_round(as_shipped: None, report: Report) -> None:
    left = told(Series(TINY).run(seed=1))
    report.check("journal after a seal that may turn it over, `wal_recycle` off: ids and sentences", "0", f"{left}")
    assert left == 0


def test_a_journal_that_is_not_turned_over_tells_of_the_round(
    as_shipped: None, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    monkeypatch.setattr(sealing, "turn_journal", lambda: False)
    for seed in range(1, 6):
        left = told(Series(TINY).run(seed=seed))
        if left > TINY.posts:
            break  # else a test beside this one, on the same cluster, has had it turned over in this very moment
    report.check("journal where the seal may not turn it over: ids and sentences", "none promised", f"{left}")
    assert left > TINY.posts


@pytest.fixture
def plain_account(store: Store) -> Iterator[str]:
    """An account that is not the cluster's administrator's, as an installation has it; this connection acts as it."""
    name = f"plain_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        if int(cursor.fetchone()[0]) < 150_000:
            pytest.skip("before 15 only an administrator may ask for a checkpoint")
        cursor.execute(f"CREATE ROLE {name}")
        cursor.execute(f"SET ROLE {name}")
    yield name
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"DROP OWNED BY {name}")
        cursor.execute(f"DROP ROLE {name}")


def test_two_rights_are_enough_to_turn_the_journal_over(plain_account: str) -> None:
    assert not turn_journal()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"GRANT pg_checkpoint TO {plain_account}")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {plain_account}")
        cursor.execute(f"SET ROLE {plain_account}")
    assert turn_journal()
