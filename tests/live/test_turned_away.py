"""Rights that end while a socket is open, and tickets that are checked in memory."""

from __future__ import annotations

import time

import pytest
from pytest_django import DjangoAssertNumQueries

from rounds import keys
from rounds.live import pictures, tickets
from rounds.models import Round, Stage, User
from rounds.models.ids import new_token
from tests import factories
from tests.live.conftest import House
from tests.live.test_trouble import console, signed_in


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_albums", {})


def test_a_wall_whose_token_was_changed_is_closed_within_ten_seconds(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    wall, phone = server.phone(), server.phone()
    wall.hello(tickets.for_wall(round))
    phone.hello(tickets.for_room(round))
    Round.objects.filter(pk=round.pk).update(wall_token=new_token())
    before = time.monotonic()
    assert wall.closed(within=12)[0] == 4401
    assert time.monotonic() - before < 10
    phone.send({"t": "beat", "revision": None})
    assert phone.next()["t"] == "snapshot"


def test_a_deactivated_account_loses_its_console_within_ten_seconds(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-deactivated", of=round.programme)
    phone = console(server, round, alice, signed_in(alice))
    assert phone.next("snapshot")["stage"] == "story"
    User.objects.filter(pk=alice.pk).update(is_active=False)
    before = time.monotonic()
    assert phone.closed(within=12)[0] == 4401
    assert time.monotonic() - before < 10


@pytest.mark.django_db
def test_a_known_round_lets_people_in_without_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    round, other = factories.round_(stage=Stage.STORY), factories.round_(stage=Stage.STORY)
    ticket, wall, elsewhere = tickets.for_room(round), tickets.for_wall(round), tickets.for_room(other)
    pictures.note(round)
    with django_assert_num_queries(0):
        guest = tickets.admit_at_once(ticket, known=pictures.known)
        on_the_wall = tickets.admit_at_once(wall, known=pictures.known)
        assert tickets.admit_at_once(elsewhere, known=pictures.known) is None
    assert guest == tickets.admit(ticket)
    assert on_the_wall == tickets.admit(wall)


@pytest.mark.django_db
def test_what_was_known_of_a_round_is_believed_for_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    round = factories.round_(stage=Stage.STORY)
    pictures.note(round)
    assert pictures.known(round.public_id) is round
    now = time.monotonic()
    monkeypatch.setattr("rounds.live.pictures.time.monotonic", lambda: now + pictures.KNOWN_FOR + 1)
    assert pictures.known(round.public_id) is None


@pytest.mark.django_db
def test_a_ticket_checked_in_memory_is_held_to_the_same_rules() -> None:
    round = factories.round_(stage=Stage.STORY)
    ticket, wall = tickets.for_room(round), tickets.for_wall(round)
    pictures.note(round)
    forged = ticket[:-2] + ("AA" if ticket[-2:] != "AA" else "BB")
    for bad in ("", "nonsense", forged, "x" * 600, "é" * 95):
        with pytest.raises(tickets.NoTicket):
            tickets.admit_at_once(bad, known=pictures.known)
    round.wall_token = "another"
    with pytest.raises(tickets.NoTicket):
        tickets.admit_at_once(wall, known=pictures.known)
    assert tickets.admit_at_once("a:b:c", known=pictures.known) is None  # a console's: its session is asked for
    keys.destroy(round)
    with pytest.raises(tickets.RoundGone):
        tickets.admit_at_once(ticket, known=pictures.known)
