"""The cells of the table: what is measured, of whom, and at which size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks import apart, first_load, measures, returning, steps
from benchmarks.contenders import (
    ANNOUNCED,
    ON_A_PHONE,
    SEALED,
    SEALED_POSTGRESQL,
    SOCKET_IO,
    STORED,
    TUTORIAL,
    TWO_PROCESSES,
    WEBSOCKETS,
    WS,
    Contender,
)
from benchmarks.measures import Figures

BROADCASTERS = (WS, SOCKET_IO, WEBSOCKETS)


@dataclass(frozen=True)
class Cell:
    """measure: called with a contender, the server's core and `size` as keywords. seconds: of one run, roughly.

    small: what to change of the size to see in seconds that everything works.
    doubt: what its figures always suffer from.
    """

    name: str
    words: str
    contenders: tuple[Contender, ...]
    measure: Callable[..., Figures]
    size: dict[str, float]
    seconds: float
    small: dict[str, float] = field(default_factory=dict)
    doubt: str = ""

    def run(self, contender: Contender, core: int, *, small: bool) -> Figures:
        size = {**self.size, **self.small} if small else self.size
        return self.measure(contender, core, **size)

    @property
    def most_sockets(self) -> float:
        return max(self.size.get("sockets", 0), self.size.get("total", 0))


def _steady(name: str, sockets: int, rate: int, of: tuple[Contender, ...], seconds: float, length: float = 5) -> Cell:
    return Cell(
        name,
        f"{sockets:,} sockets, {rate} posts/s",
        of,
        measures.steady,
        {"sockets": sockets, "rate": rate, "seconds": length},
        seconds,
        {"sockets": 30, "seconds": 1},
    )


def _screens(sockets: int, of: tuple[Contender, ...], seconds: float) -> Cell:
    return Cell(
        f"screens_{sockets}",
        f"post → on every screen of {sockets:,}, 4 posts/s",
        of,
        measures.steady,
        {"sockets": sockets, "rate": 4, "seconds": 10},
        seconds,
        {"sockets": 20, "seconds": 1},
    )


def _first_load(
    name: str, line: str, round_trip: float, down: float, up: float, seconds: float, kind: str = "empty"
) -> Cell:
    return Cell(
        name,
        f"first load on a phone, {line}",
        (ON_A_PHONE,),
        lambda *of, **size: first_load.first_load(*of, **size, kind=kind),
        {"round_trip": round_trip, "down": down, "up": up, "slower": 4},
        seconds,
        {"round_trip": 1, "down": 1e6, "up": 1e6, "slower": 1},
        "the browser, its slow line and what drives them share the load generator’s core; no TLS, which takes a "
        "round trip more for each connection and some kilobytes of certificates",
    )


CELLS: tuple[Cell, ...] = (
    _steady("steady_200", 200, 24, (TUTORIAL, *BROADCASTERS, STORED, ANNOUNCED), 10),
    _steady("steady_1000", 1000, 24, (*BROADCASTERS, STORED), 14),  # the tutorial's delivers nothing in time there
    Cell(
        "in_flight",
        "1,000 sockets, 64 posts in flight",
        (*BROADCASTERS, STORED),
        measures.in_flight,
        {"sockets": 1000, "posts": 64, "seconds": 4},
        11,
        {"sockets": 30, "posts": 8, "seconds": 1},
    ),
    _steady("steady_5000", 5000, 20, (STORED,), 25),
    Cell(
        "handshakes",
        "2,000 handshakes, 200 at once, ticket checked",
        (TUTORIAL, *BROADCASTERS, STORED),
        measures.handshakes,
        {"total": 2000, "at_once": 200},
        8,
        {"total": 50, "at_once": 20},
    ),
    Cell(
        "joins",
        "1,000 joins, 200 at once, into a room with 200 reactions",
        (STORED,),
        lambda *of, **size: measures.handshakes(*of, **size, kind="full"),
        {"total": 1000, "at_once": 200},
        9,
        {"total": 50, "at_once": 20},
    ),
    Cell(
        "memory",
        "memory: before the first socket; each of 1,000 idle ones",
        (TUTORIAL, *BROADCASTERS, STORED),
        measures.idle_memory,
        {"sockets": 1000},
        8,
        {"sockets": 50},
    ),
    Cell(
        "never_reading",
        "10 of 40 never read, 300 posts/s for 20 s",
        (*BROADCASTERS, STORED),
        measures.never_reading,
        {"sockets": 40, "deaf": 10, "rate": 300, "seconds": 20},
        26,
        {"seconds": 2},
    ),
    Cell(
        "after_kill",
        "500 clients after kill -9, 200 reactions on screen",
        (STORED,),
        returning.after_kill,
        {"sockets": 500},
        14,
        {"sockets": 40},
    ),
    Cell(
        "acknowledged",
        "post → saved on disk, 200 people, 24 posts/s",
        (SEALED,),
        measures.acknowledged,
        {"sockets": 200, "rate": 24, "seconds": 10},
        15,
        {"sockets": 20, "seconds": 2},
    ),
    Cell(
        "flat_out",
        "posts/s saved on disk, 400 people, each with one on its way",
        (SEALED,),
        measures.acknowledged_flat_out,
        {
            "sockets": 400,
            "seconds": 5,
        },  # 200 would each say more than the 20 messages a second at which they are cut off
        10,
        {"sockets": 20, "seconds": 1},
    ),
    Cell(
        "flat_out_postgresql",
        "the same on PostgreSQL",
        (SEALED_POSTGRESQL,),
        measures.acknowledged_flat_out,
        {
            "sockets": 400,
            "seconds": 5,
        },  # 200 would each say more than the 20 messages a second at which they are cut off
        12,
        {"sockets": 20, "seconds": 1},
    ),
    _screens(65, (WS, STORED), 14),
    _screens(200, (WS, STORED), 14),
    _screens(1000, (WS, STORED), 18),
    _screens(5000, (STORED,), 30),
    Cell(
        "step",
        "a facilitator’s step → on 200 phones, wall and console, 200 reactions",
        (STORED,),
        steps.facilitators_step,
        {"sockets": 200, "steps": 30},
        40,
        {"sockets": 20, "steps": 3},
    ),
    Cell(
        "two_processes",
        "two processes, 100 screens at each, 4 posts/s at one",
        (TWO_PROCESSES,),
        apart.two_processes,
        {"sockets": 200, "rate": 4, "seconds": 15},
        30,
        {"sockets": 20, "seconds": 2},
        "both servers share one core; PostgreSQL, Redis and the load generator share the other. The first server also "
        "takes the posts, for which its own screens wait: a difference below nothing is no gain of the second",
    ),
    _first_load("first_load", "150 ms, 1.6 Mbit/s", 150, 1600, 750, 20),
    _first_load("first_load_full", "the same, 200 reactions there already", 150, 1600, 750, 20, "full"),
    _first_load("first_load_3g", "400 ms, 400 kbit/s", 400, 400, 400, 30),
)
