"""Everything that can happen in a room, in any order; after each step every screen shows what the server would draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from facilitation.models import Proposal, Theme
from rounds import stages
from rounds.models import Reaction, Round, Stage
from tests.faults.client import Client
from tests.faults.conftest import Measured
from tests.faults.house import Shaky
from tests.faults.lengths import SOAK, length, median, worst
from tests.faults.room import Room, reflecting
from tests.faults.world import World

STEPS = length("steps", short=80, long=10_000)
IN_ONE_ROUND = length("steps_in_one_round", short=20, long=50)
MOST_PHONES = 5
KILLS_IN_ONE_ROUND = 1
LAST = {Stage.CLOSING, Stage.CLOSED}

T = TypeVar("T")
which = st.integers(0, 1000)
pytestmark = pytest.mark.live


class Seen:
    """What was seen over all rounds of the machine."""

    def __init__(self) -> None:
        self.steps = self.rounds = self.kills = self.saved = self.refused = 0
        self.right_after: list[float] = []

    def tell(self, measured: Measured) -> None:
        measured("steps, rounds, kills", (self.steps, self.rounds, self.kills))
        measured("posts saved and there once, refused in words and not there", (self.saved, self.refused))
        if self.right_after:
            took = median(self.right_after), worst(self.right_after)
            measured("seconds until every screen was right: median, worst", took)


class Life(RuleBasedStateMachine):
    """One round: a console, a wall, phones that come, write, repeat, fall silent and return, a server that dies."""

    def __init__(self, house: Shaky, world: World, seen: Seen) -> None:
        super().__init__()
        self.house, self.world, self.seen = house, world, seen
        self.seen.rounds += 1
        self.kills = self.hurried = 0
        self.room = Room(house, world, reflecting(threshold_seconds=0))
        self.console, self.wall = self.room.console(), self.room.wall()
        self.room.phones(2)
        self.room.all_are_in()

    @property
    def phones(self) -> list[Client]:
        return [client for client in self.room.here() if client.audience == "room"]

    @property
    def stage(self) -> str:
        return Round.objects.get(pk=self.room.round.pk).stage

    def pick(self, found: Sequence[T], number: int) -> T | None:
        return found[number % len(found)] if found else None

    def press(self, path: str, **fields: Any) -> None:
        """A facilitator's press is done, or declined in words."""
        status, words = self.room.facilitator.press(f"/rounds/{self.room.round.public_id}/{path}/", **fields)
        assert status == 200 or (status == 409 and words), (status, words)

    def reactions(self) -> list[str]:
        return list(Reaction.objects.of(self.room.round).values_list("pk", flat=True))

    def theme(self, number: int) -> str:
        found = list(Theme.objects.filter(round=self.room.round).values_list("public_id", flat=True))
        return self.pick(found, number) or ""

    # --- the people

    @precondition(lambda self: len(self.phones) < MOST_PHONES)
    @rule()
    def join(self) -> None:
        self.room.phones(1)

    @rule(who=which, times=st.integers(1, 3))
    def post(self, who: int, times: int) -> None:
        phone = self.pick(self.phones, who)
        if phone and self.stage == Stage.CIRCLE:
            self.world.do(self.room.say(phone, "propose", times=times, theme="", offer="change"))
        elif phone:
            self.world.do(self.room.write(phone, times=times))

    @rule(who=which)
    def several_post(self, who: int) -> None:
        """So many that they can be released."""
        for number in range(4):
            self.post(who + number, 1)

    @precondition(lambda self: self.room.frames)
    @rule(who=which, what=which)
    def repeat(self, who: int, what: int) -> None:
        phone = self.pick(self.phones, who)
        mine = [nonce for nonce in self.room.frames if phone and (nonce in phone.answers or nonce in phone.outbox)]
        nonce = self.pick(mine, what)
        if phone and nonce:
            self.world.do(phone.say(self.room.frames[nonce]))

    @rule(who=which, what=which)
    def keep_company(self, who: int, what: int) -> None:
        phone, reaction = self.pick(self.phones, who), self.pick(self.reactions(), what)
        if phone and reaction:
            self.world.do(phone.say({"t": "say", "what": "mine_too", "nonce": nonce(who, what), "reaction": reaction}))

    @precondition(lambda self: self.phones)
    @rule(who=which)
    def drop(self, who: int) -> None:
        phone = self.pick(self.room.here(), who)
        assert phone
        self.world.do(phone.drop())

    @precondition(lambda self: self.phones)
    @rule(who=which)
    def go_away(self, who: int) -> None:
        phone = self.pick(self.phones, who)
        assert phone
        self.room.go_away(phone)

    @precondition(lambda self: any(client.is_away for client in self.room.clients))
    @rule(who=which)
    def come_back(self, who: int) -> None:
        phone = self.pick([client for client in self.room.clients if client.is_away], who)
        assert phone
        self.room.come_back(phone)

    # --- the facilitator

    @rule()
    def release(self) -> None:
        self.press("circle/release" if self.stage == Stage.CIRCLE else "console/release")

    @rule(what=which, to=st.sampled_from(Reaction.State.values))
    def move_reaction(self, what: int, to: str) -> None:
        reaction = self.pick(self.reactions(), what)
        if reaction:
            self.press("console/reaction", reaction=reaction, to=to)

    @rule(number=which, what=st.lists(which, max_size=4))
    def make_theme(self, number: int, what: list[int]) -> None:
        self.press("themes/make", title=f"Theme {number}", reaction=[self.pick(self.reactions(), one) for one in what])

    @rule(number=which, what=st.lists(which, min_size=1, max_size=4))
    def place(self, number: int, what: list[int]) -> None:
        chosen = [self.pick(self.reactions(), one) or "none" for one in what]
        self.press("themes/place", theme=self.theme(number), reaction=chosen)

    @precondition(lambda self: self.theme(0))
    @rule(number=which, other=which, how=st.sampled_from(["rename", "remove", "up", "hold"]))
    def change_theme(self, number: int, other: int, how: str) -> None:
        fields = {"rename": {"title": f"Theme {other}"}, "hold": {"held": "on"}}
        self.press(f"themes/{self.theme(number)}/{how}", **fields.get(how, {}))

    @precondition(lambda self: self.theme(0))
    @rule(number=which, other=which)
    def merge(self, number: int, other: int) -> None:
        self.press("themes/merge", theme=self.theme(number), into=self.theme(other))

    @rule(what=which)
    def set_proposal_aside(self, what: int) -> None:
        found = self.pick(list(Proposal.objects.filter(round=self.room.round).values_list("pk", flat=True)), what)
        if found:
            self.press("circle/set-aside", proposal=found, aside="on")

    @rule(way=which)
    def move(self, way: int) -> None:
        round = Round.objects.get(pk=self.room.round.pk)
        steps = [to for to in stages.possible(round) if to not in LAST]
        to = self.pick(steps, way)
        if to:
            self.press("console/move", seen=round.stage, to=to)

    # --- the machine

    @precondition(lambda self: self.kills < KILLS_IN_ONE_ROUND)
    @rule(dice=st.integers(0, 3))
    def kill(self, dice: int) -> None:
        if dice:
            return
        self.kills += 1
        self.seen.kills += 1
        self.house.kill()
        for client in self.room.clients:
            client.is_in = False
        self.house.start()

    @rule(steps=st.integers(1, 6))
    def hurry(self, steps: int) -> None:
        """Let the next steps follow each other without waiting for the screens."""
        self.hurried = steps

    @invariant()
    def every_screen_shows_what_the_server_would_draw(self) -> None:
        self.seen.steps += 1
        self.hurried = max(0, self.hurried - 1)
        if not self.hurried:
            self.seen.right_after.append(self.room.screens_are_right())

    def teardown(self) -> None:
        for client in self.room.clients:
            if client.is_away:
                self.room.come_back(client)
        self.room.all_are_in()
        self.room.all_answered()
        self.room.screens_are_right()
        saved = self.room.saved_words()
        self.room.holds_exactly(saved)
        self.seen.saved += len(saved)
        self.seen.refused += len(self.room.said) - len(saved)
        self.room.leave()


def nonce(*numbers: int) -> str:
    return "-".join(f"{number:08d}" for number in numbers)


def live_through(make: Callable[[], Life], rounds: int) -> None:
    how = settings(
        max_examples=rounds,  # many in one go: the first of each is a round in which hardly anything happens
        stateful_step_count=IN_ONE_ROUND,
        deadline=None,
        database=None,
        derandomize=not SOAK,  # CI walks the same ways every time
        phases=[Phase.generate],  # a failure's steps are printed as they were; shrinking them would take hours
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(make, settings=how)  # type: ignore[arg-type]  # it takes whatever makes a machine


def test_every_screen_shows_what_the_server_would_draw_whatever_happens(
    shaky: Shaky, world: World, measured: Measured
) -> None:
    shaky.start()
    seen = Seen()
    try:
        while seen.steps < STEPS:
            live_through(lambda: Life(shaky, world, seen), (STEPS - seen.steps) // IN_ONE_ROUND + 1)
    finally:  # also what was reached before something stopped it
        seen.tell(measured)
