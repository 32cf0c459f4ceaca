"""A single-threaded event loop over epoll for thousands of client sockets: several times cheaper than asyncio.

The load generator must never be what is measured, so nothing here allocates more than it has to.
"""

from __future__ import annotations

import heapq
import itertools
import select
import socket
import struct
import time
from collections.abc import Callable

CHUNK = 256 * 1024
AT_ONCE = struct.pack("ii", 1, 0)  # closing leaves no TIME_WAIT: thousands of runs share the local ports


class Line:
    """One TCP connection. A subclass says what to do when it opens, hears something, or ends."""

    def __init__(self, loop: Loop, port: int, *, receive_buffer: int = 0) -> None:
        self.loop = loop
        self.socket = socket.socket()
        self.socket.settimeout(0)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.unsent = b""
        self.is_connected = False
        self.is_over = False
        self.socket.connect_ex(("127.0.0.1", port))
        loop.add(self)

    def opened(self) -> None:
        """The connection stands."""

    def heard(self, data: bytes) -> None:
        """Some bytes came."""

    def ended(self) -> None:
        """The other side has gone, or never was there."""

    def write(self, data: bytes) -> None:
        """Send now, or as soon as the system takes it."""
        if not self.unsent and self.is_connected and not self.is_over:
            try:
                data = data[self.socket.send(data) :]
            except BlockingIOError:
                pass
            except OSError:
                self.end()
        if data and not self.is_over:
            self.unsent += data
            self.loop.watch(self, writing=True)

    def stop_reading(self) -> None:
        """Become a phone in a tunnel: connected, and deaf."""
        self.loop.poller.modify(self.socket, 0)

    def end(self) -> None:
        """Close, and say so to the subclass; twice is once."""
        if not self.is_over:
            self.close()
            self.ended()

    def close(self) -> None:
        """Close without a word; twice is once."""
        if not self.is_over:
            self.is_over = True
            self.loop.remove(self)
            self.socket.close()

    def ready(self, events: int) -> None:
        """Called by the loop."""
        if events & select.EPOLLOUT:
            if not self.is_connected:
                if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    return self.end()
                self.is_connected = True
                self.opened()
            waiting, self.unsent = self.unsent, b""
            self.loop.watch(self, writing=False)
            if waiting:
                self.write(waiting)
        if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR) and not self.is_over:
            self._read()
        return None

    def _read(self) -> None:
        try:
            data = self.socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.heard(data)
        else:
            self.end()


class Loop:
    """Runs lines and timers until told that it is enough."""

    def __init__(self) -> None:
        self.poller = select.epoll()
        self.lines: dict[int, Line] = {}
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def add(self, line: Line) -> None:
        self.lines[line.socket.fileno()] = line
        self.poller.register(line.socket, select.EPOLLIN | select.EPOLLOUT)

    def watch(self, line: Line, *, writing: bool) -> None:
        if not line.is_over:
            self.poller.modify(line.socket, select.EPOLLIN | (select.EPOLLOUT if writing else 0))

    def remove(self, line: Line) -> None:
        self.poller.unregister(line.socket)
        del self.lines[line.socket.fileno()]

    def at(self, moment: float, call: Callable[[], None]) -> None:
        """Call at this time.monotonic()."""
        heapq.heappush(self._timers, (moment, next(self._order), call))

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        self.at(time.monotonic() + seconds, call)

    def run(self, enough: Callable[[], bool], within: float) -> bool:
        """Until `enough()`, for `within` seconds at most. Returns whether it was enough."""
        deadline = time.monotonic() + within
        lines = self.lines
        while not enough():
            now = time.monotonic()
            if now > deadline:
                return False
            while self._timers and self._timers[0][0] <= now:
                heapq.heappop(self._timers)[2]()
            next_timer = self._timers[0][0] if self._timers else deadline
            pause = max(0.0, min(next_timer, deadline, now + 0.05) - time.monotonic())
            for number, events in self.poller.poll(pause, 512):
                line = lines.get(number)
                if line is not None:
                    line.ready(events)
        return True

    def forget_timers(self) -> None:
        self._timers.clear()

    def close(self) -> None:
        """Close every line and the loop."""
        self.forget_timers()
        for line in list(self.lines.values()):
            line.close()
        self.poller.close()
