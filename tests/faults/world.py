"""An event loop in a thread of its own, where clients and proxies live while the test itself asks the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from tests.faults.lengths import PATIENCE

T = TypeVar("T")


class World:
    """As a context: whatever still lives in it at the end is ended."""

    def __enter__(self) -> Self:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.do(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def do(self, coroutine: Coroutine[Any, Any, T], within: float = PATIENCE + 60) -> T:
        """Run it there; its result, or what it raised. TimeoutError after `within` seconds."""
        return self.soon(coroutine).result(within)

    def soon(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run it there meanwhile."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def start(self, *endless: Coroutine[Any, Any, None]) -> list[asyncio.Task[None]]:
        """Let these live there until they are cancelled."""

        async def born() -> list[asyncio.Task[None]]:
            return [asyncio.ensure_future(one) for one in endless]

        return self.do(born())

    def end(self, *tasks: asyncio.Task[None]) -> None:
        async def ended() -> None:
            await _cancelled(*tasks)

        self.do(ended())

    @staticmethod
    async def _end() -> None:
        await _cancelled(*(asyncio.all_tasks() - {asyncio.current_task()}))


async def _cancelled(*tasks: Any) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def together(*awaitables: Awaitable[T]) -> list[T]:
    """All at once; the results in order."""
    return list(await asyncio.gather(*awaitables))


async def until(is_so: Callable[[], bool], within: float) -> None:
    """Wait until it is so. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110  a tick is cheap, and an event for each question would not be
            await asyncio.sleep(0.02)
