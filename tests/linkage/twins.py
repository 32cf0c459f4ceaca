"""Twin runs: the same people at the same times with the same kind of sentences, but in each pair the other's one.

To a network log both runs are one. Where a classifier, given the whole dump, tells them apart better than a coin, the
dump says who wrote what.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tests.linkage import dumps
from tests.linkage.acts import Act, Size, script, sentence, swapped
from tests.linkage.hour import FLOWING, Hour, programme
from tests.linkage.learning import Told, told_apart
from tests.linkage.measures import Numbers
from tests.linkage.signals import Found, Signals

TWIN = Size(posts=60, taps=20, proposals=0, forms=6, rounds=5)


@dataclass
class Run:
    """One of two twins: the sentences of each pair (first one, second one of the first twin), and the sealed round."""

    pairs: list[tuple[str, str]]
    is_second: bool
    twin: int
    pk: int = 0


@dataclass
class Twins:
    size: Size = TWIN
    runs: list[Run] = field(default_factory=list)
    found: dict[int, Signals] = field(default_factory=dict)

    def run(self, seed: int) -> Twins:
        """Drive `size.rounds` twins through. Call with a store opened."""
        chance, home, acts = random.Random(seed), programme(), dict[int, list[Act]]()
        for twin in range(self.size.rounds):
            lines = script(chance, self.size, self.size.posts)
            for is_second in chance.sample([False, True], 2):
                # The same words twice in one database could not be told apart by the harness itself.
                own = [replace(line, words=sentence()) for line in lines]
                pairs = [(one.words, other.words) for one, other in zip(own[::2], own[1::2], strict=True)]
                run = Run(pairs, is_second, twin)
                hour = Hour(home, self.size, chance, (FLOWING,), lines=[swapped(own) if is_second else own])
                run.pk = hour.run().pk
                self.runs.append(run)
                acts[run.pk] = hour.acts
        there = Found(dumps.taken())
        self.found = {pk: there.signals(of_it, pk) for pk, of_it in acts.items()}
        return self

    def pairwise(self) -> Told:
        """Told apart by one pair of sentences: what each signal says of which came first."""
        lines = [self._of_pair(run, pair) for run in self.runs for pair in run.pairs]
        second = [float(run.is_second) for run in self.runs for _ in run.pairs]
        groups = [run.twin for run in self.runs for _ in run.pairs]
        return told_apart(np.array(lines), np.array(second), groups)

    def whole(self) -> Told:
        """Told apart by a whole round: all its pairs together."""
        lines = [np.mean([self._of_pair(run, pair) for pair in run.pairs], axis=0) for run in self.runs]
        second = [float(run.is_second) for run in self.runs]
        return told_apart(np.array(lines), np.array(second), [run.twin for run in self.runs])

    def _of_pair(self, run: Run, pair: tuple[str, str]) -> Numbers:
        values = [self.found[run.pk].get(key, {}) for key in self._keys()]
        return np.array([_which_first(known, *pair) for known in values])

    def _keys(self) -> Sequence[tuple[str, str]]:
        return sorted({key for found in self.found.values() for key in found if key[0] == "reaction"})


def _which_first(values: dict[str, Any], one: str, other: str) -> float:
    if one not in values or other not in values or values[one] == values[other]:
        return 0.0
    return 1.0 if values[one] < values[other] else -1.0
