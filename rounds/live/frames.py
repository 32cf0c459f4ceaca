"""The frames of the live protocol (docs/protocol.md): reading what anybody may send, writing what we say.

Pure. Whatever arrives is a stranger's bytes: it becomes a Hello, a Beat or a Say, or it is Unreadable.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, NoReturn

LARGEST: Final = 64 * 1024  # bytes of one frame
DEEPEST: Final = 3  # levels of objects and lists; a message needs two
MOST_FIELDS: Final = 40
UNREADABLE: Final = "We could not read that. Please reload the page and try again."

SMALL: Final = 2 * 1024  # letters: packing less than this saves nobody anything
_FINAL_TEXT: Final = 0x81
_FINAL_BINARY: Final = 0x82
_ENVELOPE: Final = frozenset({"t", "what", "nonce", "ticket", "pad"})  # pad: letters that only fill up (padding.py)
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LARGEST_REVISION: Final = 2**53  # what a browser counts exactly


class Unreadable(Exception):
    """The frame is not one of ours. `nonce` is the message's, where that much could be read."""

    def __init__(self, nonce: str | None = None) -> None:
        super().__init__(UNREADABLE)
        self.nonce = nonce


@dataclass(frozen=True)
class Hello:
    """packs: whether the client can unpack gzip."""

    ticket: str
    revision: int | None
    packs: bool = False


@dataclass(frozen=True)
class Beat:
    """revision: what the client shows, or None when it has nothing it trusts and wants a snapshot."""

    revision: int | None


@dataclass(frozen=True)
class Say:
    """fields: what a form takes, every value a list of texts."""

    what: str
    nonce: str
    fields: dict[str, list[str]]


Frame = Hello | Beat | Say


@dataclass(frozen=True, eq=False)
class Outgoing:
    """What we say, encoded once for however many sockets it goes to.

    revision: the one a screen shows after it, for a snapshot or a change; None for the small frames.
    """

    text: str
    revision: int | None = None
    first: ClassVar[int] = _FINAL_TEXT  # byte of the message

    @cached_property
    def mark(self) -> tuple[int, int]:
        """(revision, characters): what a socket remembers of it until it is answered; one tuple for all of them."""
        return (-1 if self.revision is None else self.revision, len(self.text))

    @cached_property
    def payload(self) -> bytes:
        return self.text.encode()

    @cached_property
    def event(self) -> dict[str, Any]:
        """The ASGI event that sends it."""
        return {"type": "websocket.send", "text": self.text}

    @cached_property
    def octets(self) -> bytes:
        """The whole WebSocket message as it stands on the wire: one frame, final, not masked (RFC 6455, 5.2)."""
        return _head(self.first, len(self.payload)) + self.payload

    @cached_property
    def packed(self) -> Outgoing:
        """The same for a client that unpacks, made once for all of them; itself where that is not worth it."""
        return Packed(self.text, self.revision) if len(self.text) > SMALL else self


class Packed(Outgoing):
    """A binary message: gzip of the text (docs/adr/0034). Only for what everybody in the room sees anyway."""

    first = _FINAL_BINARY

    @cached_property
    def payload(self) -> bytes:
        return gzip.compress(self.text.encode(), compresslevel=6, mtime=0)

    @cached_property
    def event(self) -> dict[str, Any]:
        return {"type": "websocket.send", "bytes": self.payload}


def read(text: str | bytes | None) -> Frame:
    """The frame in `text`. Raises Unreadable, and nothing else, whatever it is given."""
    body = read_object(text)
    match body.get("t"):
        case "hello":
            packs = body.get("packs", False)
            if not isinstance(packs, bool):
                raise Unreadable
            revision = read_revision(body.get("revision"))
            return Hello(ticket=_text(body.get("ticket")), revision=revision, packs=packs)
        case "beat":
            return Beat(revision=read_revision(body.get("revision")))
        case "say":
            return read_say(body)
    raise Unreadable(_nonce(body))


def read_object(text: str | bytes | None) -> dict[str, Any]:
    """A JSON object of texts, numbers and lists, small and flat, without anything a database would choke on."""
    if not text or len(text) > LARGEST:
        raise Unreadable
    try:
        encoded = text.encode() if isinstance(text, str) else text
        body = json.loads(encoded.decode(), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if len(encoded) > LARGEST or not isinstance(body, dict):
        raise Unreadable
    try:
        _check(body)
    except Unreadable:
        raise Unreadable(_nonce(body)) from None
    return body


def read_say(body: dict[str, Any]) -> Say:
    """What is being said; everything but the envelope is a field."""
    nonce = _nonce(body)
    if nonce is None:
        raise Unreadable
    try:
        fields = {name: _values(value) for name, value in body.items() if name not in _ENVELOPE}
        return Say(what=_text(body.get("what")), nonce=nonce, fields=fields)
    except Unreadable:
        raise Unreadable(nonce) from None


def read_revision(value: object) -> int | None:
    """A revision, or None. True is an int to Python and nothing to us."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_REVISION:
        raise Unreadable
    return value


def write(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def saved(nonce: str) -> dict[str, Any]:
    return {"t": "saved", "nonce": nonce}


def refused(nonce: str | None, because: str, field: str | None = None) -> dict[str, Any]:
    return {"t": "refused", "nonce": nonce, "because": because, "field": field}


def beat(revision: int) -> dict[str, Any]:
    return {"t": "beat", "revision": revision}


def bye(code: int, because: str) -> dict[str, Any]:
    return {"t": "bye", "because": because, "code": code}


def _head(first: int, size: int) -> bytes:
    if size < 126:
        return bytes((first, size))
    if size < 2**16:
        return struct.pack("!BBH", first, 126, size)
    return struct.pack("!BBQ", first, 127, size)


def _values(value: object) -> list[str]:
    if isinstance(value, list):
        return [_value(item) for item in value]
    if value is None or value is False:
        return []  # a box that is not ticked sends nothing in a form either
    return [_value(value)]


def _value(value: object) -> str:
    if value is True:
        return "on"
    if isinstance(value, str):
        return value
    raise Unreadable  # no field of ours is a number, and a number is nobody's words


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable
    return value


def _nonce(body: dict[str, Any]) -> str | None:
    nonce = body.get("nonce")
    return nonce if isinstance(nonce, str) and _NONCE.fullmatch(nonce) else None


def _check(value: object, depth: int = 0) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth >= DEEPEST or len(value) > MOST_FIELDS:
            raise Unreadable
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(item, depth + 1)


def _check_text(text: str) -> None:
    # PostgreSQL refuses NUL, and a lone half of a surrogate pair cannot be encoded by anything downstream.
    if "\0" in text or (not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)):
        raise Unreadable


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are not JSON, though Python reads them
