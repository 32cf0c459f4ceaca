"""Where a new sentence would go among the groups that stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from facilitation.clustering.embed import Embedder, best_here
from facilitation.clustering.evidence import Evidence
from facilitation.clustering.proposal import Sentence

# The mean chance of belonging to a group's members below which a sentence is none of it,
# and how many times likelier the nearest must be than the next: a doubtful sentence stays
# loose rather than moving later.
_LIKELY: Final = 0.3
_CLEARLY: Final = 1.25


def place(
    new: Sequence[Sentence], groups: Mapping[str, Sequence[Sentence]], *, embedder: Embedder | None = None
) -> Mapping[str, str | None]:
    """See `facilitation.clustering.place`."""
    placed: dict[str, str | None] = {one.id: None for one in new}
    keys = sorted(key for key, members in groups.items() if members)
    standing = [one for key in keys for one in groups[key]]
    if not standing or not new:
        return placed
    everyone = [*new, *standing]
    evidence = Evidence(everyone, (embedder or best_here()).embed([one.text for one in everyone]))
    member = np.repeat(np.eye(len(keys), dtype=np.float32), [len(groups[key]) for key in keys], axis=0)
    chances = evidence.chances(slice(0, len(new)), slice(len(new), None)) @ (member / member.sum(axis=0))
    for place, (one, row) in enumerate(zip(new, chances, strict=True)):
        *_, next_best, best = sorted([0.0, *row.tolist()])
        if evidence.says_something[place] and best >= max(_LIKELY, _CLEARLY * next_best):
            placed[one.id] = keys[int(row.argmax())]
    return placed
