"""PostgreSQL under two servers: connections are few and may be cut, and its way of sorting is nobody's order."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from rounds.live import tickets
from rounds.models import Reaction, Round, Stage
from tests import factories
from tests.live.conftest import Phone, new_nonce
from tests.live.test_rooms import react, waiting
from tests.scale.conftest import Street

MOST = 6  # connections per server, as the tests' servers are told


def ask(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def servers_connections() -> int:
    """How many connections the servers hold; not ours."""
    where = "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    return int(str(ask(f"SELECT count(*) FROM pg_stat_activity {where}")[0][0]))


def test_a_herd_at_both_servers_shares_few_connections(street: Street) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    held = [tickets.for_room(round) for _ in range(40)]
    answers: list[int] = []

    def poll(ticket: str) -> None:
        answers.extend(street.post("poll", {"ticket": ticket, "revision": None})[0] for _ in range(3))

    herd = [threading.Thread(target=poll, args=[ticket]) for ticket in held]
    for one in herd:
        one.start()
    most = 0
    while any(one.is_alive() for one in herd):
        most = max(most, servers_connections())
        time.sleep(0.02)
    assert answers == [200] * 120
    assert 0 < most <= 2 * MOST


def test_connections_that_are_cut_are_replaced_and_nothing_acknowledged_is_lost(street: Street) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    phones = [street.phone() for _ in range(4)]
    for phone in phones:
        phone.hello(tickets.for_room(round))
        phone.patience = 8  # an answer that is lost with its connection never comes, and is asked for again
    for number in range(20):
        assert saved_in_the_end(phones[number % 4], round)
        if number % 5 == 0:
            where = "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity {where}")
    assert waiting(round) == 20
    for phone in phones:
        phone.send({"t": "beat", "revision": None})
        assert phone.next("snapshot")["stage"] == "reflection"


def saved_in_the_end(phone: Phone, round: Round) -> bool:
    """Say something until it is answered, under one nonce, as a phone's outbox does."""
    nonce = new_nonce()
    for _ in range(5):
        try:
            while (answer := react(phone, round, nonce=nonce))["nonce"] != nonce:
                pass  # an answer to an earlier try
        except TimeoutError:
            continue
        return answer["t"] == "saved"
    return False


def test_the_database_sorts_otherwise_than_bytes_and_every_screen_is_the_same(street: Street) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    for key in ("a", "B", "c", "_", "-", "Z", "0"):
        factories.reaction(round, f"words of {key}", id=key * 22)
    ids = list(Reaction.objects.of(round).order_by("pk").values_list("pk", flat=True))
    if ids == sorted(ids):
        pytest.skip("this cluster sorts by byte, as only old ones without a language do")
    shown = [process.phone().hello(tickets.for_room(round))["rows"]["reactions"] for process in (street.a, street.b)]
    assert sorted(shown[0].items()) == sorted(shown[1].items())
    assert len(shown[0]) == 7
