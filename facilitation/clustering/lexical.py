"""Shared wording: for texts that the model cannot read, such as those in another script."""

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from facilitation.clustering.embed import Vectors, unit
from facilitation.clustering.words import STOP_WORDS, words

_BUCKETS: Final = 2048


def tf_idf(texts: Sequence[str]) -> Vectors:
    """Return rows of length one whose dot product says how much wording two texts share; zeros for none.

    TF-IDF over words and over letter sequences, half each: sublinear counts, smoothed
    idf, hashed. It knows only the texts it is given.
    """
    keys = [[word.key for word in words(text)] for text in texts]
    whole = _weighed([_content(row) for row in keys])
    parts = _weighed([_letter_sequences(row) for row in keys])
    return unit(np.hstack([whole, parts]))


def _weighed(rows: Iterable[Counter[str]]) -> Vectors:
    counted = list(rows)
    matrix = np.zeros((len(counted), _BUCKETS), dtype=np.float32)
    seen = Counter(term for row in counted for term in row)
    # Hashing by crc32 and not by hash(), which differs from one process to the next.
    column = {term: zlib.crc32(term.encode("utf-8", "replace")) % _BUCKETS for term in seen}
    for line, row in enumerate(counted):
        for term, count in row.items():
            idf = math.log((1 + len(counted)) / (1 + seen[term])) + 1
            matrix[line, column[term]] += (1 + math.log(count)) * idf
    return unit(matrix)


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
