"""The way out: how a frame's bytes get from us to one socket. The only place that knows whose server this is.

`way_for` chooses. Behind Daphne a finished frame is written straight to its connection; on any other server it
goes through ASGI's `send` (docs/adr/0009-bytes-to-sockets.md).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from rounds.live.frames import Outgoing

logger = logging.getLogger(__name__)
COME_BACK = 1012
GOODBYE_SECONDS = 2
# What the straight way leans on; tests/live/test_delivery.py holds the installed versions to it.
OF_THE_PROTOCOL = (
    *("state", "STATE_OPEN", "transport", "send_queue", "sendCloseFrame"),
    *("maskServerFrames", "_perMessageCompress"),
)
OF_THE_TRANSPORT = ("connected", "dataBuffer", "offset", "_tempDataLen", "write", "writeSomeData", "stopReading")

Send = Callable[[Any], Awaitable[None]]


class Way(Protocol):
    """Takes frames in order and never waits. waiting_since: since when it has tried to hand over one and the same."""

    waiting_since: float | None

    def put(self, frame: Outgoing) -> None:
        """Send soon; a socket that has gone takes it and does nothing."""

    def unsent(self) -> int:
        """Bytes we were given that the system has not taken."""

    def close(self, code: int, *, deaf: bool) -> None:
        """Close with this code after what was put. `deaf`: it does not read, or floods: neither wait nor listen."""

    async def finish(self) -> None:
        """The visit is over: leave nothing running. Waits for a goodbye that is on its way, but not for long."""


def way_for(send: Send) -> Way:
    """The cheapest way to whoever is behind this ASGI `send`."""
    protocol = daphnes(send)
    return Straight(protocol) if protocol is not None else ThroughAsgi(send)


def daphnes(send: Send) -> Any | None:
    """Daphne's protocol behind `send`, if that is what it is and a frame may be written past it; else None.

    Not past TLS or compression: those change the bytes on their way.
    """
    module = sys.modules.get("daphne.ws_protocol")
    if module is None or not isinstance(send, partial) or not send.args:
        return None
    protocol: Any = send.args[0]
    if not isinstance(protocol, module.WebSocketProtocol):
        return None
    from twisted.internet.abstract import FileDescriptor  # only Daphne brings it

    transport = getattr(protocol, "transport", None)
    has_all = all(hasattr(protocol, name) for name in OF_THE_PROTOCOL) and all(
        hasattr(transport, name) for name in OF_THE_TRANSPORT
    )
    if not has_all or not isinstance(transport, FileDescriptor):
        return None
    changes_bytes = protocol.maskServerFrames or protocol._perMessageCompress is not None
    return None if changes_bytes else protocol


class Straight:
    """Past ASGI and autobahn to Daphne's connection: one system call for each frame and socket, and no task."""

    __slots__ = ("_protocol", "_transport", "waiting_since")

    def __init__(self, protocol: Any) -> None:
        self.waiting_since: float | None = None
        self._protocol = protocol
        self._transport = protocol.transport

    def put(self, frame: Outgoing) -> None:
        protocol, transport = self._protocol, self._transport
        if protocol.state != protocol.STATE_OPEN:
            return
        octets = frame.octets
        if transport._tempDataLen or transport.dataBuffer or protocol.send_queue:
            transport.write(octets)  # behind what is waiting, or frames would be torn apart
            return
        taken = transport.writeSomeData(octets)
        if not isinstance(taken, int):
            taken = 0  # the line is broken; Twisted finds that out by itself when it writes the rest
        if taken < len(octets):
            transport.write(octets[taken:])

    def unsent(self) -> int:
        transport = self._transport
        unsent: int = transport._tempDataLen + len(transport.dataBuffer) - transport.offset
        return unsent

    def close(self, code: int, *, deaf: bool) -> None:
        protocol = self._protocol
        if protocol.state != protocol.STATE_OPEN:
            return
        protocol.sendCloseFrame(code=code)  # its own sendClose keeps 1012 for itself
        if deaf:
            self._transport.stopReading()  # autobahn drops within a second whoever does not answer a close frame

    async def finish(self) -> None:
        return


class ThroughAsgi:
    """ASGI's own way. A task runs only while there is something to send."""

    def __init__(self, send: Send) -> None:
        self.waiting_since: float | None = None
        self._send = send
        self._queue: deque[Outgoing] = deque()
        self._unsent = 0
        self._code: int | None = None
        self._writer: asyncio.Task[None] | None = None

    def put(self, frame: Outgoing) -> None:
        self._queue.append(frame)
        self._unsent += len(frame.payload)
        self._start()

    def unsent(self) -> int:
        return self._unsent

    def close(self, code: int, *, deaf: bool) -> None:
        self._code = code
        if deaf and self._writer is not None and self.waiting_since is not None:
            self._queue.clear()
            self._writer.cancel()
            self._writer = None
        self._start()

    async def finish(self) -> None:
        writer = self._writer
        if writer is None:
            return
        if self._code is not None:
            await asyncio.wait({writer}, timeout=GOODBYE_SECONDS)
        writer.cancel()
        await asyncio.wait({writer})

    def _start(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        try:
            while self._queue:
                frame = self._queue.popleft()
                self.waiting_since = time.monotonic()
                await self._send(frame.event)
                self.waiting_since = None
                self._unsent -= len(frame.payload)
            if self._code is None:
                return
        except OSError:
            return  # it has gone; the visit hears of that in its own way
        except Exception:
            logger.exception("A frame could not be sent")
            self._code = self._code or COME_BACK
        # A socket that has gone makes this an error, each server's own; one that is stuck makes it wait.
        with suppress(Exception):
            await asyncio.wait_for(self._send({"type": "websocket.close", "code": self._code}), 1)
