"""What waits for a person in a programme, so that their first page can say so. Other apps know what; see `counted`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from rounds.models import Programme

Count = Callable[[Programme, Collection[str]], int]
_counts: Final[dict[str, Count]] = {}


def counted(what: str, count: Count) -> None:
    """Count `what` from now on: how many of a programme wait for somebody with these roles."""
    _counts[what] = count


def number(what: str, programme: Programme, roles: Collection[str]) -> int:
    """How many wait; none where nobody counts them."""
    return _counts[what](programme, roles) if what in _counts else 0
