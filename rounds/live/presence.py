"""Roughly how many people are in a room: in this process's memory, under hashes that die with it. Never stored.

Two tabs with one ticket are one person. Screens only ever get `banded`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass

POLLING_SECONDS = 30  # somebody who polls over HTTP is here until they have not for this long
_BAND = 5

_salt = secrets.token_bytes(32)
_lock = threading.Lock()


@dataclass
class _Someone:
    sockets: int = 0
    polled_at: float = float("-inf")

    def is_here(self, now: float) -> bool:
        return self.sockets > 0 or now - self.polled_at < POLLING_SECONDS


_rooms: dict[int, dict[bytes, _Someone]] = {}


def arrived(round_pk: int, voice: str) -> None:
    """One more open socket of this voice."""
    with _lock:
        _someone(round_pk, voice).sockets += 1


def left(round_pk: int, voice: str) -> None:
    """One open socket of this voice less."""
    with _lock:
        _someone(round_pk, voice).sockets -= 1
        _tidy(round_pk)


def polled(round_pk: int, voice: str) -> None:
    """This voice asked over HTTP just now."""
    with _lock:
        _someone(round_pk, voice).polled_at = time.monotonic()


def count(round_pk: int) -> int:
    """How many different people are here, for the server's own rules; never for a screen."""
    with _lock:
        return len(_tidy(round_pk))


def banded(round_pk: int) -> str | None:
    """About how many, in words for a facilitator's screen; None when nobody is here."""
    here = count(round_pk)
    if here == 0:
        return None
    return "fewer than five" if here < _BAND else f"about {_BAND * round(here / _BAND)}"


def _someone(round_pk: int, voice: str) -> _Someone:
    name = hmac.new(_salt, f"{round_pk}:{voice}".encode(), hashlib.sha256).digest()
    return _rooms.setdefault(round_pk, {}).setdefault(name, _Someone())


def _tidy(round_pk: int) -> dict[bytes, _Someone]:
    now = time.monotonic()
    room = {name: someone for name, someone in _rooms.pop(round_pk, {}).items() if someone.is_here(now)}
    if room:
        _rooms[round_pk] = room
    return room
