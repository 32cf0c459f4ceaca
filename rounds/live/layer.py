"""The doorbell between processes, where a channel layer is configured: "this round changed", and nothing else.

Nothing depends on it. Without it, or while it is dead, the other processes' hubs look by themselves every few
seconds; posting never waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

logger = logging.getLogger(__name__)
RETRY_SECONDS = 2
PATIENCE = 2  # seconds: a layer that is connected and does not answer is given up on

_loop: asyncio.AbstractEventLoop | None = None
_waiting: set[int] = set()  # rounds for which a ring is on its way to the loop
_ringing: set[asyncio.Task[None]] = set()
_answers = True


def is_there() -> bool:
    return bool(settings.CHANNEL_LAYERS.get("default"))


def start() -> None:
    """Remember the server's event loop: rings come from threads that have none. Called with every connection."""
    global _loop  # noqa: PLW0603  one loop per process
    running = asyncio.get_running_loop()
    if running is not _loop:
        _loop = running
        _waiting.clear()


def forward(round_pk: int) -> None:
    """Ring in the other processes, without waiting. From any thread; in a management command nothing happens."""
    loop = _loop
    # One ring for many changes: while the layer is slow, rings must not pile up behind each other.
    if is_there() and loop is not None and loop.is_running() and round_pk not in _waiting:
        _waiting.add(round_pk)
        loop.call_soon_threadsafe(_send_soon, round_pk)


async def listen(round_pk: int, ring: Callable[[], None]) -> None:
    """Call `ring` for every ring from elsewhere, until cancelled. One subscription per process and round."""
    while is_there():
        try:
            await _hear(round_pk, ring)
        except Exception as error:  # noqa: BLE001  whatever a layer's backend throws, the round goes on
            _note(error)
        await asyncio.sleep(RETRY_SECONDS)


async def _hear(round_pk: int, ring: Callable[[], None]) -> None:
    layer: Any = get_channel_layer()
    group = _group(round_pk)
    async with asyncio.timeout(PATIENCE):
        channel = await layer.new_channel()
        await layer.group_add(group, channel)
    ring()  # what was missed while nobody listened
    try:
        while True:
            await layer.receive(channel)
            ring()
    finally:
        async with asyncio.timeout(PATIENCE):
            await layer.group_discard(group, channel)


def _send_soon(round_pk: int) -> None:
    task = asyncio.ensure_future(_send(round_pk))
    _ringing.add(task)  # the loop itself holds tasks only weakly
    task.add_done_callback(_ringing.discard)


async def _send(round_pk: int) -> None:
    _waiting.discard(round_pk)  # before it is sent: what changes from now on needs a ring of its own
    try:
        layer: Any = get_channel_layer()
        async with asyncio.timeout(PATIENCE):
            await layer.group_send(_group(round_pk), {"type": "ring", "round": round_pk})
    except Exception as error:  # noqa: BLE001  as above
        _note(error)
    else:
        _note(None)


def _group(round_pk: int) -> str:
    return f"round.{round_pk}"


def _note(error: Exception | None) -> None:
    """Say once that the layer has gone and once that it is back: it would fail with every post."""
    global _answers  # noqa: PLW0603  the process has one layer
    if error is not None and _answers:
        logger.warning("The channel layer does not answer (%s); rounds go on, a few seconds late", type(error).__name__)
    elif error is None and not _answers:
        logger.warning("The channel layer answers again")
    _answers = error is None
