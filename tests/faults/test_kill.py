"""The server is killed at random instants while people write."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from tests.faults.client import Client
from tests.faults.conftest import Measured
from tests.faults.house import Shaky
from tests.faults.lengths import length, median, worst
from tests.faults.room import Room, reflecting
from tests.faults.world import World

KILLS = length("kills", short=3, long=1000)
ACKNOWLEDGED = length("acknowledged", short=1, long=20_000)  # on a busy machine this takes more kills than that
# A thousand sentences, more than any room writes: the picture of all that a soak writes would outgrow a frame.
KILLS_IN_ONE_ROUND = 20
PEOPLE = 6

pytestmark = pytest.mark.live


class Seen:
    """What was seen so far; `back` and `up` are seconds, of each kill. Saved counts only rounds that were held
    against the database afterwards."""

    def __init__(self) -> None:
        self.saved = self.rounds = 0
        self.up: list[float] = []
        self.back: list[float] = []

    def tell(self, measured: Measured) -> None:
        measured("kills, rounds checked", (len(self.back), self.rounds))
        measured("acknowledged, none lost, none doubled", self.saved)
        for name, seconds in (("the server stood again", self.up), ("all were back with a picture", self.back)):
            if seconds:
                figures = (median(seconds[:50]), median(seconds[-50:]), worst(seconds))
                measured(f"seconds until {name}: median of the first 50, of the last 50, worst", figures)


async def write_on(room: Room, client: Client) -> None:
    """Write sentence after sentence, not waiting for an answer while fewer than three are missing."""
    while True:
        if len(client.outbox) < 3:
            await room.write(client)
        await asyncio.sleep(random.uniform(0.02, 0.15))


def kill_once(shaky: Shaky, room: Room, seen: Seen) -> None:
    """At some instant, and wait until everybody is back."""
    time.sleep(random.uniform(0.05, 0.9))
    shaky.kill()
    for client in room.clients:
        client.is_in = False
    killed = time.monotonic()
    shaky.start()
    began = time.monotonic()
    room.all_are_in()
    seen.up.append(began - killed)
    seen.back.append(time.monotonic() - began)


def live_through(shaky: Shaky, world: World, seen: Seen, kills: int) -> None:
    """One round with so many kills, and everything in it held against what was acknowledged."""
    room = Room(shaky, world, reflecting())
    people = room.phones(PEOPLE)
    room.all_are_in()
    writing = world.start(*(write_on(room, client) for client in people))
    for _ in range(kills):
        kill_once(shaky, room, seen)
    world.end(*writing)
    room.all_answered()
    assert room.all_were_saved()
    room.holds_exactly(set(room.said.values()))
    room.screens_are_right()
    room.leave()
    seen.rounds += 1
    seen.saved += len(room.said)
    print(f"{len(seen.back)} kills, {seen.saved} acknowledged, none lost, none doubled")  # a soak with -s is watched


def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(
    shaky: Shaky, world: World, measured: Measured
) -> None:
    shaky.start()
    seen = Seen()
    try:
        while len(seen.back) < KILLS or seen.saved < ACKNOWLEDGED:
            live_through(shaky, world, seen, min(KILLS_IN_ONE_ROUND, KILLS))
    finally:  # also what was reached before something stopped it
        seen.tell(measured)
