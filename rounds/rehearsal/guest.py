"""One simulated participant: a real client that joins by code, reads its screen and says what a person might.

It speaks only docs/protocol.md. It acts once on each thing it sees, after a while, and not on everything.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from rounds.live.padding import padded
from rounds.rehearsal import words
from rounds.rehearsal.screen import Form, forms_on

BEAT_SECONDS: Final = 10
GOES_HOME_AFTER: Final = 60  # seconds in which nobody answers: the server may never come back
# How likely a guest is to do a thing it could do, and within how many seconds (at pace 1).
HABITS: Final[dict[str, tuple[float, float]]] = {
    "react": (0.95, 40),
    "mine_too": (0.12, 20),
    "rings_true": (0.4, 15),
    "sort": (0.2, 25),  # of every hand that is dealt: two or three of twelve
    "barrier": (0.75, 25),
    "propose": (0.8, 30),
    "help": (0.3, 20),
    "feedback": (0.7, 25),
    "staff_group": (0.8, 15),
}
LIKED: Final = (0.75, 0.5, 0.25)  # how likely each of the few barriers is that a party has in mind for a theme


class RoundOver(Exception):
    """The server said goodbye for good."""


def ticket_for(code: str, *, url: str) -> str:
    """Exchange a join code for a ticket over HTTP. Raises urllib.error.HTTPError when it is refused."""
    request = urllib.request.Request(  # noqa: S310  the address is our own site's
        f"{url}/live/join",
        data=json.dumps({"code": code}).encode(),
        headers={"Content-Type": "application/json", "Origin": url},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        ticket: str = json.load(answer)["ticket"]
    return ticket


@dataclass
class Guest:
    """pace: 1 is a rehearsal's usual speed; 10 is ten times faster. rng: seeded for a repeatable rehearsal."""

    code: str
    url: str
    rng: random.Random
    pace: float = 1.0
    reactions: list[str] = field(default_factory=list)
    proposals: dict[str, list[str]] = field(default_factory=dict)  # by what the form offers
    party: str = ""  # what the guests of one party share, so that several choose alike
    _done: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _stage: str = ""

    async def live(self, *, after: float = 0) -> None:
        """Join after so many seconds, stay until the round is over or the server has gone; reconnect until then."""
        await asyncio.sleep(after)
        ticket = await asyncio.to_thread(ticket_for, self.code, url=self.url)
        heard_at = time.monotonic()
        while time.monotonic() - heard_at < GOES_HOME_AFTER:
            try:
                async with connect(f"{self.url.replace('http', 'ws', 1)}/live/", origin=self.url) as socket:  # type: ignore[arg-type]
                    await socket.send(json.dumps({"t": "hello", "ticket": ticket, "revision": None}))
                    try:
                        await self._listen(socket)
                    finally:
                        heard_at = time.monotonic()
            except RoundOver:
                return
            except (ConnectionClosed, InvalidHandshake, OSError):
                await asyncio.sleep(self.rng.uniform(0.2, 2))

    async def _listen(self, socket: ClientConnection) -> None:
        beating = asyncio.create_task(self._beat(socket))
        try:
            async for message in socket:
                self._see(socket, json.loads(message))
        finally:
            beating.cancel()
            for task in self._tasks:
                task.cancel()
        if (socket.close_code or 0) in (4401, 4404):
            raise RoundOver

    async def _beat(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await socket.send(json.dumps({"t": "beat", "revision": None}))

    def _see(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        if frame.get("t") not in ("snapshot", "change"):
            return
        self._stage = frame.get("stage", self._stage)
        if self._stage == "closed":
            raise RoundOver
        for html in self._pieces(frame):
            for form in forms_on(html):
                self._consider(socket, form)

    @staticmethod
    def _pieces(frame: dict[str, Any]) -> list[str]:
        rows = frame.get("rows", {}).values()
        return [
            *frame.get("html", {}).values(),
            *(html for row in rows for html in (row.get("put", {}) if "put" in row or "drop" in row else row).values()),
        ]

    def _consider(self, socket: ClientConnection, form: Form) -> None:
        place = json.dumps([form.says, sorted(form.fixed.items())])
        chance, within = HABITS.get(form.says, (0, 0))
        if form.says == "react" and not form.open:
            chance = 0.08  # the button for "nothing just now": few press it, and it is no less welcome
        if place in self._done:
            return
        self._done.add(place)
        if self.rng.random() < chance:
            task = asyncio.create_task(self._say_later(socket, form, self.rng.uniform(0.1, 1) * within / self.pace))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _say_later(self, socket: ClientConnection, form: Form, seconds: float) -> None:
        for _ in range(self.rng.choice((1, 1, 2, 3)) if form.says == "react" else 1):
            await asyncio.sleep(seconds)
            await self._say(socket, form)

    async def _say(self, socket: ClientConnection, form: Form) -> None:
        fields: dict[str, Any] = dict(form.fixed)
        for name in form.open:
            fields[name] = self._words(form)
        for name, values in form.choices.items():
            fields[name] = self._choice(form, name, values, has_words=bool(fields.get("text")))
        if form.says == "react" and not fields.get("text"):
            fields["feelings"] = fields.get("feelings") or ["nothing_just_now"]
        if form.says == "propose" and not fields.get("text"):
            return
        if form.says == "barrier" and not fields.get("barrier"):
            return
        if form.says == "sort" and not fields.get("together"):
            fields["none"] = "yes"
        try:
            await socket.send(padded({"t": "say", "what": form.says, "nonce": secrets.token_urlsafe(16), **fields}))
        except ConnectionClosed:
            return

    def _choice(self, form: Form, name: str, values: Sequence[str], *, has_words: bool) -> str | list[str]:
        if not values:
            return ""
        if name in form.single:
            return self.rng.choice(values)
        if name == "barrier":
            return self._barriers(form, values)
        if name == "together":
            return self._together(form, values)
        if name == "feelings" and has_words:
            fitting = [value for value in values if value in words.FITTING]
            return self.rng.sample(fitting, k=min(len(fitting), self.rng.choice((0, 0, 1))))
        return self.rng.sample(values, k=min(len(values), self.rng.choice((0, 1, 1, 2))))

    def _barriers(self, form: Form, values: Sequence[str]) -> list[str]:
        """A few of the same few in a theme: what fewer than three people choose is shown to nobody."""
        together = random.Random(f"{self.party} {form.fixed.get('theme', '')}")
        liked = together.sample(values, k=min(len(values), len(LIKED)))
        return [value for value, chance in zip(liked, LIKED, strict=False) if self.rng.random() < chance]

    def _together(self, form: Form, values: Sequence[str]) -> list[str]:
        """The most of them that share a thread, as the guest sees it; now and then it sees none."""
        piles: dict[int, list[str]] = {}
        for value in values:
            thread = words.thread_of(form.captions.get(value, ""))
            if thread is not None:
                piles.setdefault(thread, []).append(value)
        largest = max(piles.values(), key=len, default=[])
        return largest if len(largest) > 1 and self.rng.random() < 0.9 else []

    def _words(self, form: Form) -> str:
        ready = self.proposals.get(form.fixed.get("offer", ""), []) if form.says == "propose" else self.reactions
        return ready.pop() if ready else ""


def party(*, code: str, url: str, people: int, pace: float, seed: int | None) -> list[Guest]:
    """`people` guests who share out the prepared sentences, so that hardly any is written twice."""
    rng = random.Random(seed)
    taste = str(rng.random())
    lines, possible, change = (rng.sample(said, len(said)) for said in (words.REACTIONS, words.POSSIBLE, words.CHANGE))
    return [
        Guest(
            code=code,
            url=url,
            rng=random.Random(rng.random()),
            pace=pace,
            reactions=lines[number::people],
            proposals={"possible": possible[number::people], "change": change[number::people]},
            party=taste,
        )
        for number in range(people)
    ]
