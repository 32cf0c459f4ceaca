"""Where a new sentence would go among the groups that stand."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from facilitation.clustering.embed import Embedder, LexicalEmbedder, unit
from facilitation.clustering.proposal import Sentence
from facilitation.clustering.words import words

# Cosine to the middle of a group below which a sentence is none of its own, and by how
# much the nearest group must be nearer than the next: a doubtful sentence stays loose
# rather than moving later.
_LIKE: Final = 0.3
_CLEARLY: Final = 0.05


def place(
    new: Sequence[Sentence], groups: Mapping[str, Sequence[Sentence]], *, embedder: Embedder | None = None
) -> Mapping[str, str | None]:
    """See `facilitation.clustering.place`."""
    nowhere: dict[str, str | None] = {one.id: None for one in new}
    standing = {key: [one for one in members if words(one.text)] for key, members in groups.items()}
    keys = sorted(key for key, members in standing.items() if members)
    asked = [one for one in new if words(one.text)]
    if not keys or not asked:
        return nowhere
    texts = [one.text for one in asked] + [one.text for key in keys for one in standing[key]]
    vectors = (embedder or LexicalEmbedder()).embed(texts)
    ends = np.cumsum([len(asked)] + [len(standing[key]) for key in keys])
    middles = unit(np.array([vectors[a:b].sum(axis=0) for a, b in itertools.pairwise(ends)]))
    likeness = vectors[: len(asked)] @ middles.T
    for one, row in zip(asked, likeness, strict=True):
        ranked = np.sort(row)[::-1]
        if ranked[0] >= _LIKE and (len(keys) == 1 or ranked[0] - ranked[1] >= _CLEARLY):
            nowhere[one.id] = keys[int(row.argmax())]
    return nowhere
