"""The client's half of the WebSocket protocol (RFC 6455), as little of it as a load generator needs. Pure."""

from __future__ import annotations

import os
import struct
from base64 import b64encode

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_FINAL = 0x80
_MASKED = 0x80


class NotUnderstood(Exception):
    """The server sent something this reader does not take: a fragmented or compressed frame, or no 101."""


def upgrade(path: str, port: int, headers: dict[str, str]) -> bytes:
    """The request that opens a socket."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One final frame. Its mask is zero, which the protocol allows and which leaves the bytes as they are."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", _FINAL | opcode, _MASKED | size)
    elif size < 2**16:
        head = struct.pack("!BBH", _FINAL | opcode, _MASKED | 126, size)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, _MASKED | 127, size)
    return head + bytes(4) + payload


def frames(buffer: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames at the start of `buffer` as (opcode, payload), and what is left of it."""
    found: list[tuple[int, bytes]] = []
    at, end = 0, len(buffer)
    while end - at >= 2:
        first, size = buffer[at], buffer[at + 1]
        start = at + 2
        if size == 126:
            start, size = at + 4, int.from_bytes(buffer[at + 2 : at + 4])
        elif size == 127:
            start, size = at + 10, int.from_bytes(buffer[at + 2 : at + 10])
        if start + size > end or start > end:
            break
        if first & 0xF0 != _FINAL:
            raise NotUnderstood(f"a frame that starts with {first:#x}")
        found.append((first & 0x0F, buffer[start : start + size]))
        at = start + size
    return found, buffer[at:]
