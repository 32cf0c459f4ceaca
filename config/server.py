"""Daphne, started and stopped in a way that a room full of phones survives.

Importing this module installs Twisted's asyncio reactor, so only the serve command imports it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server as Daphne
from daphne.server import twisted_loop
from daphne.ws_protocol import WebSocketProtocol

from config import unmasking

BACKLOG = 4096  # with Daphne's own 50, a room that joins at once waits seconds to connect
PING_SECONDS = 20  # shorter than the idle limit of the proxies and phone networks between
PONG_SECONDS = 30
LARGEST_BODY = 300_000  # more than any page or message of ours takes; what is beyond is not kept
LARGEST_FRAME = 64 * 1024
LARGEST_IN_PIECES = 2 * LARGEST_FRAME  # more than this in one message ends the socket; less is refused in words
# The library holds what we send to this, and the picture of a full room is several hundred kilobytes.
LARGEST_MESSAGE = 8 * 1024 * 1024
MOST_FRAMES, PER_SECONDS = 300, 2  # of any kind, pings too; the live layer's own limit is lower and kinder
TOO_FAST, TOO_LARGE = 4429, 1009
SLOWEST_REQUEST_SECONDS = 120
SERVICE_RESTART = 1012  # tells a phone to come back by itself
GRACE_SECONDS = 0.4  # the time close frames need to leave


def tcp(host: str, port: int) -> str:
    """Twisted's description of an address to listen on."""
    interface = host.strip("[]").replace(":", r"\:")
    return f"tcp:port={port}:interface={interface}:backlog={BACKLOG}"


def unix(path: str) -> str:
    """Twisted's description of a Unix socket to listen on."""
    return f"unix:{path.replace(':', chr(92) + ':')}:backlog={BACKLOG}"


def remove_dead_socket(path: str) -> None:
    """Delete the Unix socket at `path` if no server answers there; a live one is left alone."""
    if not Path(path).is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            Path(path).unlink()


class Guarded(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's socket, cut off before what it is sent can cost memory or anybody else's time.

    Left alone it answers every ping into a buffer without end, keeps a message in pieces until it is whole, and
    goes on filling the application's queue after it has said goodbye.
    """

    frames = 0
    frames_since = 0.0

    def connectionMade(self) -> None:  # noqa: N802  Twisted's name
        """Called when the connection stands."""
        super().connectionMade()
        self.utf8validator = unmasking.Utf8()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        """Called with what has come. Autobahn's own first makes a line for a log that nobody keeps: 30 µs each time."""
        self._dataReceived(data)

    def onFrameBegin(self) -> None:  # noqa: N802  autobahn's name
        """Called with every frame's head."""
        super().onFrameBegin()
        if self.current_frame.mask:
            self.current_frame_masker = unmasking.Mask(self.current_frame.mask)
        now = time.monotonic()
        if now - self.frames_since > PER_SECONDS:
            self.frames_since, self.frames = now, 0
        self.frames += 1
        if self.frames > MOST_FRAMES:
            self.cut(TOO_FAST)

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802  autobahn's name
        """Called with the head of every frame of a message."""
        super().onMessageFrameBegin(length)
        if self.message_data_total_length > LARGEST_IN_PIECES:
            self.cut(TOO_LARGE)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: FBT001, N802, N803  autobahn's names
        """Called with every whole message."""
        if self.state == self.STATE_OPEN:
            super().onMessage(payload, isBinary)

    def cut(self, code: int) -> None:
        """Say goodbye and hear nothing more; the library drops within a second whoever does not answer."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code)
        self.failedByMe = True  # what still arrives is not kept
        self.data = b""
        self.transport.stopReading()


class InMemory(WebRequest):  # type: ignore[misc]
    """Daphne's request, whose body never touches the disk: Twisted would put 100,000 bytes and more into a file.

    What a request has too much is dropped; the rest is still more than the application takes, and is refused there.
    """

    def gotLength(self, length: int | None) -> None:  # noqa: N802  Twisted's name
        """Called before the body, with its length if it was said."""
        self.content = io.BytesIO()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        """Called with each piece of the body."""
        self.content.write(data[: max(0, LARGEST_BODY - self.content.tell())])


class Server(Daphne):  # type: ignore[misc]
    """Daphne without an access log, leaving cleanly on SIGTERM and Ctrl-C.

    Daphne's own way out drops open sockets with 1006 and, on Python 3.11, ends in a segmentation fault.
    """

    def __init__(self, application: Any, endpoints: list[str], on_ready: Callable[[], None]) -> None:
        super().__init__(
            application,
            endpoints=endpoints,
            signal_handlers=False,
            http_timeout=SLOWEST_REQUEST_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            websocket_max_message_size=LARGEST_MESSAGE,
            websocket_max_frame_size=LARGEST_FRAME,
            ready_callable=self.begin,
            server_name="",
        )
        self.on_ready = on_ready
        self.ports: list[Any] = []
        self.refusal = ""

    def listen_success(self, port: Any) -> None:
        """Keep the open port: leaving starts with closing it."""
        self.ports.append(port)
        super().listen_success(port)

    def listen_error(self, failure: Any) -> None:
        """Keep why the address could not be had, for whoever started us, and do not start."""
        self.refusal = failure.getErrorMessage()
        self.stop()

    def begin(self) -> None:
        """Called by Daphne once every address is open."""
        self.ws_factory.protocol = Guarded
        self.http_factory.buildProtocol = self.build_protocol
        self.ws_factory.setProtocolOptions(failByDrop=False)  # a frame that is refused is refused with a code
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                twisted_loop.add_signal_handler(number, self.leave)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: twisted_loop.call_soon_threadsafe(self.leave))
        gc.collect()
        gc.freeze()  # what start-up made stays: scanning it on every collection stalls a large room
        self.on_ready()

    def build_protocol(self, address: Any) -> Any:
        """Called with every new connection."""
        protocol = HTTPFactory.buildProtocol(self.http_factory, address)
        protocol.requestFactory = InMemory
        return protocol

    def leave(self) -> None:
        """Close the addresses, tell every socket to come back, and go. A second signal goes at once."""
        if not self.ports:
            self.exit()
        for port in self.ports:
            port.stopListening()
        self.ports = []
        for protocol in list(self.connections):
            if hasattr(protocol, "sendCloseFrame"):  # a WebSocket; a request in flight may finish
                # A socket that is still shaking hands cannot be closed in words.
                with contextlib.suppress(Exception):
                    # sendClose would refuse: its library keeps 1012 for itself
                    protocol.sendCloseFrame(code=SERVICE_RESTART)
        twisted_loop.call_later(GRACE_SECONDS, self.cancel_everything)

    def cancel_everything(self) -> None:
        """End the consumers, give them one turn of the loop to clean up, and go."""
        for task in asyncio.all_tasks(twisted_loop):
            task.cancel()
        twisted_loop.call_later(0.05, self.exit)

    @staticmethod
    def exit() -> None:
        """End the process without tearing down the reactor, which is what crashes."""
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
