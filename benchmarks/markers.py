"""What a post carries so that every screen's copy of it can be counted and timed: a number and when it was sent."""

from __future__ import annotations

import random
import re

FRAGMENT = 600  # bytes of what one post puts on a screen
_SAID = """
I sat with her and nobody came because we were two short again that night so the form had to wait while his mother
held my hand quietly asking what happens now when there is no time for anything but lists still it stays with me on
the bus home how small the room felt after they left us alone then someone made tea without being asked which is why
this ward can be kind even if we forget to say sorry or thank you before handover
"""
_WORDS = tuple(_SAID.split())
_MARKER = re.compile(rb"~(\d{8}):(\d{16})~")


def text(number: int, sent: float) -> str:
    """The marker of post `number`, sent at this time.monotonic()."""
    return f"~{number:08d}:{int(sent * 1e6):016d}~"


def sentence(number: int, sent: float) -> str:
    """The marker in words as somebody might say them: no two alike, so that packing them is not too easy."""
    draw = random.Random(number)
    return f"{text(number, sent)} {' '.join(draw.choices(_WORDS, k=20))}."


def fragment(number: int, sent: float) -> str:
    """A post as a fragment of a page, FRAGMENT bytes long."""
    head, tail = f'<li><p class="quote__words">{text(number, sent)} ', "</p></li>"
    filling = "a quiet word " * (FRAGMENT // 13 + 1)
    return head + filling[: FRAGMENT - len(head) - len(tail)] + tail


def found(payload: bytes) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The numbers of the posts in a frame, and when they were sent."""
    pairs = _MARKER.findall(payload)
    return tuple(int(number) for number, _ in pairs), tuple(int(sent) / 1e6 for _, sent in pairs)
