"""The server is killed at random instants while people write."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from tests.faults.client import Client
from tests.faults.conftest import Measured
from tests.faults.house import Shaky
from tests.faults.lengths import length
from tests.faults.room import Room, reflecting
from tests.faults.world import World

KILLS = length("kills", short=3, long=1000)
PEOPLE = 6

pytestmark = pytest.mark.live


async def write_on(room: Room, client: Client) -> None:
    """Write sentence after sentence, not waiting for an answer while fewer than three are missing."""
    while True:
        if len(client.outbox) < 3:
            await room.write(client)
        await asyncio.sleep(random.uniform(0.02, 0.15))


def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(
    shaky: Shaky, world: World, measured: Measured
) -> None:
    shaky.start()
    room = Room(shaky, world, reflecting())
    people = room.phones(PEOPLE)
    back: list[float] = []
    writing = world.start(*(write_on(room, client) for client in people))
    for _ in range(KILLS):
        room.all_are_in()
        time.sleep(random.uniform(0.05, 0.9))
        shaky.kill()
        for client in people:
            client.is_in = False
        shaky.start()
        began = time.monotonic()
        room.all_are_in()
        back.append(time.monotonic() - began)
    world.end(*writing)
    room.all_answered(20)
    assert room.all_were_saved()
    room.holds_exactly(set(room.said.values()))
    room.screens_are_right()
    measured("kills", KILLS)
    measured("acknowledged, none lost, none doubled", len(room.said))
    measured("seconds until all were back with a picture, at worst", round(max(back), 2))
