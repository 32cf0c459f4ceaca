"""A whole room of the product's own clients after the server was killed: back-off, jitter and polling as in
static/js/transport.js. A change there must be made here too."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass

from benchmarks.contenders import Contender, Started
from benchmarks.crowd import Crowd, Member
from benchmarks.loop import Line
from benchmarks.measures import KILO, Figures, fill, room

POLL, RETRY_SOCKET, LONGEST_WAIT = 2.5, 30.0, 5.0
FIRST_WAIT, SHORT_WAIT, SHORT_TRIES = 0.3, 1.0, 10
TRIES_BEFORE_POLLING = 3
PATIENCE = 60


def longest(failures: int) -> float:
    """The longest wait in seconds before the next attempt, after so many that failed."""
    if failures == 1:
        return FIRST_WAIT
    return float(min(LONGEST_WAIT, SHORT_WAIT * 2 ** max(0, failures - SHORT_TRIES)))


@dataclass
class Phone:
    """What one client remembers between its attempts."""

    ticket: str
    revision: int | None
    failures: int = 0
    is_polling: bool = False
    is_troubled: bool = False
    has_state_at: float = 0.0
    is_back_at: float = 0.0


class Poll(Line):
    """One request over HTTP: what is shown now?"""

    def __init__(self, herd: Herd, phone: Phone) -> None:
        self.herd = herd
        self.phone = phone
        self.status = 0
        super().__init__(herd.crowd.loop, herd.crowd.port)

    def opened(self) -> None:
        body = json.dumps({"ticket": self.phone.ticket, "revision": self.phone.revision}).encode()
        head = (
            f"POST /live/poll HTTP/1.1\r\nHost: 127.0.0.1:{self.herd.crowd.port}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.write(head.encode() + body)

    def heard(self, data: bytes) -> None:
        if not self.status:
            self.status = int(data[9:12])

    def ended(self) -> None:
        self.herd.polled(self.phone, self.status)


class Herd:
    """Everybody who was in the room, coming back."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.phones = {m.ticket: Phone(m.ticket, m.revision) for m in crowd.members}
        self.attempts = 0
        self.polls = 0
        crowd.when_left = self.lost
        crowd.when_in = self.back

    def lost(self, member: Member) -> None:
        """The socket closed, or never opened."""
        phone = self.phones[member.ticket]
        phone.is_troubled = phone.is_troubled or not phone.is_polling
        phone.failures += 1
        if phone.failures >= TRIES_BEFORE_POLLING and not phone.is_polling:
            self.poll(phone)
        wait = RETRY_SOCKET if phone.is_polling and not phone.is_troubled else random.random() * longest(phone.failures)
        self.crowd.loop.after(wait, lambda: self.open(phone))

    def open(self, phone: Phone) -> None:
        self.attempts += 1
        self.crowd.members.append(Member(self.crowd, phone.ticket))

    def back(self, member: Member) -> None:
        """A snapshot came over a socket."""
        phone = self.phones[member.ticket]
        phone.failures, phone.is_polling, phone.is_troubled = 0, False, False
        phone.is_back_at = time.monotonic()
        phone.has_state_at = phone.has_state_at or phone.is_back_at

    def poll(self, phone: Phone) -> None:
        phone.is_polling = True
        self.polls += 1
        Poll(self, phone)

    def polled(self, phone: Phone, status: int) -> None:
        """The answer, or that there was none. 204: what is shown is what is so."""
        if phone.is_polling:
            phone.is_troubled = status not in (200, 204)
            if not phone.is_troubled:
                phone.has_state_at = phone.has_state_at or time.monotonic()
            self.crowd.loop.after(POLL, lambda: self.poll(phone) if phone.is_polling else None)


def after_kill(contender: Contender, core: int, *, sockets: int) -> Figures:
    """Kill the server with a full room on it, start it again at once, and wait for everybody."""
    with room(contender, core, kind="full") as (started, crowd):
        fill(started, crowd, sockets)
        herd = Herd(crowd)
        killed = _kill_and_start(started, crowd)
        phones = herd.phones.values()
        crowd.loop.run(lambda: all(phone.is_back_at for phone in phones), PATIENCE)
        states = [phone.has_state_at or float("inf") for phone in phones]
        sockets_back = [phone.is_back_at or float("inf") for phone in phones]
        return {
            "down": KILO * (crowd.first_open - killed),
            "state_after_first": KILO * (max(states) - crowd.first_open),
            "sockets_after_first": KILO * (max(sockets_back) - crowd.first_open),
            "state_after_kill": KILO * (max(states) - killed),
            "attempts": herd.attempts,
            "polls": herd.polls,
        }


def _kill_and_start(started: Started, crowd: Crowd) -> float:
    started.server.kill()
    killed = time.monotonic()
    crowd.first_open = 0.0
    started.server.launch()
    return killed
