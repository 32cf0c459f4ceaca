"""Posts that are answered "saved" once they are on the disk: how late, and how many a second, in a full room."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import secrets
import time
from collections.abc import Callable

from benchmarks.live import cluster
from benchmarks.live.phones import Phone, Room, percentile

TEXT = "I sat with her until the light went, and nobody had told her husband. " * 3


class Writers:
    """Phones that post, and the moments at which they were answered."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt
        self.sent: dict[str, float] = {}
        self.late: list[float] = []
        self.refused = 0
        self.again = False

    def post(self, phone: Phone) -> None:
        nonce = secrets.token_urlsafe(16)
        self.sent[nonce] = time.monotonic()
        phone.say({"t": "say", "what": "react", "nonce": nonce, "prompt": self.prompt, "text": TEXT})

    def hear(self, phone: Phone, text: bytes) -> None:
        if b'"nonce"' not in text[:200]:
            return
        frame = json.loads(text)
        self.late.append((time.monotonic() - self.sent.pop(frame["nonce"])) * 1e3)
        self.refused += frame["t"] != "saved"
        if self.again:
            self.post(phone)

    def report(self, what: str, seconds: float = 0) -> None:
        rate = f"; {len(self.late) / seconds:.0f} a second" if seconds else ""
        p50, p99 = percentile(self.late, 0.5), percentile(self.late, 0.99)
        unanswered = len(self.sent)
        print(f"{what}: {len(self.late)} posts, p50 {p50:.0f} ms, p99 {p99:.0f} ms{rate}; ", end="")
        print(f"{self.refused} refused, {unanswered} unanswered; load {os.getloadavg()[0]:.1f}", flush=True)
        self.late.clear()


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rate", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--postgresql", action="store_true", help="on a cluster of its own instead of SQLite")
    return parser.parse_args()


def evenly(writers: Writers, room: Room, *, rate: int, seconds: float) -> None:
    turns = itertools.cycle(list(room.phones.values()))
    end, due = time.monotonic() + seconds, time.monotonic()
    while (now := time.monotonic()) < end:
        while due <= now:
            writers.post(next(turns))
            due += 1 / rate
        room.run_for(0.002)
    room.run_until(lambda: not writers.sent, 20)
    writers.report(f"{rate} a second")


def at_once(writers: Writers, room: Room) -> None:
    for phone in room.phones.values():
        writers.post(phone)
    room.run_until(lambda: not writers.sent, 20)
    writers.report("everybody at the same moment")


def again_and_again(writers: Writers, room: Room, server_cpu: Callable[[], float], *, seconds: float) -> None:
    """Each posts again as soon as it was answered, within what one person may send."""
    writers.again, cpu, began = True, server_cpu(), time.monotonic()
    for phone in room.phones.values():
        writers.post(phone)
    room.run_for(seconds)
    took = time.monotonic() - began
    busy = (server_cpu() - cpu) / took
    writers.report(f"everybody again and again (server {busy:.0%} busy)", took)
    writers.again = False
    room.run_until(lambda: not writers.sent, 20)


def main() -> None:
    options = asked()
    if options.postgresql:
        cluster.start()
    from benchmarks.live import house  # it reads where the database is

    home = house.House()
    from rounds.live import tickets
    from rounds.models import SealedPost, Stage
    from tests import factories

    round = factories.round_(stage=Stage.REFLECTION)
    assert round.current_prompt is not None
    writers, room = Writers(round.current_prompt.public_id), Room()
    room.come_in(house.PORT, [tickets.for_room(round) for _ in range(options.people)], writers.hear)
    evenly(writers, room, rate=options.rate, seconds=options.seconds)
    at_once(writers, room)
    again_and_again(writers, room, home.cpu, seconds=options.seconds)
    print(SealedPost.objects.filter(round=round).count(), "rows")
    home.kill()


main()
