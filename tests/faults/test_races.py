"""Two facilitators press at once, and a round ends while people are still writing."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rounds import stages
from rounds.models import Round, Stage
from rounds.refusals import StageMovedOn
from tests import factories
from tests.faults.conftest import Measured
from tests.faults.house import Facilitator, Shaky
from tests.faults.lengths import length
from tests.faults.room import Room, reflecting
from tests.faults.world import World

RACES = length("races", short=50, long=1000)

pytestmark = pytest.mark.live

# From each stage, two steps that may both be pressed there: the same one, and two different ones.
STEPS = {
    Stage.REFLECTION: [(Stage.SILENCE, Stage.SILENCE), (Stage.SILENCE, Stage.THREADS), (Stage.THREADS, Stage.THREADS)],
    Stage.SILENCE: [(Stage.REFLECTION, Stage.REFLECTION)],
    Stage.THREADS: [(Stage.SILENCE, Stage.REFLECTION), (Stage.REFLECTION, Stage.REFLECTION)],
}


def test_of_two_facilitators_who_press_at_once_exactly_one_moves_the_round(
    steady: Shaky, world: World, measured: Measured
) -> None:
    room = Room(steady, world, reflecting())
    bob = Facilitator(steady, factories.facilitator("bob-races", of=room.round.programme))
    room.phones(1)
    room.all_are_in()
    path = f"/rounds/{room.round.public_id}/console/move/"
    seen: str = Stage.REFLECTION
    with ThreadPoolExecutor(2) as hands:
        for _ in range(RACES):
            steps = random.choice(STEPS[Stage(seen)])
            pressed = [
                hands.submit(who.press, path, seen=seen, to=to)
                for who, to in zip((room.facilitator, bob), steps, strict=True)
            ]
            answers = [press.result() for press in pressed]
            assert sorted(status for status, _ in answers) == [200, 409], answers
            won = next(to for to, (status, _) in zip(steps, answers, strict=True) if status == 200)
            lost = next(words for status, words in answers if status == 409)
            assert lost == f"Somebody has already moved the round on. It is at “{Stage(won).label}” now."
            seen = Round.objects.get(pk=room.round.pk).stage
            assert seen == won
    room.screens_are_right()
    measured("races, exactly one winner each", RACES)


def test_of_two_processes_exactly_one_moves_the_round(steady: Shaky, world: World, measured: Measured) -> None:
    room = Room(steady, world, reflecting())
    path = f"/rounds/{room.round.public_id}/console/move/"
    won_here = 0
    with ThreadPoolExecutor(1) as hand:
        for _ in range(RACES // 2):
            seen = Round.objects.get(pk=room.round.pk).stage
            to = STEPS[Stage(seen)][0][0]
            there = hand.submit(room.facilitator.press, path, seen=seen, to=to)
            time.sleep(random.random() * 0.03)  # what a request takes, so that now one is first and now the other
            try:
                stages.move(round=room.round, seen=seen, to=to, by=room.alice)
            except StageMovedOn:
                assert there.result()[0] == 200
            else:
                won_here += 1
                assert there.result()[0] == 409
    measured("races between two processes, exactly one winner each", RACES // 2)
    measured("of which the second process won", won_here)
