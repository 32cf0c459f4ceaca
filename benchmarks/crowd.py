"""A room full of client sockets in this one process: they come in, one or some of them post, all of them count."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks import wire
from benchmarks.loop import Line, Loop

MOST_CACHED = 4000
SWEEP_SECONDS = 0.5


@dataclass(frozen=True, eq=False)
class Batch:
    """What one frame brought: the posts' numbers and when they were sent. whole: it replaces what was shown.

    before, revision, stage: what the frame says it turns into what, in protocols that say so.
    letters: how long the frame is when it is unpacked, where somebody asks.
    """

    numbers: tuple[int, ...] = ()
    sent: tuple[float, ...] = ()
    whole: bool = False
    before: int | None = None
    revision: int | None = None
    stage: str = ""
    letters: int = 0


class Dialect(Protocol):
    """How one contender is spoken to. Members are handed in so that a dialect can keep its state on them."""

    path: str
    posters: int  # how many sockets share the posting, where the server limits what one may say

    def headers(self, member: Member) -> dict[str, str]: ...

    def greet(self, member: Member) -> None:
        """The socket is open: say who we are, or call member.come_in() where nobody asks."""

    def hear(self, member: Member, payload: bytes, now: float) -> None:
        """A text frame came."""

    def post(self, number: int, sent: float) -> bytes:
        """The frame payload that posts."""

    def sweep(self, member: Member, now: float) -> None:
        """Called now and then for each member: heartbeats."""


class Member(Line):
    """One socket of the crowd."""

    def __init__(self, crowd: Crowd, ticket: str, *, receive_buffer: int = 0) -> None:
        self.crowd = crowd
        self.ticket = ticket
        self.is_in = False
        self.is_upgraded = False
        self.log: list[tuple[Batch, float]] = []
        self.rest = b""
        # Protocols that number what they show:
        self.revision: int | None = None
        self.unanswered = 0
        self.beat_at = 0.0
        super().__init__(crowd.loop, crowd.port, receive_buffer=receive_buffer)

    def opened(self) -> None:
        dialect = self.crowd.dialect
        self.write(wire.upgrade(dialect.path, self.crowd.port, dialect.headers(self)))

    def heard(self, data: bytes) -> None:
        now = time.monotonic()
        if self.rest:
            data = self.rest + data
        if not self.is_upgraded:
            data = self._upgraded(data, now)
        found, self.rest = wire.frames(data) if self.is_upgraded else ([], data)
        for opcode, payload in found:
            if opcode in (wire.TEXT, wire.BINARY):
                self.crowd.dialect.hear(self, payload, now)
            elif opcode == wire.PING:
                self.write(wire.frame(payload, wire.PONG))
            elif opcode == wire.CLOSE:
                self.end()

    def _upgraded(self, data: bytes, now: float) -> bytes:
        """Read the answer to the upgrade, if it is all there; what comes after it."""
        head, is_whole, after = data.partition(b"\r\n\r\n")
        if not is_whole:
            return data
        if head.startswith(b"HTTP/1.1 101"):
            self.is_upgraded = True
            self.crowd.first_open = self.crowd.first_open or now
            self.crowd.dialect.greet(self)
        else:
            self.crowd.trouble(head[:60].decode("latin1"))
            self.end()
        return after

    def say(self, payload: bytes) -> None:
        self.write(wire.frame(payload))

    def come_in(self) -> None:
        """The server has let it in (and shown it what there is to see)."""
        if not self.is_in:
            self.is_in = True
            self.crowd.came_in(self)

    def ended(self) -> None:
        self.crowd.left(self)


@dataclass
class Crowd:
    """The members, what was posted, and what arrived.

    listeners: how many of them must have a post before it is on every screen; set when the posting starts.
    """

    dialect: Dialect
    port: int
    tickets: Sequence[str]
    loop: Loop = field(default_factory=Loop)
    members: list[Member] = field(default_factory=list)
    admitted: int = 0
    gone: int = 0
    listeners: int = 0
    remaining: list[int] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    everywhere: dict[int, float] = field(default_factory=dict)  # post to when the last screen had it
    answered: dict[int, float] = field(default_factory=dict)  # post to when it was acknowledged
    troubles: dict[str, int] = field(default_factory=dict)
    when_everywhere: Callable[[int], object] = lambda _: None
    when_answered: Callable[[int], object] = lambda _: None
    when_in: Callable[[Member], object] = lambda _: None
    when_left: Callable[[Member], object] = lambda _: None
    cache: dict[bytes, Batch] = field(default_factory=dict)
    lag: float = 0.0  # the most a post of a steady rhythm was late because of ourselves
    deaf: int = 0
    first_open: float = 0.0  # when the first socket was accepted

    # -- coming in

    def enter(self, count: int, *, at_once: int = 100, within: float = 30, receive_buffer: int = 0) -> bool:
        """Let `count` more come in, so many at a time. Returns whether all of them did, in time."""
        goal = self.admitted + count
        started = len(self.members)

        def more() -> bool:
            while len(self.members) - started < count and len(self.members) - self.admitted - self.gone < at_once:
                self.add(receive_buffer=receive_buffer)
            return self.admitted + self.gone >= goal

        self.loop.run(more, within)
        return self.admitted >= goal

    def add(self, *, receive_buffer: int = 0) -> Member:
        ticket = self.tickets[len(self.members) % len(self.tickets)]
        member = Member(self, ticket, receive_buffer=receive_buffer)
        self.members.append(member)
        return member

    def came_in(self, member: Member) -> None:
        self.admitted += 1
        self.when_in(member)

    def left(self, member: Member) -> None:
        self.gone += 1
        self.when_left(member)

    # -- posting

    def listen(self) -> None:
        """From now on every post is for those who are here and read."""
        self.listeners = sum(not m.is_over for m in self.members) - self.deaf
        self._sweep()

    def post(self) -> int:
        """Post now, from the next of the posters."""
        number, now = len(self.sent), time.monotonic()
        self.sent.append(now)
        self.remaining.append(self.listeners)
        self.members[number % self.dialect.posters].say(self.dialect.post(number, now))
        return number

    def keep_posting(self, rate: float, seconds: float) -> int:
        """Schedule posts with an even rhythm. Returns how many there will be."""
        count, start = max(1, round(rate * seconds)), time.monotonic() + 0.05

        def one(at: float) -> None:
            self.lag = max(self.lag, time.monotonic() - at)
            self.post()

        for number in range(count):
            at = start + (number + random.random() * 0.5) / rate  # not in step with anybody's tick
            self.loop.at(at, lambda at=at: one(at))  # type: ignore[misc]
        return count

    # -- counting

    def received(self, member: Member, batch: Batch, now: float) -> None:
        if batch.whole:
            batch = self._news(member, batch)
        if not batch.numbers:
            return
        member.log.append((batch, now))
        remaining = self.remaining
        for number in batch.numbers:
            remaining[number] -= 1
            if not remaining[number]:
                self.everywhere[number] = now
                self.when_everywhere(number)

    def acknowledged(self, number: int, now: float) -> None:
        if number not in self.answered:
            self.answered[number] = now
            self.when_answered(number)

    def trouble(self, words: str) -> None:
        self.troubles[words] = self.troubles.get(words, 0) + 1

    def read(self, payload: bytes, parse: Callable[[bytes], Batch]) -> Batch:
        """The batch in a frame; the same bytes are read once, however many sockets bring them."""
        batch = self.cache.get(payload)
        if batch is None:
            if len(self.cache) > MOST_CACHED:
                self.cache.clear()
            batch = self.cache[payload] = parse(payload)
        return batch

    def _news(self, member: Member, batch: Batch) -> Batch:
        had = {number for old, _ in member.log for number in old.numbers}
        pairs = [pair for pair in zip(batch.numbers, batch.sent, strict=True) if pair[0] not in had]
        return Batch(tuple(number for number, _ in pairs), tuple(sent for _, sent in pairs))

    def _sweep(self) -> None:
        now = time.monotonic()
        for member in self.members:
            if not member.is_over:
                self.dialect.sweep(member, now)
        self.loop.after(SWEEP_SECONDS, self._sweep)
