"""One open socket's outgoing side: a short queue, and what happens to those who do not read.

A socket owes us a beat: with each, the client says which revision it has reached, and that is the only
back-pressure a server like Daphne gives (its `send` never waits, and its buffer has no end).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from rounds.live import frames
from rounds.live.regions import Audience

logger = logging.getLogger(__name__)
MOST_FRAMES = 64
MOST_QUEUED = 1024 * 1024  # characters waiting to be handed to the server
MOST_UNSEEN = 2 * 1024 * 1024  # characters handed over and not yet answered by a beat
PATIENCE = 20  # seconds for somebody who does not read
COME_BACK = 1012
MALFORMED, NO_TICKET, ELSEWHERE, GONE, TOO_SLOW, TOO_FAST = 4400, 4401, 4403, 4404, 4408, 4429

Send = Callable[[Any], Awaitable[None]]


async def deliver(socket: Socket, frame: str) -> None:
    """Put a frame on the wire. The only place that does: a faster way replaces this function and nothing else."""
    await socket.send({"type": "websocket.send", "text": frame})


class Socket:
    """audience: set once its ticket has been seen. needs_picture: it must get a snapshot before any change."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.audience: Audience | None = None
        self.needs_picture = True
        self.when_free: Callable[[], None] = lambda: None  # the hub's: it has room for a snapshot again
        self.closing: int | None = None
        self._queue: deque[str] = deque()
        self._queued = 0
        self._unseen: deque[tuple[int, int]] = deque()
        self._wake = asyncio.Event()
        self._sending_since: float | None = None
        self._behind_since: float | None = None
        self._writer = asyncio.ensure_future(self._write())

    def put(self, frame: str, revision: int | None = None) -> None:
        """Send soon, in order. `revision`: of a snapshot or change, until a beat says that it was seen."""
        if self.closing is not None:
            return
        full = len(self._queue) >= MOST_FRAMES or (self._queue and self._queued + len(frame) > MOST_QUEUED)
        if full or (revision is not None and self._unseen_size() > MOST_UNSEEN):
            self._fall_behind()
            return
        self._queue.append(frame)
        self._queued += len(frame)
        if revision is not None:
            self._unseen.append((revision, len(frame)))
        self._wake.set()

    def say(self, frame: dict[str, Any]) -> None:
        """Put one of the small frames."""
        self.put(frames.write(frame))

    def seen(self, revision: int | None) -> None:
        """The client's beat says it has reached `revision` (None: it wants a snapshot)."""
        if revision is None:
            self.needs_picture = True
        reached = [at for at, (sent, _) in enumerate(self._unseen) if sent == revision]
        for _ in range(reached[-1] + 1 if reached else 0):
            self._unseen.popleft()
        self._notice_free()

    def has_room(self) -> bool:
        """Whether a snapshot may be put now."""
        return self.closing is None and not self._queue and self._unseen_size() <= MOST_UNSEEN

    def is_stuck(self) -> bool:
        """Whether it has not taken a frame, or has been behind without a beat, for too long."""
        since = [moment for moment in (self._sending_since, self._behind_since) if moment is not None]
        return bool(since) and time.monotonic() - min(since) > PATIENCE

    def close(self, code: int, because: str) -> None:
        """Say goodbye in words, then close, after what is queued; what is queued for a stuck socket is dropped."""
        if self.closing is not None:
            return
        if self.is_stuck():
            self._clear()
        self._queue.append(frames.write(frames.bye(code, because)))
        self.closing = code
        self._wake.set()
        if self.is_stuck():
            self._writer.cancel()

    async def finish(self) -> None:
        """End the writer: at once when the client has gone, else when the goodbye is out."""
        if self.closing is not None:
            with suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._writer), 2)
        self._writer.cancel()
        with suppress(asyncio.CancelledError, OSError, RuntimeError):
            await self._writer

    async def _write(self) -> None:
        try:
            while True:
                await self._drain()
                if self.closing is not None:
                    return
                self._wake.clear()
                self._notice_free()
                await self._wake.wait()
        except OSError:
            return  # it has gone; the visit hears of that in its own way
        except Exception:
            logger.exception("A frame could not be sent")
            self.closing = self.closing or COME_BACK
        finally:
            if self.closing is not None:
                # The server drops whoever does not answer this; a socket that has gone makes it an error.
                with suppress(OSError, RuntimeError, TimeoutError):
                    await asyncio.wait_for(self.send({"type": "websocket.close", "code": self.closing}), 1)

    async def _drain(self) -> None:
        while self._queue:
            frame = self._queue.popleft()
            self._queued -= len(frame)
            self._sending_since = time.monotonic()
            await deliver(self, frame)
            self._sending_since = None

    def _fall_behind(self) -> None:
        """Forget what was queued; a snapshot makes up for it once the client reads again."""
        self._clear()
        self.needs_picture = True
        if self._behind_since is None:
            self._behind_since = time.monotonic()

    def _notice_free(self) -> None:
        if self.needs_picture and self.has_room():
            self._behind_since = None
            self.when_free()

    def _clear(self) -> None:
        self._queue.clear()
        self._queued = 0

    def _unseen_size(self) -> int:
        return sum(size for _, size in self._unseen)
