"""Sorting together: what a room does with a few sentences at a time, and what may be read from it.

Somebody is shown a hand of a few sentences and says which belong together. Of that only
counts of pairs are kept (`PairEvidence`); from the counts, alone or beside a first
grouping by text, come groups (`groups_of`) and the hands that would teach most
(`hands`). Group concept mapping made small (Trochim 1989).

Pure and light: numpy is imported by the first call. Deterministic, whatever the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from facilitation.clustering.proposal import NO_PINS, Pins

if TYPE_CHECKING:
    from facilitation.clustering.embed import Vectors

Pair = tuple[str, str]
HAND: Final = 5  # sentences shown at a time: what a small phone holds, and a person keeps in mind
ENOUGH: Final = HAND - 1  # judged pairs of a sentence, on average: every sentence in a hand or so
FEWEST: Final = 8  # sentences below which there is nothing to sort that one does not see at once


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer: the sentences somebody was shown, and those of them that belong together, or none."""

    shown: tuple[str, ...]
    together: frozenset[str]


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """How often each pair of ids was put together, and how often it was judged at all.

    `pairs`: (smaller id, larger id) to (together, seen), 0 <= together <= seen. Who, when,
    and which pairs came from one hand is not in it.
    """

    pairs: Mapping[Pair, tuple[int, int]] = field(default_factory=dict)

    def plus(self, judgements: Iterable[Judgement]) -> PairEvidence:
        """Return the counts with these answers added.

        Somebody who put some together has judged those against one another and against
        each of the rest, but not the rest among themselves; "none of these" judges all.
        """
        together: Counter[Pair] = Counter({pair: count[0] for pair, count in self.pairs.items()})
        seen: Counter[Pair] = Counter({pair: count[1] for pair, count in self.pairs.items()})
        for judged in judgements:
            for pair in _pairs_of(judged.shown):
                ticked = len(judged.together.intersection(pair))
                if ticked or not judged.together:
                    seen[pair] += 1
                    together[pair] += ticked == 2
        return PairEvidence({pair: (together[pair], seen[pair]) for pair in sorted(seen)})

    def renamed(self, new_ids: Mapping[str, str]) -> PairEvidence:
        """Return the same counts under new ids; pairs with an id that has none are dropped."""
        kept = [(pair, count) for pair, count in self.pairs.items() if pair[0] in new_ids and pair[1] in new_ids]
        renamed = {_pair(new_ids[a], new_ids[b]): count for (a, b), count in kept}
        return PairEvidence({pair: renamed[pair] for pair in sorted(renamed)})

    def looks(self) -> Counter[str]:
        """Return for each id in how many judged pairs it was."""
        found: Counter[str] = Counter()
        for pair, (_, seen) in self.pairs.items():
            for one in pair:
                found[one] += seen
        return found


NOTHING_SORTED: Final = PairEvidence()


def hands(
    ids: Collection[str],
    evidence: PairEvidence = NOTHING_SORTED,
    *,
    how_many: int = 12,
    size: int = HAND,
    seed: int = 0,
    start: Iterable[Collection[str]] = (),
) -> list[tuple[str, ...]]:
    """Return the hands of sentences that would teach most about what is still unclear.

    Each begins with one of the sentences that were looked at least, so that every one is
    seen, and goes on with those of which it is least clear whether they belong to it. `start`: groups
    somebody, or the machine, already thinks of. `seed`: another one, other hands.
    Nothing at all for fewer than `size` sentences.
    """
    if len(set(ids)) < size:
        return []
    from facilitation.clustering import sorted_hands

    return sorted_hands.hands(sorted(set(ids)), evidence, how_many=how_many, size=size, seed=seed, start=start)


def groups_of(
    ids: Collection[str],
    evidence: PairEvidence,
    *,
    start: Sequence[Collection[str]] = (),
    likeness: Vectors | None = None,
    pinned: Pins = NO_PINS,
) -> list[list[str]]:
    """Return groups by what people sorted, beside a first grouping by text; each id is in exactly one.

    Largest first; a group of one is loose. The number of groups is not given.
    `start`: the groups by text, as far as there are any; `likeness`: the cosine of each two ids, in
    the order of `ids`. How much the text is worth beside the sorting is learnt from the sorting.
    When nobody sorted, and while so few have that it could only bend what the text says, `start` comes back as
    it is. The pins are kept as `Pins` says.
    """
    known = set(ids)
    judged = sum(seen for pair, (_, seen) in evidence.pairs.items() if known.issuperset(pair))
    if not judged or (start and 2 * judged < ENOUGH * len(known)):
        placed = {one for group in start for one in group}
        return [*(sorted(group) for group in start), *([one] for one in sorted(known - placed))]
    from facilitation.clustering import sorted_groups

    return sorted_groups.groups_of(list(ids), evidence, start=start, likeness=likeness, pinned=pinned)


def _pairs_of(shown: Iterable[str]) -> list[Pair]:
    ordered = sorted(set(shown))
    return [(one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :]]


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)
