"""The light embedder: what each piece of a word means, in a table of our own; the mean of a text's pieces.

Distilled from MiniLM and taught by the same comments (`weights/README.md`). Needs numpy
only; used alone where ONNX Runtime is absent, and beside MiniLM where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from facilitation.clustering import wordpiece
from facilitation.clustering.embed import Vectors, unit

TABLE: Final = Path(__file__).parent / "weights" / "light.npz"


class Light:
    """See `Embedder`. Loads its table on first use: a tenth of a second, 6 MB."""

    def embed(self, texts: Sequence[str], /) -> Vectors:
        """See `Embedder.embed`."""
        pieces, scales = _table()
        rows = np.zeros((len(texts), pieces.shape[1]), dtype=np.float32)
        for row, text in enumerate(texts):
            if wordpiece.can_read(text):
                read = wordpiece.pieces(text)
                rows[row] = scales[read] @ pieces[read]
        return unit(rows)


@cache
def _table() -> tuple[Vectors, Vectors]:
    """Return the numbers of each piece (whole numbers, a row per piece) and the scale of each row."""
    with np.load(TABLE) as stored:
        return stored["pieces"], stored["scales"].astype(np.float32)
