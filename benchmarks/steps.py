"""A facilitator's step: pressed on the console, and on every screen of a full room."""

from __future__ import annotations

import itertools
import random
import time
from urllib.parse import urlencode

import numpy as np

from benchmarks.contenders import Contender
from benchmarks.crowd import Batch, Crowd, Member
from benchmarks.dialects import CommonThread
from benchmarks.loop import Line
from benchmarks.measures import DRAIN_SECONDS, KILO, Figures, Meter, fill, percentiles, room

WAY = ("reflection", "threads", "silence")  # round and round: the steps that can be taken as often as one likes
PAUSES = (0.3, 0.8)  # seconds between a step on every screen and the next press


class Watching(CommonThread):
    """Phones, wall and console, as what they are, of a round whose stage is followed."""

    def __init__(self, cookie: str) -> None:
        super().__init__("react")
        self.cookie = cookie
        self.awaited = ""
        self.seen: dict[Member, float] = {}  # screen to when the awaited stage stood on it

    def headers(self, member: Member) -> dict[str, str]:
        is_console = ":" in member.ticket
        return {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{member.crowd.port}"} if is_console else {}

    def shown(self, member: Member, batch: Batch, now: float) -> None:
        if batch.stage == self.awaited:
            self.seen.setdefault(member, now)


class Press(Line):
    """The console's own POST of a step."""

    def __init__(self, crowd: Crowd, desk: dict[str, str], seen: str, to: str) -> None:
        self.desk, self.form = desk, urlencode({"seen": seen, "to": to}).encode()
        self.crowd = crowd
        self.sent = time.monotonic()
        self.answered_at = 0.0
        super().__init__(crowd.loop, crowd.port)

    def opened(self) -> None:
        head = (
            f"POST {self.desk['move']} HTTP/1.1\r\nHost: 127.0.0.1:{self.crowd.port}\r\nConnection: close\r\n"
            f"Cookie: {self.desk['cookie']}\r\nX-CSRFToken: {self.desk['csrf']}\r\nHX-Request: true\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(self.form)}\r\n\r\n"
        )
        self.write(head.encode() + self.form)

    def heard(self, data: bytes) -> None:
        if not self.answered_at:
            self.answered_at = time.monotonic()
            if not data.startswith(b"HTTP/1.1 200"):
                self.crowd.trouble(data[:60].decode("latin1"))


def facilitators_step(contender: Contender, core: int, *, sockets: int, steps: int) -> Figures:
    """Step after step in a room with 200 reactions, a wall and a console; each until all of them show the new stage."""
    with room(contender, core, kind="full") as (started, crowd):
        desk = started.made["desk"]
        watching = crowd.dialect = Watching(desk["cookie"])
        crowd.tickets = [started.made["wall"], desk["ticket"], *crowd.tickets]
        fill(started, crowd, sockets + 2)
        meter = Meter(started)
        waits, answers = _take(crowd, watching, desk, steps)
        figures = meter.read()
        return {
            **figures,
            **percentiles("everywhere_", waits),
            **percentiles("answered_", answers),
            "steps": steps,
            "cpu_per_step": KILO * figures["server_cpu"] * figures["seconds"] / steps,
            "lost": float(np.isinf(waits).sum()),
            "left": crowd.gone,
            "troubles": sum(crowd.troubles.values()),
        }


def _take(
    crowd: Crowd, watching: Watching, desk: dict[str, str], steps: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """For each step the time until the last screen shows it, and until its press is answered; infinite where never."""
    places, waits, answers = itertools.cycle(WAY), [], []
    stage = next(places)
    for to in itertools.islice(places, steps):
        watching.awaited, watching.seen = to, {}
        press = Press(crowd, desk, stage, to)
        crowd.loop.run(lambda: len(watching.seen) == crowd.listeners and press.answered_at > 0, DRAIN_SECONDS)  # noqa: B023
        is_everywhere = len(watching.seen) == crowd.listeners
        waits.append(max(watching.seen.values()) - press.sent if is_everywhere else np.inf)
        answers.append(press.answered_at - press.sent if press.answered_at else np.inf)
        crowd.loop.run(lambda: False, random.uniform(*PAUSES))  # not in step with anybody's tick
        stage = to
    return np.array(waits), np.array(answers)
