"""Tickets, presence and rates, without a server."""

from __future__ import annotations

import base64
import time

import pytest

from rounds import bands, keys
from rounds.live import presence, tickets
from rounds.live.throttle import Rate, Rates
from rounds.models import Round, Stage
from tests import factories


@pytest.mark.django_db
def test_a_ticket_changed_in_any_byte_is_none() -> None:
    raw = base64.urlsafe_b64decode(tickets.for_room(factories.round_(stage=Stage.STORY)) + "=")
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises((tickets.NoTicket, tickets.RoundGone)):
            tickets.admit(base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode())


@pytest.mark.django_db
def test_a_participants_ticket_does_not_open_the_wall_nor_the_console() -> None:
    round = factories.round_(stage=Stage.STORY)
    raw = base64.urlsafe_b64decode(tickets.for_room(round) + "=")
    with pytest.raises(tickets.NoTicket):
        tickets.admit(base64.urlsafe_b64encode(b"w" + raw[1:]).rstrip(b"=").decode())
    assert tickets.admit(tickets.for_room(round)).audience == "room"
    assert tickets.admit(tickets.for_wall(round)).audience == "wall"


@pytest.mark.django_db
def test_a_ticket_opens_its_own_round_only() -> None:
    here, there = factories.round_(stage=Stage.STORY), factories.round_(stage=Stage.STORY)
    assert tickets.admit(tickets.for_room(here)).round == here
    assert tickets.admit(tickets.for_room(there)).round == there


@pytest.mark.django_db
def test_no_ticket_outlives_its_rounds_key() -> None:
    round = factories.round_(stage=Stage.CLOSED)
    ticket, wall = tickets.for_room(round), tickets.for_wall(round)
    keys.destroy(round)
    for held in (ticket, wall):
        with pytest.raises(tickets.RoundGone):
            tickets.admit(held)
    with pytest.raises(keys.KeyGone):
        tickets.for_room(round)


@pytest.mark.django_db
def test_a_ticket_names_no_file_outside_the_key_folder() -> None:
    body = b"r" + b"../../../etc/passwd/aa" + b"v" * 16 + b"m" * 32
    with pytest.raises(tickets.NoTicket):
        tickets.admit(base64.urlsafe_b64encode(body).rstrip(b"=").decode())


@pytest.mark.django_db
def test_nothing_of_a_ticket_is_stored() -> None:
    round = factories.round_(stage=Stage.STORY)
    before = Round.objects.values().get(pk=round.pk)
    tickets.admit(tickets.for_room(round))
    assert Round.objects.values().get(pk=round.pk) == before


def test_two_tabs_are_one_person_until_both_have_gone() -> None:
    for voice in ("a", "a", "b"):
        presence.arrived(901, voice)
    assert presence.count(901) == 2
    presence.left(901, "a")
    assert presence.count(901) == 2
    presence.left(901, "a")
    presence.left(901, "b")
    assert presence.count(901) == 0
    assert 901 not in presence._rooms


def test_somebody_who_polls_is_here_for_thirty_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    presence.polled(902, "a")
    assert presence.count(902) == 1
    now = time.monotonic()
    monkeypatch.setattr("rounds.live.presence.time.monotonic", lambda: now + 31)
    assert presence.count(902) == 0


@pytest.mark.django_db
def test_a_screen_is_told_roughly_how_many_by_steps_of_the_rounds_own() -> None:
    round = factories.round_(stage=Stage.ARRIVAL)
    told = []
    for number in range(70):
        told.append(presence.banded(round))
        presence.arrived(round.pk, str(number))
    assert told == [bands.about(round=round, what="here", number=number) for number in range(70)]
    assert told[:5] == [None] * 5


def test_a_rate_is_spent_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("rounds.live.throttle.time.monotonic", lambda: now[0])
    rate = Rate(2, 10)
    assert [rate.hit(), rate.hit(), rate.hit()] == [True, True, False]
    now[0] += 9.9
    assert not rate.hit()
    now[0] += 0.2
    assert rate.hit()


def test_rates_are_each_ones_own_and_the_oldest_are_forgotten() -> None:
    rates = Rates(1, 60, most=2)
    assert [rates.hit("a"), rates.hit("a"), rates.hit("b"), rates.hit("c")] == [True, False, True, True]
    assert rates.hit("a")  # forgotten when c came
