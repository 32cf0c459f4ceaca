"""A phone's network: everything between a browser and a server waits as on a real line, sockets too.

A proxy rather than the browser's own throttle, which holds back neither WebSockets nor the opening of a connection.
TCP's slow start is left out: only what is larger than ten packets would meet it, and here that is one font.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

PACKET = 1_460  # bytes


@dataclass(frozen=True)
class Speed:
    """round_trip in seconds; down, up in bits a second, shared by all connections."""

    round_trip: float
    down: float
    up: float


class SlowLine:
    """Listens on `port` of loopback and passes everything on to `to`; in a thread of its own, within the `with`.

    heard: bytes that have gone down, in all.
    """

    def __init__(self, *, port: int, to: int, speed: Speed) -> None:
        self.port, self.to, self.speed = port, to, speed
        self.heard = 0
        self._free = {"down": 0.0, "up": 0.0}  # from when on each direction has nothing more to carry
        self._loop = asyncio.new_event_loop()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()], daemon=True)

    def __enter__(self) -> SlowLine:
        self._thread.start()
        self._listens.wait(10)
        return self

    def __exit__(self, *problem: object) -> None:
        self._loop.call_soon_threadsafe(self._ends.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        self._ends = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)
        self._listens.set()
        await self._ends.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self._keep(self._connect(reader, writer))

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.speed.round_trip)  # SYN and its answer
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.to)
        self._writers.append(there_writer)
        self._keep(self._carry(reader, there_writer, "up", self.speed.up))
        self._keep(self._carry(there_reader, writer, "down", self.speed.down))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str, rate: float) -> None:
        """One direction of one connection, packet by packet, until either side has had enough."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = self._keep(self._arrive(on_the_way, writer))
        with contextlib.suppress(OSError):
            while packet := await reader.read(PACKET):
                sent = self._free[way] = max(self._free[way], self._loop.time()) + 8 * len(packet) / rate
                on_the_way.put_nowait((sent + self.speed.round_trip / 2, packet))
                self.heard += len(packet) if way == "down" else 0
                await asyncio.sleep(sent - self._loop.time())  # others' packets go in between
        on_the_way.put_nowait((self._loop.time() + self.speed.round_trip / 2, b""))
        await arriving

    async def _arrive(self, on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while True:
                at, packet = await on_the_way.get()
                await asyncio.sleep(at - self._loop.time())
                if not packet:
                    break
                writer.write(packet)
        writer.close()
