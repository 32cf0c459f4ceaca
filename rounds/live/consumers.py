"""The socket: one visit from accept to goodbye, as a plain ASGI application.

It does not use Channels' consumer classes: their dispatch hops through a thread for every message, and an
unknown event or an exception closes with 1011. Everything is accepted first, then closed with a reason: a
browser that is refused before that tries again for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Never

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError
from django.http import parse_cookie

from rounds.live import frames, hub, origins, pictures, presence, saying, tickets
from rounds.live.frames import Beat, Hello, Say
from rounds.live.hub import Hub
from rounds.live.sockets import COME_BACK, ELSEWHERE, GONE, MALFORMED, NO_TICKET, TOO_FAST, Send, Socket
from rounds.live.throttle import Rate
from rounds.live.tickets import Guest

logger = logging.getLogger(__name__)
HELLO_SECONDS = 5
CHECK_SECONDS = 7
MOST_BAD_FRAMES = 20
MOST_MESSAGES, PER_SECONDS = 40, 2

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Left(Exception):
    """The client has gone, or has been told goodbye."""


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """The live layer's socket, at /live/."""
    visit = Visit(scope, receive, send)
    await visit.open()
    try:
        await visit.stay()
    except Left:
        pass
    except asyncio.CancelledError:
        raise
    except Exception:
        logger.exception("A visit ended badly")
    finally:
        await visit.close()


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """Any other socket address."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": GONE})


class Visit:
    """One client's stay: hello, then beats and what it says, until either side leaves."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.bad_frames = 0
        self.rate = Rate(MOST_MESSAGES, PER_SECONDS)

    async def open(self) -> None:
        await self.receive()
        await self.send({"type": "websocket.accept"})
        self.socket = Socket(self.send)

    async def close(self) -> None:
        await self.socket.finish()

    async def stay(self) -> None:
        if not origins.is_ours(self.scope):
            self.goodbye(ELSEWHERE, "This page is not part of the site it talks to.")
        hello = await self.greeting()
        guest = await self.admitted(hello)
        # What a console shows is not packed: a length would tell what in it is alike (docs/adr/0034).
        self.socket.packs = hello.packs and guest.audience == "room"
        home = hub.of(guest.round.pk)
        watch = asyncio.ensure_future(self.watch(hello)) if guest.audience != "room" else None
        is_counted = presence.is_counted(guest.audience, guest.round)
        if is_counted:
            presence.arrived(guest.round.pk, guest.voice)
        try:
            home.join(guest.audience, self.socket)
            if saying.is_company(guest):
                await database_sync_to_async(saying.note_company)(guest)
            while True:
                await self.answer(guest, home, await self.heard())
        finally:
            home.leave(self.socket)
            if is_counted:
                presence.left(guest.round.pk, guest.voice)
            if watch:
                watch.cancel()

    async def greeting(self) -> Hello:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                while not isinstance(frame := await self.heard(), Hello):
                    self.refuse_frame(None)
                return frame
        except TimeoutError:
            self.goodbye(NO_TICKET, "Nobody said hello. Please reload the page.")

    async def admitted(self, hello: Hello) -> Guest:
        try:
            return tickets.admit_at_once(hello.ticket, known=pictures.known) or await self.look_at(hello)
        except tickets.NoTicket as reason:
            self.goodbye(NO_TICKET, str(reason))
        except tickets.RoundGone as reason:
            self.goodbye(GONE, str(reason))
        except DatabaseError:  # nobody is turned away for good because of it
            logger.warning("A ticket could not be checked; the client comes back")
            self.goodbye(COME_BACK, "It is busy just now. It will be tried again.")

    async def look_at(self, hello: Hello) -> Guest:
        """Who holds the ticket, as the database has it now."""
        cookies = parse_cookie(origins.header(self.scope, b"cookie"))
        session_key = cookies.get(settings.SESSION_COOKIE_NAME, "")
        guest: Guest = await database_sync_to_async(tickets.admit)(hello.ticket, session_key=session_key)
        pictures.note(guest.round)
        return guest

    async def watch(self, hello: Hello) -> None:
        """Close a console within seconds of its session or its right to the round ending; a wall of its token."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.look_at(hello)
            except DatabaseError:
                continue
            except tickets.NoTicket as reason:
                signed_out = self.socket.audience == "console"
                return self.socket.close(NO_TICKET, "You are signed out." if signed_out else str(reason))
            except tickets.RoundGone:
                if self.socket.audience == "wall":  # the hub shows it the last words first, and then sends it home
                    await asyncio.sleep(CHECK_SECONDS)
                return self.socket.close(GONE, "The round is over.")

    async def answer(self, guest: Guest, home: Hub, frame: frames.Frame) -> None:
        match frame:
            case Beat(revision):
                if revision is not None:  # None is answered with a snapshot
                    self.socket.say(frames.beat(self.socket.shown))
                self.socket.seen(revision)
                if guest.audience == "console":
                    home.release_soon(guest)
            case Say():
                await self.take(guest, home, frame)
            case Hello():
                self.refuse_frame(None)

    async def take(self, guest: Guest, home: Hub, said: Say) -> None:
        try:
            reply = await home.desk.say(guest, said)
        except saying.NotNow:
            return  # no answer: the client keeps it and sends it again
        self.socket.say(reply)
        if reply["t"] == "saved":
            home.release_soon(guest)

    async def heard(self) -> frames.Frame:
        """The next frame that can be read. Raises Left when there is none."""
        while True:
            event = await self.receive()
            if event["type"] != "websocket.receive":
                raise Left
            if not self.rate.hit():
                self.goodbye(TOO_FAST, "Too much at once. It will be tried again.")
            try:
                text = event.get("text")
                return frames.read(text if isinstance(text, str) else None)
            except frames.Unreadable as problem:
                self.refuse_frame(problem.nonce)

    def refuse_frame(self, nonce: str | None) -> None:
        self.bad_frames += 1
        if self.bad_frames > MOST_BAD_FRAMES:
            self.goodbye(MALFORMED, frames.UNREADABLE)
        self.socket.say(frames.refused(nonce, frames.UNREADABLE))

    def goodbye(self, code: int, because: str) -> Never:
        self.socket.close(code, because)
        raise Left
