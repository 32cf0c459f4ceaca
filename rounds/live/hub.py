"""Hubs: one per process and round. A hub hears the doorbell, looks once, and gives everyone the same bytes.

A hub lives on the server's event loop, from a round's first socket until a minute after its last. Only `ring`
may be called from elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from channels.db import database_sync_to_async
from django.db import DatabaseError, transaction

from rounds import replies
from rounds.live import company, doorbell, layer, pictures, presence, regions, saying
from rounds.live.desk import Desk
from rounds.live.pictures import Picture
from rounds.live.regions import AUDIENCES, Audience
from rounds.live.sockets import GONE, TOO_SLOW, Socket
from rounds.live.tickets import Guest
from rounds.models import Round

logger = logging.getLogger(__name__)
SHORTEST_TICK, LONGEST_TICK = 0.05, 0.5  # seconds from one look to the next while a room is busy; of rest at most
SHARE = 2  # a room takes at most one part in so many of the process's time
CHUNK = 256  # sockets served before others on the event loop get their turn
LOOKS_BY_ITSELF = 4  # seconds: a lost ring costs no more
LOOKS_AFTER_THE_SLOW = 0.25  # seconds, while somebody waits for a snapshot until there is room for it
STAYS_EMPTY = 60  # seconds after the last socket
RENEWS_EVERY = 20  # seconds on average, at no set time: the phones' boxes, where the room is quiet (ADR 27)
COUNTS_EVERY = 2  # seconds between two changes of the shown, rough number of people


# Looks have a thread of their own: one behind a slow page or a long queue of posts would hold up every screen.
_looking = ThreadPoolExecutor(1, thread_name_prefix="look")


async def _looked(round_pk: int, audiences: list[Audience]) -> dict[Audience, Picture]:
    look = database_sync_to_async(pictures.look, thread_sensitive=False, executor=_looking)
    seen: dict[Audience, Picture] = await look(round_pk, audiences)
    return seen


class Hub:
    """The sockets of one round in this process, and what each audience was last sent."""

    def __init__(self, round_pk: int) -> None:
        self.round_pk = round_pk
        self.sockets: dict[Audience, set[Socket]] = {audience: set() for audience in AUDIENCES}
        self.shown: dict[Audience, Picture] = {}
        self.loop = asyncio.get_running_loop()
        self.desk = Desk()
        self._due: Guest | None = None
        self._rung = asyncio.Event()
        self._empty_since = time.monotonic()
        self._somebody_waits = False
        self._band: str | None = None
        self._counted_at = float("-inf")
        self._named: Round | None = None  # for its names alone, which never change

    def join(self, audience: Audience, socket: Socket) -> None:
        """Let a socket in. It gets a snapshot, at once or with the next look, then changes."""
        socket.audience = audience
        socket.when_lost = self.wake
        picture = self.shown.get(audience)
        # What the others of this audience are looking at is kept up to date; what nobody looks at is not.
        if picture is not None and self.sockets[audience]:
            socket.put_picture(picture.snapshot)
        else:
            self.wake()
        self.sockets[audience].add(socket)

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

    def release_soon(self, guest: Guest) -> None:
        """Have what is due released with the next look: once for all who spoke since the last one."""
        self._due = guest
        self.wake()

    def revision(self, audience: Audience) -> int:
        """What a client of this audience should be showing; -1 when it was shown nothing yet."""
        shown = self.shown.get(audience)
        return shown.revision if shown else -1

    async def run(self) -> None:
        """Look whenever rung, and now and then without; end when the room has been empty for a while."""
        beside = [layer.listen(self.round_pk, self.wake), company.keep(self.round_pk), self._renew()]
        tasks = [asyncio.ensure_future(each) for each in beside]
        try:
            while self.everyone() or time.monotonic() - self._empty_since < STAYS_EMPTY:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_AFTER_THE_SLOW if self._somebody_waits else LOOKS_BY_ITSELF):
                        await self._rung.wait()
                self._rung.clear()
                started = time.monotonic()
                await self._release()
                await self.look()
                await asyncio.sleep(pause_after(time.monotonic() - started))
        finally:
            _hubs.pop(self.round_pk, None)
            for task in tasks:
                task.cancel()

    async def look(self) -> None:
        """Ask the database what the audiences that are here see now, and show it to them."""
        audiences = [audience for audience in AUDIENCES if self.sockets[audience]]
        if not audiences:
            return
        try:
            await self._count()
            seen = await _looked(self.round_pk, audiences)
        except Round.DoesNotExist:
            self._send_home()
        except DatabaseError:
            logger.warning("The database did not answer; the screens will catch up")
            self.loop.call_later(1, self.wake)
        except Exception:  # a bug in one look must not leave the room without a hub
            logger.exception("A look at a round failed")
        else:
            self._somebody_waits = False
            for audience, picture in seen.items():
                await self._show(audience, picture)

    async def _show(self, audience: Audience, picture: Picture) -> None:
        old = self.shown.get(audience)
        self.shown[audience] = picture
        changed = old is not None and old.revision != picture.revision
        change = picture.change_from(old) if old is not None and changed else None
        sockets = tuple(self.sockets[audience])
        for start in range(0, len(sockets), CHUNK):
            if start:
                await asyncio.sleep(0)
            for socket in sockets[start : start + CHUNK]:
                if socket.needs_picture or socket.is_stuck():
                    self._help(socket, picture)
                elif change is not None and old is not None and socket.shown == old.revision:
                    socket.put(change)
                    self._somebody_waits = self._somebody_waits or socket.needs_picture
                elif socket.shown != picture.revision:  # or no later change would be for it either
                    self._help(socket, picture)

    def _help(self, socket: Socket, picture: Picture) -> None:
        """Somebody who is new, lost or slow: a snapshot as soon as there is room for it, or goodbye."""
        if socket.is_stuck():
            socket.close(TOO_SLOW, "The connection is too slow just now. It will be tried again.")
        elif socket.has_room():
            socket.put_picture(picture.snapshot)
        else:
            self._somebody_waits = True

    async def _release(self) -> None:
        guest, self._due = self._due, None
        if guest is not None:
            await database_sync_to_async(saying.release_due)(guest)

    async def _renew(self) -> None:
        """Have the boxes look new by themselves. Each moment is as likely as any, so one more says nothing."""
        while True:
            await asyncio.sleep(secrets.SystemRandom().expovariate(1 / RENEWS_EVERY))
            try:
                await database_sync_to_async(replies.renew)(round_pk=self.round_pk)
            except DatabaseError:
                logger.warning("The database did not answer; the boxes look new a little later")

    def _send_home(self) -> None:
        for socket in self.everyone():
            socket.close(GONE, "This round is over.")

    async def _count(self) -> None:
        """Ring for "presence" when the rough number has changed and a staff screen that shows it is open."""
        if not self.sockets["console"] or not any("presence" in r.topics for r in regions.of("console")):
            return
        if self._named is None:
            self._named = await database_sync_to_async(Round.objects.only("public_id").get)(pk=self.round_pk)
        band, now = presence.banded(self._named), time.monotonic()
        if band != self._band and now - self._counted_at > COUNTS_EVERY:
            self._band, self._counted_at = band, now
            await database_sync_to_async(_announce_presence)(self.round_pk)


def pause_after(seconds: float) -> float:
    """How long to rest after a look that took so long: a storm of changes must leave time for everybody else."""
    return min(LONGEST_TICK, max(SHORTEST_TICK - seconds, (SHARE - 1) * seconds))


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
