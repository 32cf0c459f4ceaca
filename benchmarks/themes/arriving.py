"""Texts arrive ten at a time: how many of those already placed move, and what it costs in rightness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.themes.measures import ari
from benchmarks.themes.vectors import Judged
from facilitation.clustering import proposing
from facilitation.clustering.embed import Vectors
from facilitation.clustering.proposal import Sentence
from facilitation.clustering.settling import settle

FIRST, THEN = 30, 10


@dataclass(frozen=True, slots=True)
class Known:
    """An embedder of texts whose vectors are known; stands in for the model, so that only grouping is measured."""

    of: dict[str, Vectors]

    def embed(self, texts: Sequence[str], /) -> Vectors:
        return np.stack([self.of[text] for text in texts])


def measure(sets: Sequence[Judged], samples: int, size: int = 150) -> dict[str, float]:
    """Return mean shares moved per update (the mean and the worst), and the two adjusted Rand indices."""
    moved: list[float] = []
    warm, once = [], []
    for of in sets:
        for seed in range(samples):
            rows = of.session(size, seed)
            texts = of.of.texts
            known = Known({texts[row]: of.standard[row] for row in rows})
            sentences = [Sentence(f"{row:05}", texts[row]) for row in rows]
            truth = np.unique([of.of.labels[row] for row in rows], return_inverse=True)[1]
            standing: dict[str, str | None] = {}
            for end in [*range(FIRST, len(rows), THEN), len(rows)]:
                before = {one: key for one, key in standing.items() if key is not None}
                standing = settle(sentences[:end], before, embedder=known)
                if before:
                    moved.append(sum(standing[one] != key for one, key in before.items()) / len(before))
            warm.append(ari(truth, _labels([standing[one.id] for one in sentences])))
            fresh = proposing.propose(sentences, embedder=known)
            home = {one: f"{place}" for place, group in enumerate(fresh.groups) for one in group.ids}
            once.append(ari(truth, _labels([home.get(one.id) for one in sentences])))
    return {
        "moved": float(np.mean(moved)),
        "moved_most": float(np.max(moved)),
        "warm": float(np.mean(warm)),
        "once": float(np.mean(once)),
    }


def _labels(keys: Sequence[str | None]) -> np.ndarray:
    """Return a number per key; whoever has none is alone."""
    return np.unique([key or f"alone {place}" for place, key in enumerate(keys)], return_inverse=True)[1]
