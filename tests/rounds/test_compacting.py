"""The seal ends when the files are compact, and not before: until then its key stays and the next tick goes on."""

from __future__ import annotations

import pytest
from django.db import connection

from rounds import compacting, keys, sealing
from rounds.models import Round, Stage
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no write-ahead file of ours"),
]


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Round:
    monkeypatch.setattr(compacting, "WAITS", 10)
    return factories.round_(stage=Stage.CLOSED)


def test_a_seal_that_cannot_compact_is_not_called_done_and_is_finished_later(
    closed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as while_somebody_reads:
        while_somebody_reads.setattr(compacting, "_sqlite", lambda cursor: False)
        assert not sealing.seal(round=closed)
    assert keys.exists(closed)

    assert sealing.seal_all_closed() == 1
    assert not keys.exists(closed)
    assert sealing.seal_all_closed() == 0
