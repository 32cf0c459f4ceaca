"""A phone, a wall or a console, written from docs/protocol.md alone: hello, beats, an outbox, and coming back."""

from __future__ import annotations

import asyncio
import json
import random
import time
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from rounds.live.padding import padded
from rounds.live.regions import Audience
from tests.faults.screen import Frame, Screen

GOODBYES = {4401, 4403, 4404}  # there is nothing to come back to
LONGEST_WAIT = 1.0  # seconds; the protocol allows five, which would only make the tests slower
MOST_PATIENT = 60.0  # seconds


class Client:
    """beat: seconds between two beats, and the patience for an answer. Whoever was let down has twice as much the next
    time: on a machine that is slower than that nobody would ever come in.

    answers: what each nonce was answered. outbox: what was not answered yet.
    """

    def __init__(self, port: int, audience: Audience, ticket: str, *, cookie: str = "", beat: float = 1.5) -> None:
        self.address = f"ws://127.0.0.1:{port}/live/"
        self.audience = audience
        self.ticket = ticket
        self.headers = {"Cookie": f"sessionid={cookie}"} if cookie else {}
        self.beat = beat
        self.screen = Screen()
        self.revision: int | None = None
        self.outbox: dict[str, Frame] = {}
        self.answers: dict[str, Frame] = {}
        self.visits = self.gaps = self.failures = 0
        self.is_in = self.is_away = False
        self.code: int | None = None
        self.farewell = ""
        self.wrong: list[str] = self.screen.wrong
        self._socket: ClientConnection | None = None
        self._lost = False

    async def live(self) -> None:
        """Be there, and come back after every trouble, until cancelled or told goodbye for good."""
        while not self.has_left:
            with suppress(OSError, WebSocketException, EOFError):
                await self._visit()
            self.is_in = False
            longest = 0.3 if self.failures == 0 else min(LONGEST_WAIT, 0.3 * 2**self.failures)
            self.failures += 1
            await asyncio.sleep(random.random() * longest)

    async def say(self, frame: Frame, *, times: int = 1) -> None:
        """Put it in the outbox and send it, several times if you like, also when it was answered long ago."""
        self.outbox[frame["nonce"]] = frame
        for _ in range(times if self.is_in else 0):
            await self._send(frame)

    async def drop(self) -> None:
        """Lose the connection; `live` comes back."""
        if self._socket is not None:
            self._socket.transport.abort()

    @property
    def has_left(self) -> bool:
        return self.code in GOODBYES

    @property
    def _patience(self) -> float:
        return min(MOST_PATIENT, 2 * self.beat * 2.0 ** min(self.failures, 10))

    async def _visit(self) -> None:
        self._lost = self.is_in = False
        opening = connect(
            self.address,
            additional_headers=self.headers,
            open_timeout=self._patience,
            close_timeout=0.2,
            ping_interval=None,
            max_size=None,
            proxy=None,
        )
        async with opening as self._socket:
            try:
                await self._send({"t": "hello", "ticket": self.ticket, "revision": self.revision})
                await self._listen(self._socket)
            finally:
                self.code = self._socket.close_code
                self._socket.transport.abort()  # nobody waits for a dead line to agree that it is dead

    async def _listen(self, socket: ClientConnection) -> None:
        waits_for_answer = True  # the hello is a question, too
        next_beat = time.monotonic() + self._patience
        while True:
            try:
                async with asyncio.timeout(max(0.0, next_beat - time.monotonic())):
                    text = await socket.recv()
            except TimeoutError:
                if waits_for_answer:
                    return
                waits_for_answer = True
                next_beat = time.monotonic() + self.beat
                await self._beat()
            else:
                waits_for_answer = False
                next_beat = min(next_beat, time.monotonic() + self.beat)
                await self._hear(json.loads(text))

    async def _beat(self) -> None:
        if self.is_in:
            await self._send({"t": "beat", "revision": None if self._lost else self.revision})
            for frame in list(self.outbox.values()):
                await self._send(frame)

    async def _hear(self, frame: Frame) -> None:
        match frame["t"]:
            case "snapshot":
                self._take(frame)
                self._lost, self.is_in, self.failures = False, True, 0
                self.visits += 1
                await self._beat()
            case "change" if frame["from"] == self.revision and not self._lost:
                self._take(frame)
            case "beat" if frame["revision"] == self.revision:
                pass
            case "change" | "beat":
                await self._missed()
            case "saved" | "refused":
                self._settle(frame)
            case "bye":
                self.farewell = frame["because"]

    async def _missed(self) -> None:
        if not self._lost:
            self.gaps += 1
            self._lost = True
            await self._send({"t": "beat", "revision": None})

    def _take(self, frame: Frame) -> None:
        self.screen.take(frame)
        self.revision = frame["revision"]

    def _settle(self, frame: Frame) -> None:
        nonce = frame["nonce"]
        self.outbox.pop(nonce, None)
        # What was refused may be taken later, when it is said again; what was saved is saved for good.
        if self.answers.get(nonce, frame)["t"] == "saved" != frame["t"]:
            self.wrong.append(f"told saved and then {frame['t']}: {frame.get('because')}")
        else:
            self.answers[nonce] = frame

    async def _send(self, frame: Frame) -> None:
        if self._socket is not None:
            with suppress(WebSocketException, OSError):
                await self._socket.send(padded(frame) if frame["t"] == "say" else json.dumps(frame))
