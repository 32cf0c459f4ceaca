"""Themes that come back: which themes of earlier rounds a theme is like, over the years of a programme.

Pure. A theme is known by its title alone: what people wrote is purged, and a vector of it would stay.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facilitation.clustering.embed import Vectors

# Cosine of two themes from which they are worth pointing at.
ALIKE: Final = 0.45

_FIRST_ROOM: Final = 256
_WHOLE: Final = 127.0


class Likeness(NamedTuple):
    """A theme that is like another: its key, and the cosine of the two."""

    key: str
    cosine: float


class Themes:
    """Themes of a programme, ready to be asked which of them are like another.

    Grows in place: adding one never rebuilds the rest. A byte per dimension.
    """

    def __init__(self, dimensions: int) -> None:
        """`dimensions`: of every vector that will come."""
        self._rows: NDArray[np.int8] = np.zeros((_FIRST_ROOM, dimensions), dtype=np.int8)
        self._keys: list[str] = []
        self._place: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, key: str, vector: Vectors) -> None:
        """Add a theme, or give one a new vector. `vector`: of length one or all zeros."""
        place = self._place.setdefault(key, len(self._keys))
        if place == len(self._keys):
            self._keys.append(key)
            if place == len(self._rows):
                self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[place] = np.round(vector * _WHOLE)

    def drop(self, key: str) -> None:
        """Forget a theme, if it is there. The last one takes its row."""
        place = self._place.pop(key, None)
        if place is None:
            return
        last = self._keys.pop()
        if last != key:
            self._keys[place], self._place[last] = last, place
            self._rows[place] = self._rows[len(self._keys)]
        self._rows[len(self._keys)] = 0

    def like(self, vector: Vectors, *, most: int = 5, alike: float = ALIKE) -> list[Likeness]:
        """Return the themes most like `vector`, likest first, none below `alike`; equals by key."""
        held = self._rows[: len(self._keys)]
        # Piece by piece: whole numbers have no fast product of their own, and a copy of all would be large.
        pieces = np.array_split(held, max(1, len(held) // 4096))
        cosines = np.concatenate([piece.astype(np.float32) @ vector.astype(np.float32) for piece in pieces]) / _WHOLE
        near = np.flatnonzero(cosines >= alike)
        found = [Likeness(self._keys[place], round(float(cosines[place]), 4)) for place in near]
        return sorted(found, key=lambda one: (-one.cosine, one.key))[:most]
