"""Roughly how many people are in a room: in this process's memory, under hashes that die with it. Never stored.

Two tabs with one ticket are one person. Screens only ever get `banded`. Where several processes share a room they
tell each other a sketch of it (`marks`): the pattern of bits that the hashes set, from which nobody can be read and
which never counts too many.
"""

from __future__ import annotations

import hmac
import math
import secrets
import threading
import time
from collections import OrderedDict
from functools import cache

from django.conf import settings

from rounds import bands
from rounds.models import Kind, Round

POLLING_SECONDS = 30  # somebody who polls over HTTP is here until they have not for this long

_BITS = 4096

_lock = threading.Lock()


class _Room:
    """Who is in one room, by hash. A room of thousands is emptied one by one: nothing here may walk through it."""

    def __init__(self) -> None:
        self.sockets: dict[bytes, int] = {}  # open ones
        self.polled: OrderedDict[bytes, float] = OrderedDict()  # when, the longest ago first


_rooms: dict[int, _Room] = {}
_elsewhere: dict[int, tuple[int, float]] = {}  # round to (marks, until when they are worth something)


def is_counted(audience: str, round: Round) -> bool:
    """Whether this is somebody in a room. A window has none: there a number of people could only give one away."""
    return audience == "room" and round.kind != Kind.WINDOW


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
    """How many different people are here at least, for the server's own rules; never for a screen."""
    with _lock:
        room = _tidy(round_pk)
        return max(_here(room), (_marks(room) | others).bit_count() if (others := _others(round_pk)) else 0)


def banded(round: Round) -> str | None:
    """About how many, in words for a facilitator's screen; None below five, nobody among them.

    By steps drawn from the round's key: a step at a known place would say of how many it is the moment.
    """
    with _lock:
        room = _tidy(round.pk)
        others = _others(round.pk)
        here = max(_here(room), _about(_marks(room) | others) if others else 0)
    return bands.about(round=round, what="here", number=here)


def marks(round_pk: int) -> int:
    """The sketch of who is here in this process: one bit for each, and the same bit for many."""
    with _lock:
        return _marks(_tidy(round_pk))


def elsewhere(round_pk: int, marks: int, *, seconds: float) -> None:
    """Remember for so long what the other processes' sketches say together."""
    with _lock:
        _elsewhere.pop(round_pk, None)
        if marks:
            _elsewhere[round_pk] = marks, time.monotonic() + seconds


def packed(marks: int) -> bytes:
    """A sketch as it is stored."""
    return marks.to_bytes(_BITS // 8, "big")


def unpacked(stored: bytes) -> int:
    return int.from_bytes(stored, "big")


def _here(room: _Room) -> int:
    return len(room.sockets) + sum(name not in room.sockets for name in room.polled)


def _about(marks: int) -> int:
    """How many most likely made this sketch: in a full room many set the same bit."""
    free = max(1, _BITS - marks.bit_count())
    return round(_BITS * math.log(_BITS / free))


def _marks(room: _Room) -> int:
    marks = 0
    for name in (*room.sockets, *room.polled):
        marks |= 1 << int.from_bytes(name[:2], "big") % _BITS
    return marks


def _others(round_pk: int) -> int:
    marks, until = _elsewhere.get(round_pk, (0, 0.0))
    return marks if time.monotonic() < until else 0


@cache
def _salt() -> bytes:
    """This process's own; where several count together, theirs: one person must set the same bit in each."""
    if not settings.CHANNEL_LAYERS:
        return secrets.token_bytes(32)
    return hmac.digest(settings.SECRET_KEY.encode(), b"common-thread presence", "sha256")


def _name(round_pk: int, voice: str) -> bytes:
    return hmac.digest(_salt(), f"{round_pk}:{voice}".encode(), "sha256")


def _tidy(round_pk: int) -> _Room:
    room = _rooms.get(round_pk) or _Room()
    horizon = time.monotonic() - POLLING_SECONDS
    while room.polled and next(iter(room.polled.values())) <= horizon:
        room.polled.popitem(last=False)
    if not room.sockets and not room.polled:
        _rooms.pop(round_pk, None)
    return room
