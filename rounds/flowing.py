"""Flowing: what is gathered is shown while people still write, in batches, with a pause between two of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from rounds import gathering
from rounds.models import Round

PAUSE_SECONDS: Final = 4  # so that no batch can be told from one person's typing
LONGEST_PAUSE: Final = 60  # seconds; what is older is forgotten
_last: dict[tuple[int, str], float] = {}  # round and basket to when; only a pause, so it may be lost


def is_resting(*, round: Round, basket: str, seconds: float = PAUSE_SECONDS) -> bool:
    """Whether the basket's last batch was shown too short a while ago for another, `seconds` at most LONGEST_PAUSE."""
    return time.monotonic() - _last.get((round.pk, basket), float("-inf")) < seconds


def due(*, round: Round, baskets: Sequence[str]) -> list[str]:
    """The baskets with enough people for a batch, none while the first one rests.

    Sure only with the round locked; without, it tells cheaply whether a lock is worth its while.
    """
    if is_resting(round=round, basket=baskets[0]):
        return []
    people = gathering.people_in(round=round, baskets=baskets)
    return [basket for basket in baskets if people[basket] >= round.flowing_batch]


def rest(*, round: Round, basket: str) -> None:
    """A batch is being shown: the next one waits."""
    now = time.monotonic()
    for key in [key for key, when in _last.items() if now - when > LONGEST_PAUSE]:
        del _last[key]
    _last[round.pk, basket] = now
