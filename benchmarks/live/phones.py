"""Many phones in one process, cheap enough to leave the other core to the server: raw sockets, one epoll."""

from __future__ import annotations

import json
import re
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any

BEAT_AFTER = 500_000  # bytes; a browser beats every ten seconds
REVISION = re.compile(rb'"revision":(\d+)')
SENT_AT = re.compile(rb"@(\d+)@")
UPGRADE = (
    b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Phone:
    """One socket. `heard` counts its frames; `on_text` is called with each text."""

    def __init__(self, port: int, ticket: str, on_text: Callable[[Phone, bytes], None] | None = None) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)  # noqa: FBT003
        self.ticket = ticket
        self.on_text = on_text
        self.is_open = False
        self.gone = False
        self.heard = 0
        self.unanswered = 0
        self.rest = b""

    def upgrade(self) -> None:
        self.socket.send(UPGRADE)

    def say(self, frame: dict[str, Any]) -> None:
        self.socket.send(text_frame(json.dumps(frame).encode()))

    def read(self) -> None:
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.gone = True
            return
        self.rest += data
        if not self.is_open:
            head, found, rest = self.rest.partition(b"\r\n\r\n")
            if not found:
                return
            self.is_open = head.startswith(b"HTTP/1.1 101")
            self.rest = rest
            self.say({"t": "hello", "ticket": self.ticket, "revision": None})
        self.take_frames()

    def take_frames(self) -> None:
        while len(self.rest) >= 2:
            start, size = 2, self.rest[1] & 127
            if size == 126:
                start, size = 4, int.from_bytes(self.rest[2:4])
            elif size == 127:
                start, size = 10, int.from_bytes(self.rest[2:10])
            if len(self.rest) < start + size:
                return
            opcode, text = self.rest[0] & 15, self.rest[start : start + size]
            self.rest = self.rest[start + size :]
            if opcode == 1:
                self.heard += 1
                self.answer(text)
                if self.on_text:
                    self.on_text(self, text)
            elif opcode == 9:
                self.socket.send(bytes((0x8A, 0x80 | size, 0, 0, 0, 0)) + text)

    def answer(self, text: bytes) -> None:
        self.unanswered += len(text)
        if self.unanswered > BEAT_AFTER and (shown := REVISION.search(text, 0, 100)):
            self.unanswered = 0
            self.say({"t": "beat", "revision": int(shown[1])})


def text_frame(payload: bytes) -> bytes:
    """A client's text frame, with a mask of zeros."""
    size = len(payload)
    if size < 126:
        head = bytes((0x81, 0x80 | size))
    elif size < 2**16:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
    return head + bytes(4) + payload


class Room:
    """Phones that are read whenever something comes."""

    def __init__(self) -> None:
        self.phones: dict[int, Phone] = {}
        self.poll = select.epoll()

    def add(self, phones: Iterable[Phone]) -> None:
        for phone in phones:
            self.phones[phone.socket.fileno()] = phone
            self.poll.register(phone.socket.fileno(), select.EPOLLIN)

    def run_until(self, done: Callable[[], bool], within: float = 20) -> bool:
        deadline = time.monotonic() + within
        while not done():
            if time.monotonic() > deadline:
                return False
            for number, _ in self.poll.poll(0.01):
                phone = self.phones[number]
                phone.read()
                if phone.gone:
                    self.poll.unregister(number)
                    del self.phones[number]
        return True

    def run_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.run_until(lambda: time.monotonic() > end, seconds + 5)

    def come_in(self, port: int, tickets: list[str], on_text: Callable[[Phone, bytes], None] | None = None) -> float:
        """All of them at once, until each has its snapshot. Returns the seconds it took."""
        began = time.monotonic()
        phones = [Phone(port, ticket, on_text) for ticket in tickets]
        self.add(phones)
        for phone in phones:
            phone.upgrade()
        if not self.run_until(lambda: all(phone.heard or phone.gone for phone in phones), 60):
            raise SystemExit("not everybody got in")
        if any(phone.gone for phone in phones):
            raise SystemExit("somebody was sent away")
        return time.monotonic() - began


def delays(text: bytes, now: int) -> list[float]:
    """Milliseconds since each moment that is written in a frame."""
    return [(now - int(moment)) / 1e6 for moment in SENT_AT.findall(text)]


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
