"""What a post carries so that every screen's copy of it can be counted and timed: a number and when it was sent."""

from __future__ import annotations

import re

FRAGMENT = 600  # bytes of what one post puts on a screen
_MARKER = re.compile(rb"~(\d{8}):(\d{16})~")


def text(number: int, sent: float) -> str:
    """The marker of post `number`, sent at this time.monotonic()."""
    return f"~{number:08d}:{int(sent * 1e6):016d}~"


def fragment(number: int, sent: float) -> str:
    """A post as a fragment of a page, FRAGMENT bytes long."""
    head, tail = f'<li><p class="quote__words">{text(number, sent)} ', "</p></li>"
    filling = "a quiet word " * (FRAGMENT // 13 + 1)
    return head + filling[: FRAGMENT - len(head) - len(tail)] + tail


def found(payload: bytes) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The numbers of the posts in a frame, and when they were sent."""
    pairs = _MARKER.findall(payload)
    return tuple(int(number) for number, _ in pairs), tuple(int(sent) / 1e6 for _, sent in pairs)
