"""A TCP proxy on the loopback that behaves as badly as a network does."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Mood:
    """delay: seconds, at most, before each piece is passed on. resets: after at most so many seconds of a connection.

    slices: one byte at a time. hole: takes everything and passes nothing on; a connection that met it stays silent
    for ever, as behind a network that has forgotten it. no_sockets: refuses WebSockets, as some hospitals' proxies do.
    pages_kept: lets a browser keep the pages it has left, also where the server asks it not to.
    """

    delay: float = 0
    resets: float = 0
    slices: bool = False
    hole: bool = False
    no_sockets: bool = False
    pages_kept: bool = False


class Proxy:
    """`port` is where it listens, once `open` has returned."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.mood = Mood()
        self.port = 0
        self.resets = self.swallowed = self.refused = 0
        self._server: asyncio.Server | None = None
        self._lines: set[_Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self.reset_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def turn(self, **mood: Any) -> None:
        """Change the mood; open connections feel it too."""
        self.mood = replace(Mood(), **mood)

    async def forget(self) -> None:
        """Fall silent on every open connection, for ever, and end them towards the server; new ones are carried."""
        for line in self._lines:
            line.is_dead = True
            line.server.transport.abort()

    async def reset_all(self) -> None:
        """Reset every open connection."""
        for line in list(self._lines):
            line.abort()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Not a coroutine: the streams module logs a cancelled one as an error.
        task = asyncio.ensure_future(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await self._carried(reader, writer)
        writer.transport.abort()

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        if self.mood.no_sockets and b"upgrade: websocket" in first.lower():
            self.refused += 1
            writer.write(FORBIDDEN)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            return
        from_server, server = await asyncio.open_connection("127.0.0.1", self.to_port)
        line = _Line(writer, server)
        self._lines.add(line)
        try:
            await asyncio.gather(
                self._pump(line, reader, server, first),
                self._pump(line, from_server, writer, b""),
                self._reset(line),
            )
        finally:
            self._lines.discard(line)
            line.abort()

    async def _pump(
        self, line: _Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, piece: bytes
    ) -> None:
        with suppress(OSError):
            while piece or (piece := await reader.read(65536)):
                if self.mood.delay:
                    await asyncio.sleep(random.random() * self.mood.delay)
                line.is_dead = line.is_dead or self.mood.hole
                if line.is_dead:
                    self.swallowed += len(piece)
                else:
                    await self._pass_on(piece, writer)
                piece = b""
        if not line.is_dead or writer is line.server:  # the client of a dead line must not hear of its end
            line.abort()

    async def _pass_on(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        for start in range(len(piece) if self.mood.slices else 0):
            writer.write(piece[start : start + 1])
            await asyncio.sleep(0)
        if self.mood.pages_kept:
            piece = piece.replace(b"no-store", b"no-cache")
        if not self.mood.slices:
            writer.write(piece)
        await writer.drain()

    async def _reset(self, line: _Line) -> None:
        """While resets are in the air, each connection ends in one after a while."""
        began = asyncio.get_running_loop().time()
        span = random.random()
        while not line.is_over:
            await asyncio.sleep(0.05)
            lived = asyncio.get_running_loop().time() - began
            if self.mood.resets and not line.is_dead and lived > span * self.mood.resets:
                self.resets += 1
                line.abort()
                return


class _Line:
    """Both ends of one connection."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client = client
        self.server = server
        self.is_dead = False

    @property
    def is_over(self) -> bool:
        return self.client.transport.is_closing()

    def abort(self) -> None:
        self.client.transport.abort()
        self.server.transport.abort()
