"""How right a grouping is. Labels are whole numbers; below nought is loose, and loose counts as a group of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Score:
    ari: float
    ami: float
    v: float
    b3: float
    k_error: float
    k_over: float
    loose: float
    ms: float

    @staticmethod
    def mean(scores: Sequence[Score]) -> Score:
        return Score(*(float(np.mean([getattr(one, each.name) for one in scores])) for each in fields(Score)))


def score(truth: Sequence[str], found: Labels, ms: float) -> Score:
    true = np.unique(truth, return_inverse=True)[1]
    groups = len(np.unique(found[found >= 0]))
    alone = found.copy()
    alone[found < 0] = found.max(initial=-1) + 1 + np.arange((found < 0).sum())
    ami, v = _by_information(true, alone)
    over = groups - len(set(true.tolist()))
    return Score(ari(true, alone), ami, v, b_cubed(true, alone), abs(over), over, float((found < 0).mean()), ms)


def _table(true: Labels, found: Labels) -> NDArray[np.float64]:
    one, other = (np.unique(labels, return_inverse=True)[1] for labels in (true, found))
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), 1)
    return table


def ari(true: Labels, found: Labels) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985)."""
    table = _table(true, found)
    together, of_true, of_found, pairs = (
        float((counts * (counts - 1) / 2).sum())
        for counts in (table, table.sum(1), table.sum(0), np.array([table.sum()]))
    )
    by_chance, most = of_true * of_found / pairs, (of_true + of_found) / 2
    return (together - by_chance) / (most - by_chance) if most != by_chance else 1.0


def b_cubed(true: Labels, found: Labels) -> float:
    """B-cubed F1 (Bagga and Baldwin 1998)."""
    table = _table(true, found)
    precision = (table**2 / table.sum(0, keepdims=True)).sum() / table.sum()
    recall = (table**2 / table.sum(1, keepdims=True)).sum() / table.sum()
    return float(2 * precision * recall / (precision + recall))


def _by_information(true: Labels, found: Labels) -> tuple[float, float]:
    from sklearn.metrics import adjusted_mutual_info_score, v_measure_score

    return float(adjusted_mutual_info_score(true, found)), float(v_measure_score(true, found))
