"""How well a signal tells who wrote what: Kendall's τ, attribution by matching, neighbours; each with its chance.

τ-a (ties count as neither): Kendall (1938); variance without any relation 2(2n+5) / 9n(n−1). Rounds and questions
are pooled, each weighted by the inverse of its variance. Chance is what shuffled signals reach, measured likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.linkage.acts import Act
from tests.linkage.signals import Values

Numbers = NDArray[np.float64]
SHUFFLES = 200
TAU, ABOVE_CHANCE = 0.05, 0.03  # the limits; wider where so few rows cannot be measured so finely
SURE = 5  # standard errors: of some hundred signals in every run none should be red by chance
SURE_OF_HITS = 7  # where hits are counted, of few rows one or two, chance goes further than a bell curve does


@dataclass(frozen=True)
class Stratum:
    """Acts that may be compared with one another: times, authors, and one signal's values (ranks)."""

    times: Numbers
    authors: NDArray[np.int64]
    ranks: Numbers


@dataclass(frozen=True)
class Measured:
    """tau with its standard error; attribution (share of rows given to their true author) and closeness (0: chance,
    1: neighbours in time are neighbours there) with what chance reaches and how much that varies."""

    rows: int
    tau: float
    tau_error: float
    attribution: float
    chance: float
    chance_error: float
    closeness: float
    closeness_error: float

    @property
    def tau_limit(self) -> float:
        return max(TAU, SURE * self.tau_error)

    @property
    def attribution_limit(self) -> float:
        return self.chance + max(ABOVE_CHANCE, SURE_OF_HITS * self.chance_error)

    @property
    def closeness_limit(self) -> float:
        return max(2 * TAU, SURE * self.closeness_error)

    @property
    def is_silent(self) -> bool:
        """Whether nothing above chance can be seen."""
        return (
            abs(self.tau) <= self.tau_limit
            and self.attribution <= self.attribution_limit
            and self.closeness <= self.closeness_limit
        )


def strata(acts: Sequence[Act], values: Values, *, last: bool = False) -> list[Stratum]:
    """One stratum per question of a round. Of several acts with one target the first counts (or the last)."""
    groups: dict[str, dict[str, Act]] = {}
    for act in acts:
        if act.what in values:
            known = groups.setdefault(act.question, {})
            if last or act.what not in known:
                known[act.what] = act
    return [_stratum(list(known.values()), values) for known in groups.values() if len(known) >= 3]


def _stratum(acts: Sequence[Act], values: Values) -> Stratum:
    order = {value: rank for rank, value in enumerate(sorted({values[act.what] for act in acts}, key=_key))}
    return Stratum(
        np.array([act.at for act in acts]),
        np.array([act.who for act in acts]),
        np.array([float(order[values[act.what]]) for act in acts]),
    )


def _key(value: Any) -> tuple[str, Any]:
    return type(value).__name__, value


def varies(parts: Iterable[Stratum]) -> bool:
    """Whether the signal says anything at all: one value for everybody says nothing."""
    return any(len(set(part.ranks.tolist())) > 1 for part in parts)


def measure(parts: Sequence[Stratum], seed: int = 7) -> Measured:
    """Pool the strata of one signal."""
    chance = np.random.default_rng(seed)
    tau, error = pooled_tau(parts)
    by_chance = _by_chance(tuple((part.times.tobytes(), part.authors.tobytes()) for part in parts))
    return Measured(
        rows=sum(len(part.times) for part in parts),
        tau=tau,
        tau_error=error,
        attribution=_attribution(parts, chance),
        chance=by_chance[0],
        chance_error=by_chance[1],
        closeness=_closeness(parts, chance) - by_chance[2],
        closeness_error=by_chance[3],
    )


@lru_cache(maxsize=64)  # many signals are of the same acts
def _by_chance(acts: tuple[tuple[bytes, bytes], ...]) -> tuple[float, float, float, float]:
    """What shuffled signals reach: mean and deviation of the attribution, then of the closeness."""
    chance = np.random.default_rng(11)
    parts = [(np.frombuffer(times), np.frombuffer(authors, dtype=np.int64)) for times, authors in acts]
    reached = []
    for _ in range(SHUFFLES):
        mixed = [Stratum(times, authors, chance.random(len(times))) for times, authors in parts]
        reached.append((_attribution(mixed, chance), _closeness(mixed, chance)))
    attribution, closeness = np.array(reached).T
    return float(attribution.mean()), float(attribution.std()), float(closeness.mean()), float(closeness.std())


def pooled_tau(parts: Sequence[Stratum]) -> tuple[float, float]:
    """τ over the strata, and its standard error where nothing is related."""
    weights = np.array([1 / _variance(len(part.times)) for part in parts])
    taus = np.array([kendall(part.times, part.ranks) for part in parts])
    return float((weights * taus).sum() / weights.sum()), float(weights.sum() ** -0.5)


def kendall(times: Numbers, ranks: Numbers) -> float:
    upper = np.triu_indices(len(times), 1)
    signs = np.sign(times[:, None] - times[None, :]) * np.sign(ranks[:, None] - ranks[None, :])
    return float(signs[upper].mean())


def _variance(n: int) -> float:
    return 2 * (2 * n + 5) / (9 * n * (n - 1))


def _attribution(parts: Sequence[Stratum], chance: np.random.Generator) -> float:
    """Sends and rows, each in order, laid side by side: the best matching for a signal that follows time, or runs
    against it. Rows that the signal cannot tell apart are laid as they fall."""
    hits = np.zeros(2)
    for part in parts:
        sent = part.authors[np.argsort(part.times)]
        rows = part.authors[np.lexsort((chance.random(len(part.ranks)), part.ranks))]
        hits += [(sent == rows).sum(), (sent == rows[::-1]).sum()]
    return float(hits.max() / sum(len(part.times) for part in parts))


def _closeness(parts: Sequence[Stratum], chance: np.random.Generator) -> float:
    apart = expected = 0.0
    for part in parts:
        number = len(part.times)
        when = np.argsort(np.argsort(part.times))[np.lexsort((chance.random(number), part.ranks))]
        apart += float(np.abs(np.diff(when)).mean()) * number
        expected += (number + 1) / 3 * number
    return 1 - apart / expected


def within_batches(batches: Iterable[Sequence[int]]) -> tuple[float, float]:
    """(matched, named): what knowing each batch and its authors allows, of a live dump the best.

    matched: each row laid to a send of its batch, as chance has it. named: each row given to its batch's busiest
    author.
    """
    counts = [(np.unique(authors, return_counts=True)[1], len(authors)) for authors in batches]
    total = sum(number for _, number in counts)
    matched = sum(float((count**2).sum()) / number for count, number in counts)
    return matched / total, sum(float(count.max()) for count, _ in counts) / total
