"""One open socket's outgoing side, and what happens to those who do not read.

Two things tell that somebody does not: bytes that the system does not take, and beats that do not come. A beat
names the revision that was reached; through a proxy, or where a server's `send` never waits, it is all we hear.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from rounds.live import frames
from rounds.live.delivery import COME_BACK, Send, way_for
from rounds.live.frames import Outgoing
from rounds.live.regions import Audience

__all__ = ["COME_BACK", "ELSEWHERE", "GONE", "MALFORMED", "NO_TICKET", "TOO_FAST", "TOO_SLOW", "Send", "Socket"]

MOST_UNSENT = 256 * 1024  # bytes that the system has not taken, over and above a snapshot on its way
MOST_UNSEEN = 2 * 1024 * 1024  # characters handed over and not yet answered by a beat
PATIENCE = 20  # seconds for somebody who does not read
MALFORMED, NO_TICKET, ELSEWHERE, GONE, TOO_SLOW, TOO_FAST = 4400, 4401, 4403, 4404, 4408, 4429


class Socket:
    """audience: set once its ticket has been seen. needs_picture: it must get a snapshot before any change.

    shown: the revision of the last snapshot or change it was sent; -1 before the first.
    packs: whether pictures go to it packed.
    """

    __slots__ = (
        *("audience", "closing", "needs_picture", "packs", "shown", "way", "when_lost"),
        *("_behind_since", "_most_unsent", "_unseen", "_unseen_size"),
    )

    def __init__(self, send: Send) -> None:
        self.way = way_for(send)
        self.audience: Audience | None = None
        self.needs_picture = True
        self.packs = False
        self.shown = -1
        self.when_lost: Callable[[], None] = _nobody  # the hub's: it asks for a snapshot
        self.closing: int | None = None
        self._unseen: deque[tuple[int, int]] | None = None
        self._unseen_size = 0
        self._most_unsent = MOST_UNSENT
        self._behind_since: float | None = None

    def put(self, frame: Outgoing) -> None:
        """Send soon, in order. What cannot be sent is forgotten: a snapshot or the sender's outbox makes up for it."""
        if self.closing is not None:
            return
        if self.way.unsent() > self._most_unsent or (frame.revision is not None and self._unseen_size > MOST_UNSEEN):
            self._fall_behind()
            return
        if frame.revision is not None:
            self.shown = frame.revision
            self._remember(frame)
            frame = frame.packed if self.packs else frame
        self.way.put(frame)

    def put_picture(self, snapshot: Outgoing) -> None:
        """Send a snapshot: whatever came before does not matter any more."""
        self.needs_picture = False
        self._behind_since = None
        # A full room's picture is larger than what a slow phone may owe us, and must not count as owing.
        self._most_unsent = MOST_UNSENT + len(snapshot.octets)
        self.put(snapshot)

    def say(self, frame: dict[str, Any]) -> None:
        """Put one of the small frames."""
        self.put(Outgoing(frames.write(frame)))

    def seen(self, revision: int | None) -> None:
        """The client's beat says it has reached `revision` (None: it wants a snapshot)."""
        if revision is None:
            self.needs_picture = True
            self.when_lost()
        elif self._unseen:
            reached = [at for at, (sent, _) in enumerate(self._unseen) if sent == revision]
            for _ in range(reached[-1] + 1 if reached else 0):
                self._unseen_size -= self._unseen.popleft()[1]

    def has_room(self) -> bool:
        """Whether a snapshot may be put now."""
        return self.closing is None and self.way.unsent() == 0 and self._unseen_size <= MOST_UNSEEN

    def is_stuck(self) -> bool:
        """Whether it has not taken a frame, or has been behind without catching up, for too long."""
        since = self._behind_since or self.way.waiting_since
        return since is not None and time.monotonic() - since > PATIENCE

    def close(self, code: int, because: str) -> None:
        """Say goodbye in words, then close, after what was put; whoever floods or is stuck is not waited for."""
        if self.closing is not None:
            return
        self.closing = code
        self.way.put(Outgoing(frames.write(frames.bye(code, because))))
        self.way.close(code, deaf=code == TOO_FAST or self.is_stuck())

    async def finish(self) -> None:
        """The visit is over."""
        await self.way.finish()

    def _remember(self, frame: Outgoing) -> None:
        if self._unseen is None:
            self._unseen = deque()
        self._unseen.append(frame.mark)
        self._unseen_size += frame.mark[1]

    def _fall_behind(self) -> None:
        self.needs_picture = True
        if self._behind_since is None:
            self._behind_since = time.monotonic()


def _nobody() -> None:
    return
