"""How long each fault lasts and how often it happens: briefly in CI, as long as it takes with `make soak`."""

from __future__ import annotations

import os
import statistics
from typing import Final

SOAK: Final = bool(os.environ.get("COMMON_THREAD_SOAK"))


def length(name: str, *, short: int, long: int) -> int:
    """`short` in CI, `long` in a soak, and whatever COMMON_THREAD_SOAK_<NAME> says in either."""
    said = os.environ.get(f"COMMON_THREAD_SOAK_{name.upper()}")
    if said:
        return int(said)
    return long if SOAK else short


# Seconds to wait for what must come: no promise about speed, and so long that only what never comes ends a run.
PATIENCE: Final = length("patience", short=60, long=600)


def median(seconds: list[float]) -> float:
    return round(statistics.median(seconds), 2)


def worst(seconds: list[float]) -> float:
    return round(max(seconds), 2)
