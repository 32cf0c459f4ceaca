"""The desk: where what is said over sockets is taken in, several at a time while many speak at once.

One per process and round, on the event loop. It adds no waiting: whoever comes to an idle desk is served alone,
and whoever comes meanwhile is served together.
"""

from __future__ import annotations

import asyncio
from collections import deque

from channels.db import database_sync_to_async

from rounds.live import saying
from rounds.live.frames import Say
from rounds.live.saying import Reply
from rounds.live.tickets import Guest

MOST_TOGETHER = 128  # more would make a facilitator's press wait longer behind one group than anybody gains by it


class Desk:
    def __init__(self) -> None:
        self._waiting: deque[tuple[Guest, Say, asyncio.Future[Reply]]] = deque()
        self._serving: asyncio.Task[None] | None = None

    async def say(self, guest: Guest, said: Say) -> Reply:
        """As saying.say."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append((guest, said, answer))
        if self._serving is None:
            self._serving = asyncio.ensure_future(self._serve())
        return await answer

    async def _serve(self) -> None:
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
                replies: list[Reply | None]
                try:
                    replies = await database_sync_to_async(saying.say_together)(
                        [(guest, said) for guest, said, _ in group]
                    )
                except Exception:  # noqa: BLE001  whatever it was, nobody may wait for an answer for ever
                    replies = [None] * len(group)
                for (_, _, answer), reply in zip(group, replies, strict=True):
                    _settle(answer, reply)
        finally:
            self._serving = None


def _settle(answer: asyncio.Future[Reply], reply: Reply | None) -> None:
    if answer.done():
        return  # whoever asked has gone
    if reply is None:
        answer.set_exception(saying.NotNow())
    else:
        answer.set_result(reply)
