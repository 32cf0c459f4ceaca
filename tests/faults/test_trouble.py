"""What is said survives a locked database, a failing bell, repeats and a bad line; and the screens come right."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import pytest

from rounds.models import Reaction, ReleasePolicy
from tests.faults.client import Client
from tests.faults.conftest import Measured
from tests.faults.house import Shaky
from tests.faults.lengths import PATIENCE, SOAK, length, median, worst
from tests.faults.proxy import Proxy
from tests.faults.room import Room, reflecting
from tests.faults.world import World, together

LOCKED_SECONDS = length("locked", short=3, long=30)
POSTS = length("posts", short=60, long=1200)

pytestmark = pytest.mark.live


async def write_some(room: Room, client: Client, number: int, pause: float) -> None:
    for _ in range(number):
        await room.write(client)
        await asyncio.sleep(random.random() * 2 * pause)


def everybody_writes(room: Room, people: list[Client], number: int, *, pause: float = 0.2) -> None:
    """Each of them writes so many, all at the same time."""
    room.world.do(together(*(write_some(room, client, number, pause) for client in people)))


def test_a_locked_database_only_makes_people_wait(steady: Shaky, world: World, measured: Measured) -> None:
    room = Room(steady, world, reflecting())
    people = room.phones(4)
    room.all_are_in()
    everybody_writes(room, people, 2, pause=0.05)
    with steady.locked():
        everybody_writes(room, people, 3, pause=0.05)
        time.sleep(LOCKED_SECONDS)
        held = sum(len(client.outbox) for client in people)
    took = room.all_answered()
    assert held, "nothing was written while the database was locked"
    assert room.all_were_saved()
    room.holds_exactly(set(room.said.values()))
    room.screens_are_right()
    measured("locked for, seconds", LOCKED_SECONDS)
    measured("waiting posts, all saved after it", held)
    measured("seconds from the unlocking to the last answer", round(took, 2))


def test_what_is_sent_three_to_five_times_is_there_once(steady: Shaky, world: World, measured: Measured) -> None:
    room = Room(steady, world, reflecting())
    people = room.phones(6)
    room.all_are_in()
    each = POSTS // len(people)

    async def over_and_over(client: Client) -> None:
        for _ in range(each):
            times = random.randint(3, 5)
            nonce = await room.write(client, times=times - 1)
            await asyncio.sleep(0.25)  # five of them a quarter of a second stay below what a socket may say
            await client.say(room.frames[nonce])

    world.do(together(*(over_and_over(client) for client in people)), PATIENCE + POSTS)
    room.all_answered()
    assert room.all_were_saved()
    room.holds_exactly(set(room.said.values()))
    room.screens_are_right()
    measured("posts, each sent three to five times, each there once", len(room.said))


def test_a_bell_that_fails_three_times_in_ten_costs_seconds_at_most(
    shaky: Shaky, world: World, measured: Measured
) -> None:
    shaky.rings_lost = 0.3
    shaky.start()
    room = Room(shaky, world, reflecting(policy=ReleasePolicy.TOGETHER))
    people = room.phones(4)
    room.wall()
    room.console()
    room.all_are_in()
    world.do(write_at_once(room, people))
    room.all_answered()
    assert room.facilitator.press(f"/rounds/{room.round.public_id}/console/release/")[0] == 200
    took = []
    for number in range(length("rings", short=8, long=300)):
        to = Reaction.State.RELEASED if number % 2 else Reaction.State.HELD
        change = {"reaction": Reaction.objects.of(room.round).first().pk, "to": to}  # type: ignore[union-attr]
        assert room.facilitator.press(f"/rounds/{room.round.public_id}/console/reaction/", **change)[0] == 200
        took.append(room.screens_are_right())
    measured("changes, with 30 % of the rings lost", len(took))
    measured("seconds until every screen was right: median, worst", (median(took), worst(took)))
    assert Reaction.objects.of(room.round).count() == len(room.said)


async def write_at_once(room: Room, people: list[Client]) -> None:
    await together(*(room.write(client) for client in people))


MOODS: dict[str, dict[str, Any]] = {
    "late": {"delay": 0.15},
    "resets": {"resets": 2.0},
    "one byte at a time": {"slices": True, "delay": 0.02},
    "resets and late": {"resets": 3.0, "delay": 0.1},
    "black hole": {"hole": True},
}
HOLE_SECONDS = 2


@pytest.mark.parametrize("mood", MOODS if SOAK else [mood for mood in MOODS if mood != "late"])
def test_a_bad_line_loses_nothing_and_the_screens_come_right(
    steady: Shaky, world: World, measured: Measured, mood: str
) -> None:
    proxy = world.do(Proxy(steady.port).open())
    room = Room(steady, world, reflecting(), port=proxy.port)
    people = room.phones(4)
    room.wall()
    room.all_are_in()
    took = []
    for _ in range(length("bad_lines", short=1, long=40)):
        world.do(proxy.turn(**MOODS[mood]))
        everybody_writes(room, people, 6)
        world.do(asyncio.sleep(HOLE_SECONDS if mood == "black hole" else 0))
        world.do(proxy.turn(**{**MOODS[mood], "hole": False}))
        took.append(room.all_answered())
    world.do(proxy.turn())
    right = room.screens_are_right()
    assert room.all_were_saved()
    room.holds_exactly(set(room.said.values()))
    world.do(proxy.close())
    measured("acknowledged, none lost, none doubled", len(room.said))
    measured("connections reset, bytes swallowed", (proxy.resets, proxy.swallowed))
    measured("times somebody came in", sum(client.visits for client in room.clients))
    measured("seconds to the last answer at worst, then to right screens", (worst(took), round(right, 2)))
