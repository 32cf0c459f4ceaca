"""Which sentences to show together next: those that teach most about what is still unclear."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from facilitation.clustering.sorted_groups import counted, shared, start_labels
from facilitation.clustering.sorting import PairEvidence

_QUICK: Final = 24  # sweeps: a rough picture of what is unclear is enough
_BY_CHANCE: Final = 0.13  # how often two sentences belong together before anything is known
_CERTAIN: Final = 0.02
_POOL: Final = 120  # sentences that hands are dealt from at a time: a larger picture would keep a busy server waiting


def hands(
    ids: Sequence[str],
    evidence: PairEvidence,
    *,
    how_many: int,
    size: int,
    seed: int,
    start: Iterable[Collection[str]],
) -> list[tuple[str, ...]]:
    """See `sorting.hands`. `ids`: sorted, at least `size` of them."""
    rng = np.random.default_rng([seed, len(ids)])
    looks = evidence.looks()
    ids = _pool(ids, looks, rng)
    first = start_labels(ids, list(start))
    share = np.full((len(ids), len(ids)), _BY_CHANCE)
    if evidence.pairs or first is not None:
        share = shared(counted(ids, evidence, start=first, likeness=None), start=first, sweeps=_QUICK)
    share = np.clip(share, _CERTAIN, 1 - _CERTAIN)
    unclear = -share * np.log(share) - (1 - share) * np.log(1 - share)
    looked = np.array([looks[one] for one in ids], dtype=float) / (size - 1)
    dealt = np.zeros_like(unclear)
    made = []
    for _ in range(how_many):
        dice = rng.random(len(ids))
        hand = [int((looked + dice).argmin())]
        while len(hand) < size:
            # The same doubt is not asked about in every hand, and of two equal ones the less seen comes first.
            worth = (unclear[hand] / np.sqrt(1 + dealt[hand])).sum(axis=0) - 0.01 * looked + 0.01 * dice
            worth[hand] = -np.inf
            hand.append(int(worth.argmax()))
        looked[hand] += 1
        dealt[np.ix_(hand, hand)] += 1
        made.append(tuple(ids[row] for row in rng.permutation(hand)))
    return made


def _pool(ids: Sequence[str], looks: Mapping[str, int], rng: np.random.Generator) -> list[str]:
    """The sentences to deal from, sorted: all, or of very many the least seen and as many by chance."""
    if len(ids) <= _POOL:
        return list(ids)
    dice = rng.random(len(ids))
    least = sorted(range(len(ids)), key=lambda row: (looks[ids[row]], dice[row]))
    chance = rng.permutation(least[_POOL // 2 :])[: _POOL // 2]
    return sorted(ids[row] for row in [*least[: _POOL // 2], *chance])
