"""What the server itself writes down during a bad-tempered round: of nobody anything."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.logs.bad_temper import EVERYTHING, BadTemper, a_round
from tests.logs.house import HOST, OnASocket
from tests.logs.sweep import Hit, said, sweep

pytestmark = [pytest.mark.live, pytest.mark.logs_errors]


@contextmanager
def house(folder: Path, migrated: Path, blocker: DjangoDbBlocker, **surroundings: str) -> Iterator[OnASocket]:
    """A running server, with this process on its database."""
    made = OnASocket(folder / "house", migrated, **surroundings)
    with blocker.unblock(), made.beside():
        made.start()
        try:
            yield made
        finally:
            made.leave(signal.SIGKILL)
            made.gone()


def found(house: OnASocket, temper: BadTemper) -> list[Hit]:
    """What is in what the server printed, and what else than the round's own words is in its data and its mail."""
    known = temper.known
    data = known.without("code", "text", "wall")  # which stand in the database, where they belong, until the seal
    printed = {"printed": house.errors.read_bytes()}
    return sweep([house.data / "tmp", house.data / "mail"], known, read=printed) + sweep([house.data], data)


def test_a_bad_tempered_round_is_nowhere_in_what_the_server_writes_down(
    tmp_path: Path, migrated: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with house(tmp_path, migrated, django_db_blocker) as server:
        temper = BadTemper(line=server.line, host=HOST, round=a_round())
        temper.everything()
        temper.a_slow_goodbye(server.leave)
        server.gone()
        server.start()
        temper.a_kill(server.leave)
        server.gone()
        hits = found(server, temper)
        printed = server.errors.read_text()
    assert not hits, said(hits)
    assert set(temper.known.of) == EVERYTHING
    for proof in ("RuntimeError at", "The database did not take", "An exception that nobody caught:"):
        assert proof in printed  # the errors did happen


def test_a_log_that_says_what_happened_is_found_out(
    tmp_path: Path, migrated: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with house(tmp_path, migrated, django_db_blocker, LOGS_SEED="words") as server:
        temper = BadTemper(line=server.line, host=HOST, round=a_round())
        temper.errors_in_pages()
        temper.errors_over_sockets()
        hits = found(server, temper)
    assert {"address", "agent", "ticket", "nonce", "code", "text"} <= {hit.kind for hit in hits}
