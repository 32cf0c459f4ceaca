"""The product's server, consumer and hub, with a feed in memory in the place of the database.

Prints its port, then obeys lines on its standard input: "WAY RATE SECONDS" makes that many posts a second and
answers with the CPU time it took.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

warnings.simplefilter("ignore")  # no static files were collected here
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import asgi, server  # noqa: E402
from rounds.live import delivery, hub, pictures, saying, sockets, tickets  # noqa: E402
from rounds.live.frames import Outgoing  # noqa: E402
from rounds.live.pictures import Picture  # noqa: E402
from rounds.live.regions import Audience  # noqa: E402

KEPT = 20  # reactions on the screen: a snapshot stays small, and each change is one row or a few


class Buffered(delivery.Straight):
    """Finished frames through Twisted's own buffer: they leave on the loop's next turn."""

    __slots__ = ()

    def put(self, frame: Outgoing) -> None:
        self._transport.write(frame.octets)


class Prepared(delivery.Straight):
    """autobahn's own way of sending one message to many."""

    __slots__ = ()

    def put(self, frame: Outgoing) -> None:
        self._protocol.sendData(frame.octets)


class Feed:
    """A round that is only a list of 600-byte rows."""

    def __init__(self) -> None:
        self.rows: dict[str, pictures.Row] = {}
        self.revision = 1
        self.made = 0
        self.picture = Picture(revision=1, stage="reflection", html={}, rows={"list": {}})

    def post(self) -> None:
        self.made += 1
        text = f"@{time.monotonic_ns()}@".ljust(600, "x")
        key = f"{self.made:09}"
        self.rows[key] = pictures.row(key, self.made, text)
        while len(self.rows) > KEPT:
            del self.rows[next(iter(self.rows))]
        self.revision += 1
        hub.ring(1)

    def look(self, round_pk: int, audiences: Iterable[Audience]) -> dict[Audience, Picture]:
        if self.picture.revision != self.revision:
            self.picture = Picture(self.revision, "reflection", {}, {"list": dict(self.rows)})
        return dict.fromkeys(audiences, self.picture)


feed = Feed()
round_: Any = SimpleNamespace(pk=1, is_open=False, kind="round")
WAYS = {
    "asgi": delivery.ThroughAsgi,
    "buffered": lambda send: Buffered(delivery.daphnes(send)),
    "prepared": lambda send: Prepared(delivery.daphnes(send)),
    "straight": delivery.way_for,
}


def megabytes() -> float:
    """Memory held just now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def posts(rate: int, seconds: float) -> dict[str, float]:
    made, before = feed.made, megabytes()
    cpu, start = time.process_time(), time.monotonic()
    while (late := time.monotonic() - start) < seconds:
        while feed.made - made < late * rate:
            feed.post()
        await asyncio.sleep(1 / rate / 2)
    made = feed.made - made
    await asyncio.sleep(1)
    return {"cpu": time.process_time() - cpu, "made": made, "held": megabytes(), "grown": megabytes() - before}


def obey() -> None:
    for line in sys.stdin:
        way, rate, seconds = line.split()
        if rate == "0":
            sockets.way_for = WAYS[way]  # type: ignore[attr-defined]
            print("{}", flush=True)
            continue
        done = asyncio.run_coroutine_threadsafe(posts(int(rate), float(seconds)), server.twisted_loop)
        print(json.dumps(done.result()), flush=True)
    os._exit(0)


def main() -> None:
    pictures.look = feed.look  # type: ignore[assignment]
    tickets.admit_at_once = lambda ticket, known: tickets.Guest(audience="room", round=round_, voice=ticket)  # type: ignore[assignment]
    saying.is_company = lambda guest: False  # type: ignore[assignment]
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {0})
    port = int(sys.argv[1])
    threading.Thread(target=obey, daemon=True).start()
    running = server.Server(
        asgi.application, [server.tcp("127.0.0.1", port)], on_ready=lambda: print("ready", flush=True)
    )
    running.run()


main()
