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
RETRY_SECONDS = 5

_loop: asyncio.AbstractEventLoop | None = None
_warned = False


def is_there() -> bool:
    return bool(settings.CHANNEL_LAYERS.get("default"))


def start() -> None:
    """Remember the server's event loop: rings come from threads that have none. Called with every connection."""
    global _loop  # noqa: PLW0603  one loop per process
    _loop = asyncio.get_running_loop()


def forward(round_pk: int) -> None:
    """Ring in the other processes, without waiting. From any thread; in a management command nothing happens."""
    if is_there() and _loop is not None and _loop.is_running():
        asyncio.run_coroutine_threadsafe(_send(round_pk), _loop)


async def listen(round_pk: int, ring: Callable[[], None]) -> None:
    """Call `ring` for every ring from elsewhere, until cancelled. One subscription per process and round."""
    while is_there():
        try:
            layer: Any = get_channel_layer()
            channel = await layer.new_channel()
            await layer.group_add(_group(round_pk), channel)
            try:
                while True:
                    await layer.receive(channel)
                    ring()
            finally:
                await layer.group_discard(_group(round_pk), channel)
        except Exception as error:  # noqa: BLE001  whatever a layer's backend throws, the round goes on
            _warn(error)
        await asyncio.sleep(RETRY_SECONDS)


async def _send(round_pk: int) -> None:
    try:
        layer: Any = get_channel_layer()
        await layer.group_send(_group(round_pk), {"type": "ring", "round": round_pk})
    except Exception as error:  # noqa: BLE001  as above
        _warn(error)


def _group(round_pk: int) -> str:
    return f"round.{round_pk}"


def _warn(error: Exception) -> None:
    global _warned  # noqa: PLW0603  once is enough: a dead layer fails with every post
    if not _warned:
        _warned = True
        logger.warning("The channel layer does not answer (%s); rounds go on, a few seconds late", type(error).__name__)
