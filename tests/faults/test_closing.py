"""A round ends while two hundred sentences are on their way."""

from __future__ import annotations

import random

import pytest

from rounds.models import ReleasePolicy, Round, Stage
from rounds.models.programme import LOWEST_FLOOR
from tests.faults.client import Client
from tests.faults.conftest import Measured
from tests.faults.house import Shaky
from tests.faults.lengths import PATIENCE, length
from tests.faults.room import Room, reflecting
from tests.faults.world import World, together, until

PEOPLE, EACH = 20, 10
TIMES = length("closings", short=1, long=25)
TOO_LATE = {"Writing is closed just now. What you typed is still here.", "This round is over."}

pytestmark = pytest.mark.live


def say_everything_and_end(room: Room, people: list[Client], *ends: tuple[Stage, Stage]) -> None:
    """Everybody sends all they have, and somewhere in the middle of it the round goes on, step by step."""

    async def all_of_it(client: Client) -> None:
        for _ in range(EACH):
            await room.write(client)

    writing = room.world.soon(together(*(all_of_it(client) for client in people)))
    answered = random.randrange(PEOPLE * EACH * 3 // 4)  # not so long: on a slow machine hardly any would be saved
    room.world.do(until(lambda: len(room.answers()) >= answered, PATIENCE))
    for seen, to in ends:
        path = f"/rounds/{room.round.public_id}/console/move/"
        assert room.facilitator.press(path, seen=seen, to=to)[0] == 200
    writing.result(PATIENCE)


@pytest.mark.parametrize("policy", [ReleasePolicy.FLOWING, ReleasePolicy.TOGETHER])
def test_what_is_in_flight_when_a_round_ends_is_saved_and_shown_or_refused_in_words(
    steady: Shaky, world: World, measured: Measured, policy: str
) -> None:
    saved = refused = 0
    for _ in range(TIMES):
        room = Room(steady, world, reflecting(policy=policy))
        people = room.phones(PEOPLE)
        room.all_are_in()
        say_everything_and_end(room, people, (Stage.REFLECTION, Stage.CLOSING))
        room.all_answered()
        room.screens_are_right()
        kept = room.saved_words()
        room.holds_exactly(kept)
        assert len(kept) < LOWEST_FLOOR or room.waiting() == []
        assert room.refusals() <= TOO_LATE
        saved, refused = saved + len(kept), refused + len(room.said) - len(kept)
        room.leave()
    measured("in flight, then saved and shown, refused in words", (PEOPLE * EACH * TIMES, saved, refused))


def test_what_was_acknowledged_before_a_round_was_sealed_is_in_it(
    steady: Shaky, world: World, measured: Measured
) -> None:
    saved = refused = untold = 0
    for _ in range(TIMES):
        room = Room(steady, world, reflecting())
        people = room.phones(PEOPLE)
        room.all_are_in()
        say_everything_and_end(room, people, (Stage.REFLECTION, Stage.CLOSING), (Stage.CLOSING, Stage.CLOSED))
        room.all_answered()
        assert Round.objects.get(pk=room.round.pk).sealed_at
        kept = room.saved_words()
        unanswered = {room.said[nonce] for client in people for nonce in client.outbox}
        if len(kept) >= LOWEST_FLOOR:  # fewer are never shown, and the seal drops what was never shown
            room.holds_exactly(kept, perhaps=unanswered)
        assert room.refusals() <= TOO_LATE
        assert {client.farewell for client in people if client.has_left} <= {"This round is over."}
        room.leave()
        saved, untold = saved + len(kept), untold + len(unanswered)
        refused += len(room.said) - len(kept) - len(unanswered)
    measured("saved and kept, refused in words, only told that the round is over", (saved, refused, untold))
