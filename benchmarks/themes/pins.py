"""What a hand's work is worth: some sentences are put into their true themes, and the others are judged."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from benchmarks.themes.measures import ari
from benchmarks.themes.vectors import Judged
from facilitation.clustering import groups
from facilitation.clustering.evidence import Evidence
from facilitation.clustering.proposal import Sentence

SHARES = (0.05, 0.1, 0.2)


def measure(
    sets: Sequence[Judged], samples: int, sizes: Sequence[int] = (60, 150)
) -> dict[str, dict[float, tuple[float, float]]]:
    """Return for each set and share the adjusted Rand index of the others: without the pins, and with them."""
    found: dict[str, dict[float, tuple[float, float]]] = {}
    for of in sets:
        for share in SHARES:
            pairs = [_one(of, of.session(size, seed), share, seed) for size in sizes for seed in range(samples)]
            without, with_pins = np.mean(pairs, axis=0)
            found.setdefault(of.name, {})[share] = (float(without), float(with_pins))
    return found


def _one(of: Judged, rows: list[int], share: float, seed: int) -> tuple[float, float]:
    truth = np.array([of.of.labels[row] for row in rows])
    pinned = random.Random(seed).sample(range(len(rows)), round(share * len(rows)))
    themes = [[place for place in pinned if truth[place] == label] for label in sorted(set(truth[pinned]))]
    firsts = [theme[0] for theme in themes]
    apart = [(one, other) for place, one in enumerate(firsts) for other in firsts[place + 1 :]]
    evidence = Evidence([Sentence(f"{row:05}", of.of.texts[row]) for row in rows], of.standard[rows])
    free = np.setdiff1d(np.arange(len(rows)), pinned)
    without = _labels(groups.group(evidence), len(rows))
    with_pins = _labels(groups.group(evidence, together=themes, apart=apart), len(rows))
    return ari(truth[free], without[free]), ari(truth[free], with_pins[free])


def _labels(lists: Sequence[Sequence[int]], count: int) -> np.ndarray:
    """Return a number per row; whoever is loose is alone."""
    labels = np.arange(count) + len(lists)
    for label, rows in enumerate(lists):
        labels[list(rows)] = label
    return labels
