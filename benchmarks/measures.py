"""What is measured: each function is one run against a fresh server, and returns its figures by name.

Times are milliseconds, memory is megabytes or kilobytes as named, CPU is microseconds of the server's.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from benchmarks.contenders import MOST_PER_POSTER, Contender, Started
from benchmarks.crowd import Crowd
from benchmarks.process import DidNotStart

Figures = dict[str, float]
DRAIN_SECONDS = 5  # what has not arrived by then is lost
SETTLE_SECONDS = 0.7  # until what coming in set off is over
MEGA, KILO = 1_000_000, 1_000


@contextmanager
def room(contender: Contender, core: int, *, rate: float = 1, kind: str = "empty") -> Iterator[tuple[Started, Crowd]]:
    """A fresh server and an empty crowd before its door."""
    started = contender.start(core, rate=rate, room=kind)
    crowd = Crowd(started.dialect, started.server.port, started.tickets)
    try:
        yield started, crowd
        if "Traceback" in (logged := started.server.log.read_text()):
            print(f"  {contender.name} logged errors:\n{logged[-2000:]}", file=sys.stderr)
    finally:
        crowd.loop.close()
        started.stop()
        gc.collect()


def fill(started: Started, crowd: Crowd, sockets: int, *, deaf: int = 0) -> None:
    """Let so many in, the last of them `deaf`, and wait for quiet. Raises DidNotStart when they cannot come in."""
    came = crowd.enter(sockets - deaf) and (not deaf or crowd.enter(deaf, receive_buffer=4096))
    if not came:
        logged = started.server.log.read_text()[-2000:]
        raise DidNotStart(f"Only {crowd.admitted} of {sockets} came in. {crowd.troubles or ''} {logged}")
    crowd.loop.run(lambda: False, SETTLE_SECONDS)
    for member in crowd.members[sockets - deaf :]:
        member.stop_reading()
    crowd.deaf = deaf
    crowd.listen()


class Meter:
    """CPU of both sides between two moments."""

    def __init__(self, started: Started) -> None:
        self.server = started.server
        gc.collect()
        gc.disable()  # a pause of ours would be taken for the server's
        self.cpu = self.server.cpu_seconds()
        self.own, self.at = _own_cpu(), time.monotonic()

    def read(self) -> Figures:
        seconds = time.monotonic() - self.at
        gc.enable()
        return {
            "seconds": seconds,
            "server_cpu": (self.server.cpu_seconds() - self.cpu) / seconds,
            "generator_cpu": (_own_cpu() - self.own) / seconds,
        }


def steady(contender: Contender, core: int, *, sockets: int, rate: float, seconds: float) -> Figures:
    """An even rhythm of posts to so many screens."""
    with room(contender, core, rate=rate) as (started, crowd):
        fill(started, crowd, sockets)
        meter = Meter(started)
        count = crowd.keep_posting(rate, seconds)
        crowd.loop.run(lambda: len(crowd.everywhere) == count, seconds + DRAIN_SECONDS)
        figures = meter.read()
        return {**figures, **arrivals(crowd, figures)}


def in_flight(contender: Contender, core: int, *, sockets: int, posts: int, seconds: float) -> Figures:
    """So many posts on their way at any time: the next starts when the last screen has one."""
    with room(contender, core, rate=2 * posts * MOST_PER_POSTER) as (started, crowd):
        fill(started, crowd, sockets)
        until = time.monotonic() + seconds
        crowd.when_everywhere = lambda _: crowd.post() if time.monotonic() < until else None
        meter = Meter(started)
        for _ in range(posts):
            crowd.post()
        crowd.loop.run(lambda: time.monotonic() >= until, seconds + 1)
        figures = meter.read()
        delivered = sum(len(batch.numbers) for member in crowd.members for batch, _ in member.log)
        cpu = figures["server_cpu"] * figures["seconds"]
        crowd.loop.run(lambda: len(crowd.everywhere) == len(crowd.sent), DRAIN_SECONDS)
        return {
            **figures,
            **arrivals(crowd, figures),
            "deliveries_per_second": delivered / figures["seconds"],
            "cpu_per_delivery": MEGA * cpu / max(1, delivered),
        }


def arrivals(crowd: Crowd, figures: Figures) -> Figures:
    """Delays of what arrived, on each screen and on the last; what did not; the server's CPU for each."""
    delays = np.array(
        [now - sent for member in crowd.members for batch, now in member.log for sent in batch.sent] or [np.nan]
    )
    last = np.array([now - crowd.sent[number] for number, now in crowd.everywhere.items()] or [np.nan])
    expected = len(crowd.sent) * max(1, crowd.listeners)
    delivered = int(np.count_nonzero(~np.isnan(delays)))
    cpu = figures["server_cpu"] * figures["seconds"]
    return {
        **percentiles("", delays),
        **percentiles("everywhere_", last),
        "posts": len(crowd.sent),
        "delivered": delivered,
        "lost": expected - delivered,
        "lost_percent": 100 * (1 - delivered / max(1, expected)),
        "cpu_per_delivery": MEGA * cpu / max(1, delivered),
        "own_lag": KILO * crowd.lag,
        "left": crowd.gone,
        "troubles": sum(crowd.troubles.values()),
    }


