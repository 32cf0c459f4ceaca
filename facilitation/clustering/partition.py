"""From how likely each two rows belong together to the partition expected to be most right.

The yardstick is the posterior expected adjusted Rand index (Fritsch and Ickstadt 2009,
"Improved criteria for clustering based on the posterior similarity matrix"): how well a
partition would agree with the truth, as far as the chances tell. It weighs the number of
groups and their sizes in one figure, so nothing else has to choose between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating[Any]]
Labels = NDArray[np.intp]
Barred = NDArray[np.bool_]

_SWEEPS: Final = 6
# Cuts of the tree that are worth climbing from: the best is nearly always among the first few.
_CLIMBED: Final = 4
_NEVER: Final = np.float32(-np.inf)


@dataclass(frozen=True, slots=True)
class Chances:
    """What is known of some units, each of one row or of several that stay together.

    `pairs[i, j]`: the expected number of pairs of rows, one of each unit, that belong
    together; `sizes`: rows per unit; `barred`: units that never share a group;
    `held`: units of several rows, which are never loose. The diagonal of `pairs` holds the
    certain pairs within each unit, each counted both ways like all others.
    """

    pairs: Matrix
    sizes: Matrix
    barred: Barred
    held: Barred


def best(chances: Chances, *, most: int, smallest: float, loose_below: float) -> Labels:
    """Return a label per unit for at most `most` groups, those below `smallest` rows dissolved.

    More than `most` only where barred units force it. A unit of a dissolved group whose
    chance with every other is below `loose_below` gets -1, unless it is held.
    """
    if len(chances.sizes) == 0:
        return np.zeros(0, dtype=np.intp)
    finest, *coarser = _cuts(_merges(chances), len(chances.sizes), most)
    cuts = sorted([finest, *coarser], key=lambda labels: -_worth(chances, labels, finest))
    climbed = [_climb(chances, dissolve(chances, labels, smallest)) for labels in cuts[:_CLIMBED]]
    found, _ = max(climbed, key=lambda one: round(one[1], 6))
    return dissolve(chances, found, smallest, loose_below)


def _worth(chances: Chances, labels: Labels, finest: Labels) -> float:
    """Return the agreement of `labels`, each group of which is made of groups of `finest`."""
    member = np.eye(int(finest.max()) + 1, dtype=np.float32)[finest]
    unions = np.zeros(member.shape[1], dtype=np.intp)
    unions[finest] = labels
    within = Chances(member.T @ chances.pairs @ member, chances.sizes @ member, chances.barred, chances.held)
    return agreement(within, unions)


def agreement(chances: Chances, labels: Labels) -> float:
    """Return the expected adjusted Rand index of `labels`."""
    member = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
    return _Sums(chances, member, chances.pairs @ member).agreement


class _Sums:
    """Numbers of pairs, as expected, for groups that units are `member` of; `to_groups`: `pairs` times `member`."""

    def __init__(self, chances: Chances, member: Matrix, to_groups: Matrix) -> None:
        rows, in_group = float(chances.sizes.sum()), chances.sizes @ member
        found, self.expected = float((to_groups * member).sum()) / 2, float(to_groups.sum()) / 2
        self.proposed = float((in_group * (in_group - 1)).sum()) / 2
        self.by_chance = self.expected / max(rows * (rows - 1) / 2, 1.0)
        self.right = found - self.proposed * self.by_chance
        self.room = (self.proposed + self.expected) / 2 - self.proposed * self.by_chance

    @property
    def agreement(self) -> float:
        return self.right / self.room if self.room > 1e-6 else 0.0

    @property
    def price(self) -> float:
        """The derivative of the agreement: what a pair put together must be worth to pay for itself."""
        return self.by_chance + self.right / max(self.room, 1e-6) * (0.5 - self.by_chance)


def _merges(chances: Chances) -> list[tuple[float, int, int]]:
    """Return the merges of average linkage, likeliest first, by the nearest-neighbour chain."""
    sizes = chances.sizes.copy()
    mean = chances.pairs / np.outer(sizes, sizes)
    mean[chances.barred] = _NEVER
    np.fill_diagonal(mean, _NEVER)
    live = np.ones(len(sizes), dtype=bool)
    merges, chain = [], list[int]()
    while live.any():
        if not chain:
            chain.append(int(live.argmax()))
        top = chain[-1]
        nearest = int(mean[top].argmax())
        if mean[top, nearest] == _NEVER:  # it may join nobody who is left
            live[top] = False
            chain.pop()
        elif len(chain) > 1 and mean[top, nearest] <= mean[top, chain[-2]]:
            chain.pop()
            kept, gone = sorted((top, chain.pop()))
            merges.append((float(mean[kept, gone]), kept, gone))
            _merge(mean, sizes, kept, gone)
            live[gone] = False
        else:
            chain.append(nearest)
    return sorted(merges, key=lambda merge: -merge[0])


def _merge(mean: Matrix, sizes: Matrix, kept: int, gone: int) -> None:
    """Join two groups in place: the mean chance of the union with every other, by size."""
    union = sizes[kept] + sizes[gone]
    joined = mean[kept] * (sizes[kept] / union) + mean[gone] * (sizes[gone] / union)
    joined[kept] = _NEVER
    mean[kept] = mean[:, kept] = joined
    mean[gone] = mean[:, gone] = _NEVER
    sizes[kept] = union


def _cuts(merges: list[tuple[float, int, int]], count: int, most: int) -> Iterator[Labels]:
    """Yield the labels at each number of groups up to `most`, at least those after the last merge."""
    parent = np.arange(count)
    for done, (_, kept, gone) in enumerate(merges, start=1):
        parent[parent == parent[gone]] = parent[kept]
        if count - done <= most or done == len(merges):
            yield np.unique(parent, return_inverse=True)[1].astype(np.intp)
    if not merges:
        yield parent.astype(np.intp)


def _climb(chances: Chances, labels: Labels) -> tuple[Labels, float]:
    """Return `labels` with each unit moved to where the agreement gains most, for a few sweeps, and the agreement."""
    best_yet, best_at = labels, -np.inf
    for _ in range(_SWEEPS):
        member = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
        to_groups = chances.pairs @ member
        sums = _Sums(chances, member, to_groups)
        if sums.agreement <= best_at + 1e-6:
            break
        best_yet, best_at = labels, sums.agreement
        labels = _moved(chances, labels, to_groups, member, np.float32(sums.price))
    return best_yet, best_at


def _moved(chances: Chances, labels: Labels, to_groups: Matrix, member: Matrix, price: np.float32) -> Labels:
    own = member * chances.sizes[:, None]
    gain = to_groups - np.diag(chances.pairs)[:, None] * member
    gain -= price * chances.sizes[:, None] * (own.sum(axis=0) - own)
    target: Labels = gain.argmax(axis=1)
    bound = np.flatnonzero(chances.barred.any(axis=1))
    target[bound] = labels[bound]
    # Units that must stay apart from others move one by one, so that no two of them can
    # step into the same group in the same sweep.
    for unit in bound:
        free = gain[unit].copy()
        free[target[chances.barred[unit]]] = _NEVER
        target[unit] = int(free.argmax()) if np.isfinite(free).any() else labels[unit]
    if any((target[chances.barred[unit]] == target[unit]).any() for unit in bound):
        return labels
    return np.unique(target, return_inverse=True)[1].astype(np.intp)


def dissolve(chances: Chances, labels: Labels, smallest: float, loose_below: float = 0) -> Labels:
    """Return `labels` without groups of fewer than `smallest` rows, their units each where they fit best.

    The smallest goes first. A unit that fits no other with a chance of `loose_below`, or
    may not join it, gets -1; one that is held stays where it is.
    """
    labels, kept = labels.copy(), set[int]()
    while True:
        placed = labels >= 0
        sizes = np.bincount(labels[placed], weights=chances.sizes[placed])
        small = [label for label in np.flatnonzero((sizes > 0) & (sizes < smallest)) if label not in kept]
        if not small or np.count_nonzero(sizes) < 2:
            break
        label = min(small, key=lambda one: (sizes[one], one))
        for unit in np.flatnonzero(labels == label):
            fit = _fit(chances, labels, int(unit), len(sizes))
            if fit.max() >= loose_below:
                labels[unit] = fit.argmax()
            elif not chances.held[unit]:
                labels[unit] = -1
        kept.add(int(label))
    labels[labels >= 0] = np.unique(labels[labels >= 0], return_inverse=True)[1]
    return labels


def _fit(chances: Chances, labels: Labels, unit: int, count: int) -> Matrix:
    """Return the mean chance of `unit` with each of `count` groups; minus infinity for its own and those barred."""
    placed = labels >= 0
    sums = np.bincount(labels[placed], weights=chances.pairs[unit][placed], minlength=count)
    rows = np.bincount(labels[placed], weights=chances.sizes[placed], minlength=count) * chances.sizes[unit]
    fit = np.divide(sums, rows, out=np.full(count, -np.inf), where=rows > 0)
    fit[labels[chances.barred[unit] & placed]] = -np.inf
    fit[labels[unit]] = -np.inf
    return np.asarray(fit, dtype=np.float32)
