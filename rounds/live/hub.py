"""Hubs: one per process and round. A hub hears the doorbell, looks once, and gives everyone the same bytes.

A hub lives on the server's event loop, from a round's first socket until a minute after its last. Only `ring`
may be called from elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from channels.db import database_sync_to_async
from django.db import DatabaseError, transaction

from rounds.live import doorbell, layer, pictures, presence, regions
from rounds.live.pictures import Picture
from rounds.live.regions import AUDIENCES, Audience
from rounds.live.sockets import GONE, TOO_SLOW, Socket
from rounds.models import Round

logger = logging.getLogger(__name__)
TICK = 0.075  # seconds between two looks while a room is busy
LOOKS_BY_ITSELF = 4  # seconds: a lost ring costs no more
STAYS_EMPTY = 60  # seconds after the last socket
COUNTS_EVERY = 2  # seconds between two changes of the shown, rough number of people


class Hub:
    """The sockets of one round in this process, and what each audience was last sent."""

    def __init__(self, round_pk: int) -> None:
        self.round_pk = round_pk
        self.sockets: dict[Audience, set[Socket]] = {audience: set() for audience in AUDIENCES}
        self.shown: dict[Audience, Picture] = {}
        self.loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self._empty_since = time.monotonic()
        self._band: str | None = None
        self._counted_at = float("-inf")

    def join(self, audience: Audience, socket: Socket) -> None:
        """Let a socket in. It gets a snapshot with the next look, then changes."""
        socket.audience = audience
        socket.when_free = self.wake
        self.sockets[audience].add(socket)
        self.wake()

    def leave(self, socket: Socket) -> None:
        """Let a socket go; twice is once."""
        for sockets in self.sockets.values():
            sockets.discard(socket)
        if not self.everyone():
            self._empty_since = time.monotonic()

    def everyone(self) -> list[Socket]:
        return [socket for sockets in self.sockets.values() for socket in sockets]

    def wake(self) -> None:
        """Look soon."""
        self._rung.set()

    def revision(self, audience: Audience) -> int:
        """What a client of this audience should be showing; -1 when it was shown nothing yet."""
        shown = self.shown.get(audience)
        return shown.revision if shown else -1

    async def run(self) -> None:
        """Look whenever rung, and now and then without; end when the room has been empty for a while."""
        listening = asyncio.ensure_future(layer.listen(self.round_pk, self.wake))
        try:
            while self.everyone() or time.monotonic() - self._empty_since < STAYS_EMPTY:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_BY_ITSELF):
                        await self._rung.wait()
                self._rung.clear()
                await self.look()
                await asyncio.sleep(TICK)
        finally:
            _hubs.pop(self.round_pk, None)
            listening.cancel()

    async def look(self) -> None:
        """Ask the database what the audiences that are here see now, and show it to them."""
        audiences = [audience for audience in AUDIENCES if self.sockets[audience]]
        if not audiences:
            return
        try:
            await self._count()
            seen = await database_sync_to_async(pictures.look)(self.round_pk, audiences)
        except Round.DoesNotExist:
            self._send_home()
        except DatabaseError:
            logger.warning("The database did not answer; the screens will catch up")
            self.loop.call_later(1, self.wake)
        except Exception:  # a bug in one look must not leave the room without a hub
            logger.exception("A look at a round failed")
        else:
            for audience, picture in seen.items():
                self._show(audience, picture)

    def _show(self, audience: Audience, picture: Picture) -> None:
        old = self.shown.get(audience)
        self.shown[audience] = picture
        changed = old is not None and old is not picture and not old.looks_like(picture)
        change = picture.change_from(old) if old is not None and changed else None
        for socket in tuple(self.sockets[audience]):
            if socket.is_stuck():
                socket.close(TOO_SLOW, "The connection is too slow just now. It will be tried again.")
            elif socket.needs_picture:
                if socket.has_room():
                    socket.needs_picture = False
                    socket.put(picture.snapshot, picture.revision)
            elif change is not None:
                socket.put(change, picture.revision)

    def _send_home(self) -> None:
        for socket in self.everyone():
            socket.close(GONE, "This round is over.")

    async def _count(self) -> None:
        """Ring for "presence" when the rough number has changed and a staff screen that shows it is open."""
        if not self.sockets["console"] or not any("presence" in r.topics for r in regions.of("console")):
            return
        band, now = presence.banded(self.round_pk), time.monotonic()
        if band != self._band and now - self._counted_at > COUNTS_EVERY:
            self._band, self._counted_at = band, now
            await database_sync_to_async(_announce_presence)(self.round_pk)


_hubs: dict[int, Hub] = {}
_running: set[asyncio.Task[None]] = set()


def of(round_pk: int) -> Hub:
    """The round's hub in this process, started if there is none. On the event loop only."""
    layer.start()
    hub = _hubs.get(round_pk)
    if hub is None:
        hub = _hubs[round_pk] = Hub(round_pk)
        task = asyncio.ensure_future(hub.run())
        _running.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(_running.discard)
    return hub


def ring(round_pk: int) -> None:
    """A round changed: wake its hub, here and in other processes. From any thread, after the commit."""
    hub = _hubs.get(round_pk)
    if hub is not None:
        with suppress(RuntimeError):  # the loop is closing
            hub.loop.call_soon_threadsafe(hub.wake)
    layer.forward(round_pk)


def _announce_presence(round_pk: int) -> None:
    with transaction.atomic():
        doorbell.announce(Round.objects.select_for_update().get(pk=round_pk), "presence")


doorbell.answer(ring)
