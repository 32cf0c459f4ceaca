"""From texts to vectors whose dot product says how alike two texts are."""

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from facilitation.clustering.words import STOP_WORDS, words

Vectors = NDArray[np.float64]


class Embedder(Protocol):
    """Anything that turns texts into vectors on this machine."""

    def embed(self, texts: Sequence[str], /) -> Vectors:
        """Return one row per text, of length one, or all zeros where a text says nothing.

        Shape (len(texts), d) for some d >= 1; no value is NaN or infinite. Must not fail
        on any text, and must give the same rows for the same list.
        """


class LexicalEmbedder:
    """TF-IDF over words and over letter sequences, reduced by truncated SVD (LSA).

    Needs no model: it knows only the texts it is given, so it groups by shared wording.
    """

    def __init__(self, *, dimensions: int = 20, buckets: int = 4096) -> None:
        """`dimensions`: most columns returned; `buckets`: hashed columns per kind of feature."""
        self._dimensions = dimensions
        self._buckets = buckets

    def embed(self, texts: Sequence[str], /) -> Vectors:
        """See `Embedder.embed`."""
        if not texts:
            return np.zeros((0, 1))
        keys = [[word.key for word in words(text)] for text in texts]
        whole = self._tf_idf([_content(row) for row in keys])
        parts = self._tf_idf([_letter_sequences(row) for row in keys])
        return _reduce(np.hstack([whole, parts]), self._dimensions)

    def _tf_idf(self, rows: Iterable[Counter[str]]) -> Vectors:
        """Return hashed TF-IDF rows of length one: sublinear counts, smoothed idf."""
        counted = list(rows)
        matrix = np.zeros((len(counted), self._buckets))
        # Hashing by crc32 and not by hash(), which differs from one process to the next.
        column = {term: zlib.crc32(term.encode("utf-8", "replace")) % self._buckets for row in counted for term in row}
        seen = Counter(term for row in counted for term in row)
        for line, row in enumerate(counted):
            for term, count in row.items():
                idf = math.log((1 + len(counted)) / (1 + seen[term])) + 1
                matrix[line, column[term]] += (1 + math.log(count)) * idf
        return unit(matrix)


def unit(matrix: Vectors) -> Vectors:
    """Return `matrix` with every row of length one; rows of nothing stay zeros."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    rows: Vectors = np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > _NOTHING)
    return rows


_NOTHING: Final = 1e-9


def _content(keys: list[str]) -> Counter[str]:
    # A text of nothing but small words ("so did I") still has to be told from silence.
    return Counter([key for key in keys if key not in STOP_WORDS] or keys)


def _letter_sequences(keys: list[str]) -> Counter[str]:
    """Count sequences of 3 to 5 letters inside words, their edges marked."""
    counts: Counter[str] = Counter()
    for key, times in _content(keys).items():
        edged = f"<{key}>"
        for size in (3, 4, 5):
            for start in range(max(1, len(edged) - size + 1)):
                counts[edged[start : start + size]] += times
    return counts


def _reduce(matrix: Vectors, dimensions: int) -> Vectors:
    """Return the rows in their first principal directions (truncated SVD), of length one."""
    # By the matrix of dot products: texts are far fewer than columns.
    strengths, directions = np.linalg.eigh(matrix @ matrix.T)
    keep = np.flatnonzero(strengths > _NOTHING)[::-1][:dimensions]
    if keep.size == 0:
        return np.zeros((len(matrix), 1))
    return unit(directions[:, keep] * np.sqrt(strengths[keep]))
