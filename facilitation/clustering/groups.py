"""From vectors to groups, the number of groups not given.

Ward's merging gives a start for each number of groups, a few rounds of k-means mend it,
and the silhouette (Rousseeuw 1987) says which number fits best. What fits nowhere is
left loose. Nothing here is random.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facilitation.clustering.embed import Vectors, unit

MOST_GROUPS: Final = 12
SMALLEST_GROUP: Final = 3

# Members below this likeness (cosine) to the middle of their group are left loose.
_LOOSE_BELOW: Final = 0.25
# Texts that are all this much alike on average are one group; a silhouette cannot say so.
_ALL_ALIKE: Final = 0.97
_REFINEMENTS: Final = 5
# How far below the best a silhouette may be, as a share of it, and still count as good.
_AS_GOOD_WITHIN: Final = 0.25

Labels = NDArray[np.intp]
Forbidden = NDArray[np.bool_]


def group(
    vectors: Vectors, *, together: Iterable[Sequence[int]] = (), apart: Iterable[tuple[int, int]] = ()
) -> list[list[int]]:
    """Return groups of row numbers, largest first; rows in none of them are loose.

    `vectors`: rows of length one or all zeros. `together`: rows that must share a group
    (sets that overlap are one set; one of two rows or more is never left loose). `apart`: pairs that must
    not. Where the two contradict each other, together wins.
    """
    unit_of = _units(len(vectors), together)
    count = int(unit_of.max(initial=-1)) + 1
    sums = np.zeros((count, vectors.shape[1]))
    np.add.at(sums, unit_of, vectors)
    sizes = np.bincount(unit_of, minlength=count)
    placeable = np.flatnonzero((np.linalg.norm(sums, axis=1) > 0) | (sizes > 1))
    forbidden = _forbidden(unit_of, apart, count)[np.ix_(placeable, placeable)]
    labels = np.full(count, -1, dtype=np.intp)
    labels[placeable] = _best_labels(sums[placeable], sizes[placeable], forbidden)
    return _as_lists(labels[unit_of])


def _units(count: int, together: Iterable[Sequence[int]]) -> Labels:
    """Return for each row the number of its unit: rows that must stay together share one."""
    parent = list(range(count))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for rows in together:
        for row in rows[1:]:
            first, second = sorted((root(rows[0]), root(row)))
            parent[second] = first
    roots = [root(row) for row in range(count)]
    number = {first: place for place, first in enumerate(sorted(set(roots)))}
    return np.array([number[first] for first in roots], dtype=np.intp)


def _forbidden(unit_of: Labels, apart: Iterable[tuple[int, int]], count: int) -> Forbidden:
    """Return which pairs of units must not share a group; a unit is never apart from itself."""
    forbidden = np.zeros((count, count), dtype=bool)
    for first, second in apart:
        one, other = unit_of[first], unit_of[second]
        forbidden[one, other] = forbidden[other, one] = one != other
    return forbidden


def _best_labels(sums: Vectors, sizes: Labels, forbidden: Forbidden) -> Labels:
    """Return a label per unit, -1 for loose, at the number of groups that fits best."""
    if len(sums) == 0:
        return np.zeros(0, dtype=np.intp)
    middles = unit(sums)
    alike = middles @ middles.T
    if alike.mean() > _ALL_ALIKE and not forbidden.any():
        return np.zeros(len(sums), dtype=np.intp)
    proposed = [_refine(labels, sums, forbidden) for labels in _ward(sums, sizes, forbidden)]
    fits = [_silhouette(labels, alike, sizes) for labels in proposed]
    good_enough = max(fits) - abs(max(fits)) * _AS_GOOD_WITHIN
    # Fewest groups first: the silhouette of short texts creeps up with every further split.
    best = next(labels for labels, fit in zip(reversed(proposed), reversed(fits), strict=True) if fit >= good_enough)
    return _loosen(best, sums, sizes, forbidden)


def _ward(sums: Vectors, sizes: Labels, forbidden: Forbidden) -> list[Labels]:
    """Return the labels of Ward's merging at each number of groups that may be proposed.

    Fewest groups last. When `forbidden` stops the merging early, what it stopped at.
    """
    sums, weights, barred = sums.copy(), sizes.astype(float), forbidden.copy()
    labels = np.arange(len(sums))
    most = max(2, min(MOST_GROUPS, int(weights.sum()) // SMALLEST_GROUP))
    costs = np.vstack([_merge_costs(row, sums, weights, barred) for row in range(len(sums))])
    stages = [labels.copy()] if len(sums) <= most else []
    for left in range(len(sums) - 1, 1, -1):
        keep, gone = np.unravel_index(int(np.argmin(costs)), costs.shape)
        if not np.isfinite(costs[keep, gone]):
            return stages or [labels]
        sums[keep] += sums[gone]
        weights[keep] += weights[gone]
        weights[gone] = 0
        barred[keep] |= barred[gone]
        barred[:, keep] |= barred[:, gone]
        labels[labels == gone] = keep
        costs[gone] = costs[:, gone] = np.inf
        costs[keep] = costs[:, keep] = _merge_costs(int(keep), sums, weights, barred)
        if left <= most:
            stages.append(labels.copy())
    return stages


def _merge_costs(row: int, sums: Vectors, weights: Vectors, barred: Forbidden) -> Vectors:
    """Return what joining group `row` to each other would add to the spread; inf: it may not."""
    live = weights > 0
    middles = np.divide(sums, weights[:, None], out=np.zeros_like(sums), where=live[:, None])
    apart = ((middles - middles[row]) ** 2).sum(axis=1)
    costs: Vectors = weights * weights[row] / np.maximum(weights + weights[row], 1) * apart
    costs[~live | barred[row]] = np.inf
    costs[row] = np.inf
    return costs


def _refine(labels: Labels, sums: Vectors, forbidden: Forbidden) -> Labels:
    """Return `labels` after a few rounds of moving each unit to the group it is most like."""
    labels = np.unique(labels, return_inverse=True)[1].astype(np.intp)
    bound = np.flatnonzero(forbidden.any(axis=1))
    for _ in range(_REFINEMENTS):
        likeness = unit(sums) @ _middles(labels, sums).T
        moved = np.where(likeness.max(axis=1) > 0, likeness.argmax(axis=1), labels)
        # Units that must stay apart from others move one by one, so that no two of them
        # can step into the same group in the same round.
        moved[bound] = labels[bound]
        for row in bound:
            free = likeness[row].copy()
            free[moved[forbidden[row]]] = -np.inf
            moved[row] = int(free.argmax()) if np.isfinite(free).any() else labels[row]
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels


def _middles(labels: Labels, sums: Vectors) -> Vectors:
    middles = np.zeros((int(labels.max()) + 1, sums.shape[1]))
    placed = labels >= 0
    np.add.at(middles, labels[placed], sums[placed])
    return unit(middles)


def _silhouette(labels: Labels, alike: Vectors, sizes: Labels) -> float:
    """Return the mean silhouette of the units, weighted by size, on cosine distance."""
    present, labels = np.unique(labels, return_inverse=True)
    if len(present) < 2:
        return -1.0
    member = np.eye(len(present))[labels] * sizes[:, None]
    totals = (1 - alike) @ member
    in_group = member.sum(axis=0)
    rows = np.arange(len(labels))
    others = in_group[labels] - sizes
    own = np.divide(totals[rows, labels], others, out=np.zeros(len(labels)), where=others > 0)
    to_each = totals / in_group
    to_each[rows, labels] = np.inf
    nearest = to_each.min(axis=1)
    spread = np.maximum(own, nearest)
    scores = np.divide(nearest - own, spread, out=np.zeros(len(labels)), where=(spread > 0) & (others > 0))
    return float(np.average(scores, weights=sizes))


def _loosen(labels: Labels, sums: Vectors, sizes: Labels, forbidden: Forbidden) -> Labels:
    """Return `labels` with -1 for what fits its group badly and for groups too small to propose."""
    labels = labels.copy()
    free = sizes == 1
    for _ in range(2):  # letting go of a member can leave a group too small
        own = (unit(sums) * _middles(labels, sums)[labels]).sum(axis=1)
        labels[free & (own < _LOOSE_BELOW)] = -1
        placed = labels >= 0
        people = np.bincount(labels[placed], weights=sizes[placed], minlength=int(labels.max(initial=-1)) + 1)
        small = np.isin(labels, np.flatnonzero(people < SMALLEST_GROUP))
        labels[free & small] = -1
        if not (labels >= 0).any():
            break
    return labels


def _as_lists(labels: Labels) -> list[list[int]]:
    lists = [np.flatnonzero(labels == label).tolist() for label in np.unique(labels[labels >= 0])]
    return sorted(lists, key=lambda rows: (-len(rows), rows))
