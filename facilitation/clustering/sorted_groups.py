"""From counts of sorted pairs to groups, their number not given.

The model: two sentences that belong together are put together, when judged, with
probability a; two that do not, with probability b < a; groups come from a Chinese
restaurant process. a and b are learnt on the way. Partitions are drawn by Gibbs sampling
in several chains, and the one is returned that agrees best with how often each pair
shared a group in them (Binder's loss): the single likeliest partition follows the noise
where judgements are few.

What the text says enters as log odds per pair, by how often pairs of that likeness were put
together by people: where the text is at chance, it comes out at nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facilitation.clustering.embed import Vectors
from facilitation.clustering.proposal import Pins
from facilitation.clustering.sorting import PairEvidence

Matrix = NDArray[np.float64]
Labels = NDArray[np.intp]

_CHAINS: Final = 6
_SWEEPS: Final = 48  # the first half is thrown away
_STEPS: Final = 3000  # sentences times sweeps, about: what a tenth of a second holds
_MOST_GROUPS: Final = 24
_NEW_GROUP: Final = 3.0  # the restaurant's weight of a new table: about 7 groups of 40 sentences, 11 of 150
_NEVER: Final = -1e6
# What sorters do before anything is known of them, as counts (yes, no): 70 % of what belongs together is put
# together, and 15 % of what does not.
_PUT_TOGETHER: Final = (7.0, 3.0)
_PUT_WRONGLY: Final = (1.5, 8.5)
_LIKENESS_BINS: Final = 3
_TEXT_WEIGHT: Final = 4.0  # all that the text says of a sentence and a group counts as this many pairs


@dataclass(frozen=True, slots=True)
class Counts:
    """together[i, j] and apart[i, j]: how often people put two apart or together. prior: log odds from elsewhere."""

    together: Matrix
    apart: Matrix
    prior: Matrix

    def between(self, unit_of: Labels, barred: Sequence[tuple[int, int]]) -> Counts:
        """The counts between units (rows that stay together); `barred` units never share a group."""
        member = np.eye(int(unit_of.max()) + 1)[unit_of]
        together, apart, prior = (member.T @ each @ member for each in (self.together, self.apart, self.prior))
        for one, other in barred:
            if unit_of[one] != unit_of[other]:
                prior[unit_of[one], unit_of[other]] = prior[unit_of[other], unit_of[one]] = _NEVER
        for each in (together, apart, prior):
            np.fill_diagonal(each, 0)
        return Counts(together, apart, prior)


def groups_of(
    ids: Sequence[str],
    evidence: PairEvidence,
    *,
    start: Sequence[Collection[str]],
    likeness: Vectors | None,
    pinned: Pins,
) -> list[list[str]]:
    """See `sorting.groups_of`."""
    order = sorted(range(len(ids)), key=lambda place: ids[place])
    ordered = [ids[place] for place in order]
    alike = None if likeness is None else likeness[np.ix_(order, order)].astype(float)
    row = {one: place for place, one in enumerate(ordered)}
    together = [sorted(row[one] for one in members if one in row) for members in pinned.together]
    apart = [(row[one], row[other]) for one, other in pinned.apart if one in row and other in row]
    unit_of = _units(len(ordered), together)
    first = start_labels(ordered, start)
    counts = counted(ordered, evidence, start=first, likeness=alike).between(unit_of, apart)
    beginning = None if first is None else first[np.unique(unit_of, return_index=True)[1]]
    found = nearest_partition(shared(counts, start=beginning), counts.prior <= _NEVER / 2)[unit_of]
    groups = [[ordered[place] for place in np.flatnonzero(found == label)] for label in np.unique(found)]
    return sorted(groups, key=lambda group: (-len(group), group))


def _units(count: int, together: Sequence[Sequence[int]]) -> Labels:
    """The number of each row's unit: rows that must stay together share one."""
    unit_of = np.arange(count)
    for rows in together:
        joined = np.isin(unit_of, unit_of[list(rows)])
        unit_of[joined] = unit_of[joined].min(initial=count)
    return np.unique(unit_of, return_inverse=True)[1].astype(np.intp)


def start_labels(ids: Sequence[str], start: Sequence[Collection[str]]) -> Labels | None:
    """A label per id from groups that are there already, whoever is in none alone; None without any."""
    group_of = {one: number for number, group in enumerate(start) for one in group}
    if not group_of:
        return None
    alone = len(start)
    return np.array([group_of.get(one, alone + place) for place, one in enumerate(ids)], dtype=np.intp)


def counted(ids: Sequence[str], evidence: PairEvidence, *, start: Labels | None, likeness: Matrix | None) -> Counts:
    """The counts as matrices in the order of `ids`, and what the text adds to them."""
    row = {one: place for place, one in enumerate(ids)}
    together, apart = np.zeros((len(ids), len(ids))), np.zeros((len(ids), len(ids)))
    for (one, other), (yes, seen) in evidence.pairs.items():
        if one in row and other in row:
            a, b = row[one], row[other]
            together[a, b] = together[b, a] = yes
            apart[a, b] = apart[b, a] = seen - yes
    prior = np.zeros_like(together) if start is None else _text_says(together, apart, start, likeness)
    return Counts(together, apart, prior)


