"""Marks of what stands somewhere: a save from a page that shows something older is known by them, and refused."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from rounds.refusals import Changed

CHANGED: Final = (
    "A colleague changed this while you were writing. What you typed is still here; below is how it stands now."
)


def of(*values: object) -> str:
    """A short mark of these values (what JSON can hold), which another value would not have."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def check(*, seen: str, before: str, after: str) -> None:
    """Raise Changed where what stood `before` is not what was `seen`; what was saved already is saved once more."""
    if before not in (seen, after):
        raise Changed(CHANGED)
