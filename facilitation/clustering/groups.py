"""From evidence to groups, the number of groups not given. Nothing here is random."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from facilitation.clustering.evidence import Evidence
from facilitation.clustering.partition import Barred, Chances, Labels, Matrix, best

MOST_GROUPS: Final = 14
SMALLEST_GROUP: Final = 3

# A group of a smaller share of all sentences is dissolved: a facilitator has an hour.
_SMALLEST_SHARE: Final = 0.04
# Members that belong to the rest of their group with a smaller chance are left loose.
_LOOSE_BELOW: Final = 0.12
# Pairs that belong together more often than not are one group; no index can say so.
_ALL_ALIKE: Final = 0.5
# Beyond this many, groups are found among so many, evenly drawn, and the rest joins them.
_AT_ONCE: Final = 1500
_AT_A_TIME: Final = 512
_OF_A_UNIT: Final = 30


def group(
    evidence: Evidence, *, together: Iterable[Sequence[int]] = (), apart: Iterable[tuple[int, int]] = ()
) -> list[list[int]]:
    """Return groups of row numbers, largest first; rows in none of them are loose.

    `evidence` learns from what is together. `together`: rows that must share a group (sets
    that overlap are one set; one of two rows or more is never left loose). `apart`: pairs
    that must not. Where the two contradict each other, together wins.
    """
    count = len(evidence.says_something)
    unit_of = units(count, together)
    several = np.flatnonzero(np.bincount(unit_of) > 1)
    evidence.learn([np.flatnonzero(unit_of == unit).tolist() for unit in several])
    pinned = np.bincount(unit_of)[unit_of] > 1 if count else np.zeros(0, dtype=bool)
    pairs = [(int(unit_of[one]), int(unit_of[other])) for one, other in apart if unit_of[one] != unit_of[other]]
    held = pinned | np.isin(unit_of, [unit for pair in pairs for unit in pair])
    placeable = np.flatnonzero(evidence.says_something | pinned)
    drawn = _drawn(placeable, held, unit_of)
    found = _labels(evidence, drawn, unit_of, pairs)
    labels = np.array([found.get(int(unit), -1) for unit in unit_of], dtype=np.intp)
    _join(evidence, labels, np.setdiff1d(placeable, drawn))
    return _as_lists(_loosen(evidence, labels, free=~pinned))


def units(count: int, together: Iterable[Sequence[int]]) -> Labels:
    """Return for each of `count` rows the number of its unit: rows that must stay together share one."""
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
    return np.unique([root(row) for row in range(count)], return_inverse=True)[1].astype(np.intp)


def _drawn(placeable: Labels, held: Barred, unit_of: Labels) -> Labels:
    """Return the rows to look for groups among: all, or an even draw with some of each held unit."""
    if len(placeable) <= _AT_ONCE:
        return placeable
    even = placeable[np.linspace(0, len(placeable) - 1, _AT_ONCE).astype(np.intp)]
    of_held = [np.flatnonzero(unit_of == unit)[:_OF_A_UNIT] for unit in np.unique(unit_of[held])]
    free = even[~held[even]]
    return np.unique(np.concatenate([free, *of_held]))


def _labels(evidence: Evidence, drawn: Labels, unit_of: Labels, pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return the label of each unit that has a row in `drawn`."""
    if len(drawn) == 0:
        return {}
    present, place = np.unique(unit_of[drawn], return_inverse=True)
    at = {int(unit): number for number, unit in enumerate(present)}
    barred = np.zeros((len(present), len(present)), dtype=bool)
    for one, other in pairs:
        if one in at and other in at:
            barred[at[one], at[other]] = barred[at[other], at[one]] = True
    chances = evidence.chances(drawn, drawn)
    np.fill_diagonal(chances, 0)
    if not barred.any() and len(drawn) > 1 and chances.sum() > _ALL_ALIKE * len(drawn) * (len(drawn) - 1):
        return dict.fromkeys(at, 0)
    weights = evidence.weights[drawn]
    sizes = np.bincount(place, weights=weights).astype(np.float32)
    expected = _between(chances, weights, place, len(present))
    np.fill_diagonal(expected, sizes * (sizes - 1))  # within a unit all is certain
    smallest = max(SMALLEST_GROUP, _SMALLEST_SHARE * len(drawn))
    held = np.bincount(place) > 1
    labels = best(Chances(expected, sizes, barred, held), most=MOST_GROUPS, smallest=smallest, loose_below=_LOOSE_BELOW)
    return dict(zip(at, labels.tolist(), strict=True))


def _between(chances: Matrix, weights: Matrix, place: Labels, count: int) -> Matrix:
    """Return the sum of the weighted chances between units."""
    weighed: Matrix = chances * weights[:, None] * weights[None, :]
    if count == len(place):  # no unit has two rows
        return weighed
    member = np.eye(count, dtype=np.float32)[place]
    return member.T @ weighed @ member


def _join(evidence: Evidence, labels: Labels, rest: Labels) -> None:
    """Give each of `rest` the label of the group it most likely belongs to (changes `labels`)."""
    grouped = np.flatnonzero(labels >= 0)
    if len(grouped) == 0 or len(rest) == 0:
        return
    known = grouped[np.linspace(0, len(grouped) - 1, min(len(grouped), _AT_ONCE)).astype(np.intp)]
    for start in range(0, len(rest), _AT_A_TIME):
        rows = rest[start : start + _AT_A_TIME]
        labels[rows] = _to_groups(evidence, rows, known, labels[known]).argmax(axis=1)


def _to_groups(evidence: Evidence, rows: Labels, known: Labels, labels: Labels) -> Matrix:
    """Return the mean chance that each of `rows` belongs to the members of each group among `known`."""
    member = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
    fit: Matrix = evidence.chances(rows, known) @ member / np.maximum(member.sum(axis=0), 1)
    return fit


def _loosen(evidence: Evidence, labels: Labels, free: Barred) -> Labels:
    """Return `labels` with -1 for what fits its group badly and for groups too small to propose."""
    labels = labels.copy()
    for label in np.unique(labels[labels >= 0]):
        rows = np.flatnonzero(labels == label)
        with_rest = _with_the_rest(evidence, rows)
        labels[rows[free[rows] & (with_rest < _LOOSE_BELOW)]] = -1
        rows = np.flatnonzero(labels == label)
        if len(rows) < SMALLEST_GROUP:
            labels[rows[free[rows]]] = -1
    return labels


def _with_the_rest(evidence: Evidence, rows: Labels) -> Matrix:
    """Return the mean chance of each of `rows` with the others."""
    some = rows[np.linspace(0, len(rows) - 1, min(len(rows), _AT_A_TIME)).astype(np.intp)]
    chances = evidence.chances(rows, some)
    itself = rows[:, None] == some[None, :]
    chances[itself] = 0
    mean: Matrix = chances.sum(axis=1) / np.maximum(len(some) - itself.sum(axis=1), 1)
    return mean


def _as_lists(labels: Labels) -> list[list[int]]:
    lists = [np.flatnonzero(labels == label).tolist() for label in np.unique(labels[labels >= 0])]
    return sorted(lists, key=lambda rows: (-len(rows), rows))