def handshakes(contender: Contender, core: int, *, total: int, at_once: int, kind: str = "empty") -> Figures:
    """So many come in, at most `at_once` of them at the same time; each is in when its ticket has been answered."""
    with room(contender, core, kind=kind) as (started, crowd):
        crowd.enter(1)  # what the first visitor alone pays for
        meter = Meter(started)
        crowd.enter(total, at_once=at_once, within=20)
        figures = meter.read()
        came = crowd.admitted - 1
        cpu = figures["server_cpu"] * figures["seconds"]
        return {
            **figures,
            "handshakes_per_second": came / figures["seconds"],
            "cpu_per_handshake": MEGA * cpu / max(1, came),
            "refused": crowd.gone,
        }


def idle_memory(contender: Contender, core: int, *, sockets: int) -> Figures:
    """Memory before the first socket, and what each further one takes while nothing happens."""
    with room(contender, core) as (started, crowd):
        before = started.server.resident()
        few = sockets // 10
        crowd.enter(few)
        crowd.loop.run(lambda: False, 1.5)
        base = started.server.resident()
        crowd.enter(sockets - few)
        crowd.loop.run(lambda: False, 1.5)
        each = (started.server.resident() - base) / (sockets - few)
        return {"before_mb": before / MEGA, "each_kb": each / KILO, "came_in": float(crowd.admitted)}


def never_reading(contender: Contender, core: int, *, sockets: int, deaf: int, rate: float, seconds: float) -> Figures:
    """Some of the room stop reading while posts go on: what they cost in memory, and the others in time."""
    with room(contender, core, rate=rate) as (started, crowd):
        fill(started, crowd, sockets, deaf=deaf)
        started.server.forget_most_resident()
        before, meter = started.server.resident(), Meter(started)
        count = crowd.keep_posting(rate, seconds)
        crowd.loop.run(lambda: len(crowd.everywhere) == count, seconds + DRAIN_SECONDS)
        figures = meter.read()
        grown = started.server.most_resident() - before
        return {**figures, **arrivals(crowd, figures), "grown_mb": grown / MEGA}


def acknowledged(contender: Contender, core: int, *, sockets: int, rate: float, seconds: float) -> Figures:
    """Everybody writes now and then; how long until "saved" (which is: on the disk)."""
    with room(contender, core) as (started, crowd):
        started.dialect.posters = sockets
        fill(started, crowd, sockets)
        meter = Meter(started)
        count = crowd.keep_posting(rate, seconds)
        crowd.loop.run(lambda: len(crowd.answered) == count, seconds + DRAIN_SECONDS)
        return {**meter.read(), **_answers(crowd)}


def acknowledged_flat_out(contender: Contender, core: int, *, sockets: int, seconds: float) -> Figures:
    """Everybody writes again as soon as the last is saved: how many a second are committed."""
    with room(contender, core) as (started, crowd):
        started.dialect.posters = sockets
        fill(started, crowd, sockets)
        until = time.monotonic() + seconds
        crowd.when_answered = lambda _: crowd.post() if time.monotonic() < until else None
        meter = Meter(started)
        for _ in range(sockets):
            crowd.post()
        crowd.loop.run(lambda: time.monotonic() >= until, seconds + 1)
        figures = meter.read()
        return {**figures, **_answers(crowd), "saved_per_second": len(crowd.answered) / figures["seconds"]}


def _answers(crowd: Crowd) -> Figures:
    waits = np.array([now - crowd.sent[number] for number, now in crowd.answered.items()] or [np.nan])
    unanswered = len(crowd.sent) - len(crowd.answered)
    return {**percentiles("saved_", waits), "unanswered": unanswered, "troubles": sum(crowd.troubles.values())}


def percentiles(name: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Figures:
    return {f"{name}p{which}": float(KILO * np.percentile(values, which)) for which in (50, 95, 99)}


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
