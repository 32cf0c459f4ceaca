"""A round, the people in it and what they wrote: what every fault is injected into and held against."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from facilitation.models import Proposal
from rounds import gathering
from rounds.live import tickets
from rounds.models import Prompt, Reaction, ReleasePolicy, Round, SealedPost, Stage
from tests import factories
from tests.faults.client import Client
from tests.faults.house import Facilitator, Shaky
from tests.faults.lengths import PATIENCE
from tests.faults.screen import Frame, drawn
from tests.faults.world import World, until
from tests.live.conftest import new_nonce


@dataclass
class Room:
    """One round of a running house. `port` is where clients go: the house's own, or a proxy's."""

    house: Shaky
    world: World
    round: Round
    port: int = 0
    clients: list[Client] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)  # nonce to the words, each of them different
    frames: dict[str, Frame] = field(default_factory=dict)  # nonce to what was sent with them

    def __post_init__(self) -> None:
        self.port = self.port or self.house.port
        self._number = count(1)
        self._visits: dict[Client, asyncio.Task[None]] = {}
        self.alice = factories.facilitator(f"alice-{self.round.public_id}", of=self.round.programme)
        self.facilitator = Facilitator(self.house, self.alice)

    def phones(self, number: int, *, beat: float = 1.5) -> list[Client]:
        """So many people come in and stay."""
        came = [Client(self.port, "room", tickets.for_room(self.round), beat=beat) for _ in range(number)]
        return self.come_in(came)

    def console(self) -> Client:
        key = self.facilitator.session_key
        ticket = tickets.for_console(user=self.alice, round=self.round, session_key=key)
        return self.come_in([Client(self.port, "console", ticket, cookie=key)])[0]

    def wall(self) -> Client:
        return self.come_in([Client(self.port, "wall", tickets.for_wall(self.round))])[0]

    def come_in(self, clients: list[Client]) -> list[Client]:
        self.clients += clients
        self._visits |= zip(clients, self.world.start(*(client.live() for client in clients)), strict=True)
        return clients

    def leave(self) -> None:
        """Everybody goes."""
        self.world.end(*self._visits.values())

    def all_are_in(self) -> None:
        """Wait until everybody has a picture."""
        self.world.do(until(lambda: all(client.is_in for client in self.here()), PATIENCE))

    def here(self) -> list[Client]:
        """Everybody who has not gone away for a while."""
        return [client for client in self.clients if not client.is_away]

    def go_away(self, client: Client) -> None:
        """Somebody is not there for a while; what stands on the screen and in the outbox stays."""
        client.is_away = True
        self.world.end(self._visits.pop(client))

    def come_back(self, client: Client) -> None:
        client.is_away = False
        [self._visits[client]] = self.world.start(client.live())

    async def write(self, client: Client, *, times: int = 1) -> str:
        """Have somebody write a sentence that nobody else writes; its nonce. In the world."""
        assert self.round.current_prompt is not None
        return await self.say(client, "react", times=times, prompt=self.round.current_prompt.public_id)

    async def say(self, client: Client, what: str, *, times: int = 1, **fields: str) -> str:
        """As write, for whatever carries a text."""
        nonce, words = new_nonce(), f"Sentence number {next(self._number)}."
        self.said[nonce] = words
        self.frames[nonce] = {"t": "say", "what": what, "nonce": nonce, "text": words, **fields}
        await client.say(self.frames[nonce], times=times)
        return nonce

    def all_answered(self) -> float:
        """Wait until nobody's outbox holds anything, or they were told that the round is over; the seconds it took."""
        began = time.monotonic()
        self.world.do(until(lambda: all(one.has_left or not one.outbox for one in self.here()), PATIENCE))
        return time.monotonic() - began

    def answers(self) -> dict[str, Frame]:
        """What each nonce was answered."""
        return {nonce: frame for client in self.clients for nonce, frame in client.answers.items()}

    def all_were_saved(self) -> bool:
        return {frame["t"] for frame in self.answers().values()} == {
            "saved"
        } and self.answers().keys() == self.said.keys()

    def saved_words(self) -> set[str]:
        """What people wrote and were told is saved."""
        answers = self.answers()
        return {words for nonce, words in self.said.items() if answers.get(nonce, {}).get("t") == "saved"}

    def refusals(self) -> set[str]:
        """The words in which anything was refused."""
        return {frame["because"] for frame in self.answers().values() if frame["t"] == "refused"}

    def screens_are_right(self) -> float:
        """Wait until every client's screen is what the server would draw for its audience; the seconds it took."""
        began = time.monotonic()
        while True:
            now = {audience: drawn(self.round.pk, audience) for audience in {one.audience for one in self.here()}}
            wrong = [line for client in self.here() for line in client.screen.differs(now[client.audience])]
            wrong += ["somebody is not in" for client in self.here() if not client.is_in]
            if not wrong:
                break
            assert time.monotonic() - began < PATIENCE, "\n".join(wrong)
            time.sleep(0.02)
        never = [line for client in self.clients for line in client.wrong]
        assert not never, never
        return time.monotonic() - began

    def holds_exactly(self, expected: set[str], *, perhaps: Collection[str] = ()) -> None:
        """Every one of these sentences is in the database once, waiting or shown, and nothing else is.

        perhaps: may be there or not, but not twice.
        """
        shown = Counter(Reaction.objects.of(self.round).values_list("text", flat=True))
        shown.update(Proposal.objects.filter(round=self.round).values_list("text", flat=True))
        shown.update(self.waiting())
        assert {words: times for words, times in shown.items() if times > 1} == {}, "doubled"
        assert expected - shown.keys() == set(), "lost"
        assert shown.keys() - expected - set(perhaps) == set(), "not acknowledged"

    def waiting(self) -> list[str]:
        """The words of what was not released yet, opened with the round's key."""
        posts = list(SealedPost.objects.filter(round=self.round))
        return [opened["text"] for opened in gathering._opened(self.round, posts)]


def reflecting(*, policy: str = ReleasePolicy.FLOWING, **fields: Any) -> Round:
    """A round in its reflection, in which three are enough."""
    round = factories.round_(stage=Stage.REFLECTION, floor=3, **fields)
    Prompt.objects.filter(round=round).update(policy=policy)
    return Round.objects.select_related("current_prompt").get(pk=round.pk)
