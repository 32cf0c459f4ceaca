"""What gives somebody away in a file, and in which disguises it is looked for."""

from __future__ import annotations

import base64
import re
from binascii import a2b_base64
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Final
from urllib.parse import unquote_to_bytes

from rounds import words
from rounds.models import Round

CHUNK: Final = 4 * 1024 * 1024
OVERLAP: Final = 1024
SHORTEST: Final = 12
Patterns = Mapping[str, re.Pattern[bytes]]

_BYTE: Final = rb"(?:25[0-5]|2[0-4]\d|1\d\d|\d?\d)"
SHAPES: Final = {
    "the address of a device": re.compile(
        rb"(?P<harmless>(?<![a-z])(?:v|version|release)[\s:=\"']*\d+(?:\.\d+)+)"
        rb"|(?<![\w.])(?!127\.0\.0\.1|0\.0\.0\.0)(?:" + _BYTE + rb"\.){3}" + _BYTE + rb"(?!\w|\.\d)"
        rb"|(?<![\w.-])(?:ip|host|client|dhcp|dyn|pool|vpn|wifi|wlan)-(?:" + _BYTE + rb"-){3}" + _BYTE + rb"(?![\w-])"
        rb"|(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])"
        # Without a figure it is a name in a program (Add::Face).
        rb"|(?<![\w:])(?=[a-f:]*\d)[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*(?![\w:])",
        re.IGNORECASE,
    ),
    "the name of a browser": re.compile(rb"Mozilla/\d|AppleWebKit/|Dalvik/|okhttp/|CFNetwork/"),
    "what was asked for": re.compile(rb'"(?:GET|HEAD|POST|PUT|OPTIONS|DELETE) /|request: "'),
    "when a phone asked or sent something": re.compile(rb"(?<!\w)/live/(?:say|poll|join|wall|stored)?(?![\w/.-])"),
    "a statement or a row of the database": re.compile(rb"STATEMENT: |DETAIL:  (?:Key|Failing row|Failed process)"),
}
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_TO_PLAIN: Final = bytes.maketrans(b"-_", b"+/")


def known() -> dict[str, re.Pattern[bytes]]:
    """What is secret in this installation now, kind by kind. In memory only."""
    rounds = list(Round.objects.all())
    tickets = [base64.urlsafe_b64encode(b"r" + round.public_id.encode())[:30] for round in rounds]
    written = [raw for round in rounds for piece in words.fragments(round) for raw in words.as_stored(piece)]
    found = {
        "a join code": [_code(round.join_code) for round in rounds],
        "a ticket": [re.escape(ticket) for ticket in tickets],
        "the link of a wall": [re.escape(round.wall_token.encode()) for round in rounds],
        "something that somebody wrote": [re.escape(raw) for raw in written if len(raw) >= SHORTEST],
    }
    return {kind: re.compile(b"|".join(patterns)) for kind, patterns in found.items() if patterns}


def _code(code: str) -> bytes:
    """A join code as it is kept, as it is shown, and as somebody may type it."""
    half = len(code) // 2
    shown = code[:half].encode() + rb"[-+_ ]?" + code[half:].encode()
    return rb"(?<![0-9A-Za-z])(?i:" + shown + rb")(?![0-9A-Za-z])"


def counted(file: IO[bytes], patterns: Patterns) -> Iterator[Counter[str]]:
    """How often each kind stands in a file, piece by piece: one that cannot be read to its end has told so much."""
    tail = b""
    while chunk := file.read(CHUNK):
        seen = tail + chunk
        yield _most(seen, patterns) - _most(tail, patterns)
        tail = seen[-OVERLAP:]


def _most(seen: bytes, patterns: Patterns) -> Counter[str]:
    """Of each kind, how often it stands here in that disguise in which it stands most often."""
    most = _times(seen, patterns)
    secret = {kind: pattern for kind, pattern in patterns.items() if kind not in SHAPES}
    if b"%" in seen or b"+" in seen:
        most |= _times(unquote_to_bytes(seen.replace(b"+", b" ")), patterns)
    # Of shapes there are some in any bytes.
    return most | _times(_out_of_base64(seen), secret)


def _times(seen: bytes, patterns: Patterns) -> Counter[str]:
    return Counter(
        {
            kind: sum(match.lastgroup != "harmless" for match in pattern.finditer(seen))
            for kind, pattern in patterns.items()
        }
    )


def _out_of_base64(seen: bytes) -> bytes:
    """What every run of its letters says, begun at each of the four places at which a text may have begun."""
    runs = (match[0].translate(_TO_PLAIN) for match in _BASE64.finditer(seen))
    pieces = (run[start:] for run in runs for start in range(4))
    return b"\n".join(a2b_base64(piece[: len(piece) // 4 * 4]) for piece in pieces)
