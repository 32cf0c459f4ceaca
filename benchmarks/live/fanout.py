"""What handing one frame to many sockets costs, for each way of doing it, several times over in one run."""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from typing import Any

from benchmarks.live.phones import Phone, Room, delays, percentile


class Server:
    """The server in a process of its own."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "benchmarks.live.fanout_server", str(self.port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def ask(self, way: str, rate: int = 0, seconds: float = 0) -> None:
        assert self.process.stdin is not None
        print(way, rate, seconds, file=self.process.stdin, flush=True)

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


def measure(way: str, sockets: int, silent: int, rate: int, seconds: float) -> dict[str, float]:
    """One run: a fresh server, so many phones (`silent` of them stop reading), so many posts a second."""
    server, room, late = Server(), Room(), []

    def note(phone: Phone, text: bytes) -> None:
        late.extend(delays(text, time.monotonic_ns()))

    server.ask(way)
    server.answer()
    for start in range(0, sockets, 200):
        room.come_in(server.port, [str(number) for number in range(start, min(start + 200, sockets))], note)
    room.run_for(0.5)
    for number in list(room.phones)[:silent]:
        room.poll.unregister(number)
    late.clear()
    server.ask(way, rate, seconds)
    room.run_for(seconds + 1.2)
    done: dict[str, Any] = json.loads(server.answer())
    server.stop()
    expected = done["made"] * (sockets - silent)
    return {
        "CPU µs": done["cpu"] / expected * 1e6,
        "p50 ms": percentile(late, 0.5),
        "p99 ms": percentile(late, 0.99),
        "lost": expected - len(late),
        "MB": done["held"],
        "MB grown": done["grown"],
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sockets", type=int, nargs="+", default=[200, 1000])
    asked.add_argument("--ways", nargs="+", default=["asgi", "buffered", "prepared", "straight"])
    asked.add_argument("--silent", type=int, default=0, help="how many of them never read")
    asked.add_argument("--rate", type=int, default=24)
    asked.add_argument("--seconds", type=float, default=4)
    asked.add_argument("--runs", type=int, default=3)
    options = asked.parse_args()
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    for sockets in options.sockets:
        found: dict[str, list[dict[str, float]]] = {way: [] for way in options.ways}
        for _ in range(options.runs):  # turn and turn about: a busy minute hits every way alike
            for way in options.ways:
                found[way].append(measure(way, sockets, options.silent, options.rate, options.seconds))
        print(f"\n{sockets} sockets, {options.rate} posts/s; load {os.getloadavg()[0]:.1f}")
        for way, runs in found.items():
            medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            print(f"{way:10}", "  ".join(f"{name} {value:.1f}" for name, value in medians.items()), flush=True)


if __name__ == "__main__":
    main()