def _text_says(together: Matrix, apart: Matrix, start: Labels, likeness: Matrix | None) -> Matrix:
    """Log odds per pair by what text makes of it, learnt from how often people put such pairs together.

    Before anybody has sorted, a pair inside a text group belongs together in six of ten cases, another in
    one of twenty; that counts like 40 judged pairs of each kind.
    """
    same = start[:, None] == start[None, :]
    kind = same.astype(np.intp) * _LIKENESS_BINS
    upper = np.triu_indices(len(start), 1)
    if likeness is not None:
        edges = np.quantile(likeness[upper], np.linspace(0, 1, _LIKENESS_BINS + 1)[1:-1])
        kind = kind + np.searchsorted(edges, likeness)
    a, b = 0.65, 0.12
    odds = np.zeros(2 * _LIKENESS_BINS)
    for number in range(len(odds)):
        mask = kind[upper] == number
        yes, no = together[upper][mask].sum(), apart[upper][mask].sum()
        expected = 0.6 if number >= _LIKENESS_BINS else 0.05
        rate = (yes + 40 * (expected * a + (1 - expected) * b)) / (yes + no + 40)
        share = np.clip((rate - b) / (a - b), 0.02, 0.95)
        odds[number] = np.log(share / (1 - share))
    usual = np.average(odds[kind[upper]])
    typical_size = max(2.0, len(start) / len(np.unique(start)))
    prior: Matrix = (odds[kind] - usual) * min(1.0, _TEXT_WEIGHT / typical_size)
    return prior


def shared(counts: Counts, *, start: Labels | None = None, sweeps: int = _SWEEPS) -> Matrix:
    """How often each two rows share a group, as a share of the partitions drawn."""
    n = len(counts.together)
    rng = np.random.default_rng(n)
    sweeps = max(12, min(sweeps, _STEPS // max(1, n)))
    most = min(n, _MOST_GROUPS)
    labels = rng.integers(0, min(most, max(2, n // 5)), (_CHAINS, n))
    if start is not None:
        labels[::2] = np.unique(start, return_inverse=True)[1] % most
    found = np.zeros((n, n))
    for sweep in range(sweeps):
        heat = max(1.0, 3.0 - 6.0 * sweep / sweeps)
        dice = rng.gumbel(size=(n, _CHAINS, most)) * heat
        _sweep(labels, _pull(counts, labels), dice, rng.permutation(n), by_size=start is None)
        if sweep >= sweeps // 2:
            found += (labels[:, :, None] == labels[:, None, :]).sum(axis=0)
    share: Matrix = found / found[0, 0]
    return share


def _pull(counts: Counts, labels: Labels) -> Matrix:
    """The log odds of each pair for sharing a group, with the sorters' errors as the chains see them now."""
    upper = np.triu_indices(len(counts.together), 1)
    same = (labels[:, upper[0]] == labels[:, upper[1]]).mean(axis=0)
    yes, no = counts.together[upper], counts.apart[upper]
    a = (same @ yes + _PUT_TOGETHER[0]) / (same @ (yes + no) + sum(_PUT_TOGETHER))
    b = ((1 - same) @ yes + _PUT_WRONGLY[0]) / ((1 - same) @ (yes + no) + sum(_PUT_WRONGLY))
    a = min(max(a, 0.2), 0.98)
    b = min(max(b, 0.01), a - 0.1)
    pull: Matrix = counts.together * np.log(a / b) + counts.apart * np.log((1 - a) / (1 - b)) + counts.prior
    return pull


def _sweep(labels: Labels, pull: Matrix, dice: Matrix, order: Labels, *, by_size: bool) -> None:
    """Draw every row's group anew, in all chains at once, given everybody else's (changes `labels`).

    by_size: a group draws by its size, as in the restaurant. Beside groups by text it must not: what is small
    there would be swallowed at the first doubtful answer.
    """
    chains = np.arange(len(labels))
    member = np.eye(dice.shape[2])[labels]
    to_group = pull @ member
    size = member.sum(axis=1)
    for row in order:
        old = labels[:, row]
        size[chains, old] -= 1
        there = np.where(size < 1, -np.inf, np.log(np.maximum(size, 1)) if by_size else 0)
        score = to_group[:, row, :] + there
        empty = size.argmin(axis=1)
        score[chains, empty] = np.where(size[chains, empty] < 1, np.log(_NEW_GROUP), score[chains, empty])
        new = (score + dice[row]).argmax(axis=1)
        moved = np.flatnonzero(new != old)
        if len(moved):
            to_group[moved, :, old[moved]] -= pull[row]
            to_group[moved, :, new[moved]] += pull[row]
            labels[moved, row] = new[moved]
        size[chains, new] += 1


def nearest_partition(share: Matrix, barred: NDArray[np.bool_]) -> Labels:
    """The partition that agrees best with `share`: each pair together that shares a group more often than not.

    Climbs from the connected pairs, row by row and group by group, until nothing agrees better.
    """
    gain = share - 0.5
    gain[barred] = _NEVER
    np.fill_diagonal(gain, 0)
    labels = np.arange(len(share))
    for _ in range(30):
        before = labels.copy()
        _climb(labels, gain)
        _merge(labels, gain)
        if np.array_equal(before, labels):
            break
    return labels


def _climb(labels: Labels, gain: Matrix) -> None:
    to_group = gain @ np.eye(len(labels))[labels]
    for row in range(len(labels)):
        old, score = labels[row], to_group[row].copy()
        new = int(score.argmax())
        if score[new] > max(score[old], 0) + 1e-9:
            labels[row] = new
            to_group[:, old] -= gain[row]
            to_group[:, new] += gain[row]


def _merge(labels: Labels, gain: Matrix) -> None:
    while True:
        present, place = np.unique(labels, return_inverse=True)
        member = np.eye(len(present))[place]
        between = member.T @ gain @ member
        np.fill_diagonal(between, -np.inf)
        one, other = np.unravel_index(int(between.argmax()), between.shape)
        if between[one, other] <= 1e-9:
            return
        labels[labels == present[other]] = present[one]
