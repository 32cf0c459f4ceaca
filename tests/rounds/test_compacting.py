"""The seal ends when the files are compact, and not before: until then its key stays and the next tick goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from rounds import compacting, keys, sealing
from rounds.models import Round, Stage
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Round:
    if connection.vendor == "sqlite":
        monkeypatch.setattr(compacting, "WAITS", 10)
    round = factories.round_(stage=Stage.CLOSED)
    factories.reaction(round, "I sat with her.")
    return round


def is_finished_later(closed: Round) -> None:
    assert factories.sealed_in_the_end(closed)
    assert not keys.exists(closed)
    assert sealing.seal_all_closed() == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no write-ahead file of ours")
def test_a_seal_that_cannot_compact_is_not_called_done_and_is_finished_later(
    closed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as while_somebody_reads:
        while_somebody_reads.setattr(compacting, "_sqlite", lambda cursor: False)
        assert not sealing.seal(round=closed)
    assert keys.exists(closed)
    is_finished_later(closed)


@contextmanager
def somebody_reads() -> Iterator[None]:
    """Another connection, in the middle of reading something else altogether."""
    other = connection.copy("other")
    other.settings_dict["OPTIONS"].pop("pool", None)
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM pg_class")
            yield
            cursor.execute("ROLLBACK")  # closing alone is only heard a little later
    finally:
        other.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite says by itself that somebody reads")
def test_a_seal_while_somebody_reads_another_table_is_not_called_done(
    closed: Round, caplog: pytest.LogCaptureFixture
) -> None:
    with somebody_reads():
        assert not sealing.seal(round=closed)
    assert keys.exists(closed)
    assert "Somebody is reading; the files could not be compacted yet" in caplog.text
    is_finished_later(closed)
