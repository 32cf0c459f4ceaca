"""An adversary who learns: all signals at once, trained on rounds whose authors are known, tried on the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.linkage.acts import Act
from tests.linkage.measures import SURE, Numbers, Stratum
from tests.linkage.signals import Values

RIDGE = 3.0
FOLDS = 5
TURNS = 60
TOLD_AT_MOST = 0.60


def _features(acts: Sequence[Act], signals: Sequence[Values]) -> Numbers:
    """One line per act: its rank by each signal (0 to 1, the middle where it has none), and how far from the middle."""
    lines = np.full((len(acts), len(signals)), 0.5)
    for column, values in enumerate(signals):
        there = [row for row, act in enumerate(acts) if act.what in values]
        if len(there) > 1:
            keys = [(type(values[acts[row].what]).__name__, values[acts[row].what]) for row in there]
            rank = {key: at for at, key in enumerate(sorted(set(keys)))}
            lines[there, column] = [rank[key] / max(1, len(rank) - 1) for key in keys]
    return np.hstack([lines - 0.5, np.abs(lines - 0.5) - 0.25])


def guessed(rounds: Mapping[int, Sequence[Act]], signals: Mapping[str, Mapping[int, Values]]) -> list[Stratum]:
    """Strata whose ranks are what a ridge regression on all signals takes for the time, each from the other rounds."""
    names = sorted(signals)
    groups: list[tuple[int, list[Act]]] = []
    for pk, acts in rounds.items():
        there: dict[str, dict[str, Act]] = {}
        for act in acts:
            if any(act.what in signals[name].get(pk, {}) for name in names):
                there.setdefault(act.question, {}).setdefault(act.what, act)
        groups += [(pk, list(known.values())) for known in there.values() if len(known) >= 3]
    lines = [_features(acts, [signals[name].get(pk, {}) for name in names]) for pk, acts in groups]
    times = [np.argsort(np.argsort([act.at for act in acts])) / (len(acts) - 1) - 0.5 for _, acts in groups]
    guesses: list[Stratum] = []
    for at, (pk, acts) in enumerate(groups):
        others = [other for other, (its_pk, _) in enumerate(groups) if its_pk % 2 != pk % 2]
        known = np.vstack([lines[other] for other in others])
        weights = _ridge(known, np.concatenate([times[other] for other in others]))
        who = np.array([act.who for act in acts])
        guesses.append(Stratum(np.array([act.at for act in acts]), who, lines[at] @ weights))
    return guesses


def _ridge(lines: Numbers, wanted: Numbers) -> Numbers:
    square = lines.T @ lines + RIDGE * np.eye(lines.shape[1])
    return np.asarray(np.linalg.solve(square, lines.T @ wanted))


@dataclass(frozen=True)
class Told:
    """How often a classifier told the twins apart, of how many tries.

    chance: what it reaches where each line is turned round at random; error: how much that varies, which is more
    than the tries alone would make it, because what is learnt from one part bears on the others.
    """

    accuracy: float
    tries: int
    chance: float
    error: float

    @property
    def limit(self) -> float:
        return max(TOLD_AT_MOST, self.chance + SURE * self.error)


def told_apart(lines: Numbers, is_second: Numbers, groups: Sequence[int], seed: int = 5) -> Told:
    """Logistic regression (Newton, ridge), cross-validated over groups, so that no round is learnt from itself."""
    chance = np.random.default_rng(seed)
    reached = _accuracy(lines, is_second, np.array(groups))
    turned = [
        _accuracy(lines * chance.choice([-1.0, 1.0], (len(lines), 1)), is_second, np.array(groups))
        for _ in range(TURNS)
    ]
    return Told(reached, len(is_second), float(np.mean(turned)), float(np.std(turned)))


def _accuracy(lines: Numbers, is_second: Numbers, groups: NDArray[np.int64]) -> float:
    right = 0
    for fold in np.array_split(np.unique(groups), FOLDS):
        tried = np.isin(groups, fold)
        spread = np.sqrt((lines[~tried] ** 2).mean(0)) + 1e-9  # lines say +1 or -1: nothing is taken off them
        weights = _logistic(lines[~tried] / spread, is_second[~tried])
        right += int(((lines[tried] / spread @ weights > 0) == (is_second[tried] > 0.5)).sum())
    return right / len(is_second)


def _logistic(lines: Numbers, wanted: Numbers) -> Numbers:
    weights = np.zeros(lines.shape[1])
    for _ in range(8):
        likely = 1 / (1 + np.exp(-np.clip(lines @ weights, -30, 30)))
        slope = lines.T @ (wanted - likely) - RIDGE * weights
        bend = (lines * (likely * (1 - likely))[:, None]).T @ lines + RIDGE * np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, slope)
    return weights
