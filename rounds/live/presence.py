"""Roughly how many people are in a room: in this process's memory, under hashes that die with it. Never stored.

Two tabs with one ticket are one person. Screens only ever get `banded`.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict

POLLING_SECONDS = 30  # somebody who polls over HTTP is here until they have not for this long
_BAND = 5

_salt = secrets.token_bytes(32)
_lock = threading.Lock()


class _Room:
    """Who is in one room, by hash. A room of thousands is emptied one by one: nothing here may walk through it."""

    def __init__(self) -> None:
        self.sockets: dict[bytes, int] = {}  # open ones
        self.polled: OrderedDict[bytes, float] = OrderedDict()  # when, the longest ago first


_rooms: dict[int, _Room] = {}


def arrived(round_pk: int, voice: str) -> None:
    """One more open socket of this voice."""
    name = _name(round_pk, voice)
    with _lock:
        sockets = _rooms.setdefault(round_pk, _Room()).sockets
        sockets[name] = sockets.get(name, 0) + 1


def left(round_pk: int, voice: str) -> None:
    """One open socket of this voice less."""
    name = _name(round_pk, voice)
    with _lock:
        sockets = _rooms.setdefault(round_pk, _Room()).sockets
        sockets[name] = sockets.get(name, 0) - 1
        if sockets[name] <= 0:
            del sockets[name]
        _tidy(round_pk)


def polled(round_pk: int, voice: str) -> None:
    """This voice asked over HTTP just now."""
    name = _name(round_pk, voice)
    with _lock:
        room = _rooms.setdefault(round_pk, _Room())
        room.polled[name] = time.monotonic()
        room.polled.move_to_end(name)


def count(round_pk: int) -> int:
    """How many different people are here, for the server's own rules; never for a screen."""
    with _lock:
        room = _tidy(round_pk)
        return len(room.sockets) + sum(name not in room.sockets for name in room.polled)


def banded(round_pk: int) -> str | None:
    """About how many, in words for a facilitator's screen; None when nobody is here."""
    here = count(round_pk)
    if here == 0:
        return None
    return "fewer than five" if here < _BAND else f"about {_BAND * round(here / _BAND)}"


def _name(round_pk: int, voice: str) -> bytes:
    return hmac.digest(_salt, f"{round_pk}:{voice}".encode(), "sha256")


def _tidy(round_pk: int) -> _Room:
    room = _rooms.get(round_pk) or _Room()
    horizon = time.monotonic() - POLLING_SECONDS
    while room.polled and next(iter(room.polled.values())) <= horizon:
        room.polled.popitem(last=False)
    if not room.sockets and not room.polled:
        _rooms.pop(round_pk, None)
    return room
