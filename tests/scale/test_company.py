"""A room over two servers is counted together: nobody twice, nobody stored, and also without the layer."""

from __future__ import annotations

import time

import pytest

from rounds.live import tickets
from rounds.models import RoomSketch, Round, Stage
from tests import factories
from tests.live.test_trouble import console, signed_in
from tests.scale.conftest import Process, Street
from tests.scale.test_two_processes import soon

TWO_EXCHANGES = 5  # seconds
PATIENCE = 30  # seconds: for what comes with the second exchange, on a machine with much else to do


def small_room(floor: int = 5) -> Round:
    return factories.round_(stage=Stage.ARRIVAL, room_was_big_enough=False, floor=floor)


def is_open(round: Round) -> bool:
    return Round.objects.get(pk=round.pk).room_was_big_enough


def enter(process: Process, *held: str) -> None:
    for ticket in held:
        process.phone().hello(ticket)


def people(round: Round, number: int) -> list[str]:
    return [tickets.for_room(round) for _ in range(number)]


def test_writing_opens_when_the_people_at_both_are_enough_and_not_before(street: Street) -> None:
    round = small_room()
    enter(street.a, *people(round, 2))
    enter(street.b, *people(round, 2))
    time.sleep(TWO_EXCHANGES)
    assert not is_open(round)
    enter(street.b, *people(round, 1))
    soon(lambda: is_open(round), within=PATIENCE)


def test_somebody_who_is_at_both_is_one_person(street: Street) -> None:
    round = small_room()
    same = people(round, 4)
    enter(street.a, *same)
    enter(street.b, *same)
    time.sleep(TWO_EXCHANGES)
    assert not is_open(round)


def test_people_who_go_to_the_other_server_because_theirs_died_are_not_twice_as_many(street: Street) -> None:
    round = small_room()
    same = people(round, 3)
    enter(street.a, *same)
    soon(lambda: RoomSketch.objects.filter(round=round).exists(), within=PATIENCE)
    street.a.kill()
    enter(street.b, *same)
    time.sleep(TWO_EXCHANGES)
    assert not is_open(round)


def test_people_who_poll_at_both_are_counted_together(street: Street) -> None:
    round = small_room(floor=4)
    here, there = people(round, 2), people(round, 2)

    def poll() -> bool:
        for process, held in ((street.a, here), (street.b, there)):
            for ticket in held:
                process.post("poll", {"ticket": ticket, "revision": None})
        time.sleep(0.5)
        return is_open(round)

    soon(poll, within=PATIENCE)


def test_the_room_opens_while_the_layer_is_dead(street: Street) -> None:
    round = small_room()
    street.redis.kill()
    try:
        enter(street.a, *people(round, 3))
        enter(street.b, *people(round, 2))
        soon(lambda: is_open(round), within=PATIENCE)
    finally:
        street.redis.start()


def test_the_facilitator_is_told_roughly_how_many_there_are_at_both(street: Street) -> None:
    round = small_room()
    alice = factories.facilitator("alice-counts", of=round.programme)
    enter(street.a, *people(round, 11))  # alone not yet about twenty, wherever the steps of this round are
    enter(street.b, *people(round, 9))
    screen = console(street.b, round, alice, signed_in(alice))
    deadline = time.monotonic() + PATIENCE
    seen = ""
    while "About 20 people" not in seen and time.monotonic() < deadline:
        seen = screen.raw()
    assert "About 20 people" in seen


def test_what_is_stored_is_a_pattern_of_one_size_and_goes_with_the_people(street: Street) -> None:
    round = small_room()
    enter(street.a, *people(round, 3))
    soon(lambda: RoomSketch.objects.filter(round=round).exists(), within=PATIENCE)
    sketch = RoomSketch.objects.get(round=round)
    assert len(bytes(sketch.marks)) == 512
    assert int.from_bytes(bytes(sketch.marks), "big").bit_count() <= 3
    street.send_home()
    soon(lambda: not RoomSketch.objects.filter(round=round).exists(), within=PATIENCE)


@pytest.mark.parametrize("number", [1, 7])
def test_a_room_at_one_server_is_counted_as_it_is(street: Street, number: int) -> None:
    round = small_room(floor=max(3, number))
    enter(street.a, *people(round, number))
    if number > 3:
        soon(lambda: is_open(round), within=PATIENCE)
    else:
        time.sleep(TWO_EXCHANGES)
        assert not is_open(round)
