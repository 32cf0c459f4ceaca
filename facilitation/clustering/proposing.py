"""The way from sentences to a proposal."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from facilitation.clustering import groups, labels, sorting
from facilitation.clustering.embed import Embedder, best_here
from facilitation.clustering.evidence import Evidence
from facilitation.clustering.proposal import NO_PINS, TOO_FEW, Group, Pins, Proposal, Sentence, SortedPairs
from facilitation.clustering.sorting import PairEvidence
from facilitation.clustering.words import has_words, words

_CENTRAL: Final = 3


def propose(
    sentences: Sequence[Sentence],
    *,
    pinned: Pins = NO_PINS,
    sorted_pairs: SortedPairs | None = None,
    quotable: Callable[[str], bool] | None = None,
    embedder: Embedder | None = None,
) -> Proposal:
    """See `facilitation.clustering.propose`."""
    # In an order of their own: no proposal may depend on the order of arrival.
    ordered = sorted({one.id: one for one in reversed(sentences)}.values(), key=lambda one: (one.text, one.id))
    ids = [one.id for one in ordered]
    if sum(has_words(one.text) for one in ordered) < TOO_FEW:
        return Proposal((), tuple(sorted(ids)), too_few=True)
    evidence = Evidence(ordered, (embedder or best_here()).embed([one.text for one in ordered]))
    together, apart = _rows(pinned, ids)
    alike = groups.group(evidence, together=together, apart=apart)
    if sorted_pairs is not None and sorted_pairs.pairs:
        alike = _as_sorted(alike, ids, evidence, sorted_pairs, pinned)
    found = [_most_central_first(rows, evidence) for rows in alike]
    names = labels.titles([[ordered[row].text for row in rows] for rows in found], quotable=quotable)
    made = tuple(_group([ordered[row] for row in rows], own) for rows, own in zip(found, names, strict=True))
    placed = {one for group in made for one in group.ids}
    return Proposal(made, tuple(sorted(set(ids) - placed)))


def _as_sorted(
    alike: Sequence[Sequence[int]], ids: Sequence[str], evidence: Evidence, sorted_pairs: SortedPairs, pinned: Pins
) -> list[list[int]]:
    """Return the groups by text and by what people sorted together; a sentence alone is loose."""
    row = {one: place for place, one in enumerate(ids)}
    start = [[ids[place] for place in rows] for rows in alike]
    likeness = evidence.chances(slice(None), slice(None)).astype(np.float64)
    counts = PairEvidence(sorted_pairs.pairs)
    joined = sorting.groups_of(ids, counts, start=start, likeness=likeness, pinned=pinned)
    return [[row[one] for one in group] for group in joined if len(group) > 1]


def _group(members: list[Sentence], titles: tuple[str, ...]) -> Group:
    # Words said twice speak once: three copies of one sentence would tell a facilitator less.
    central: dict[str, str] = {}
    for one in members:
        said = " ".join(word.key for word in words(one.text))
        if said:
            central.setdefault(said, one.id)
        if len(central) == _CENTRAL:
            break
    return Group(tuple(one.id for one in members), titles, tuple(central.values()))


def _rows(pinned: Pins, ids: Sequence[str]) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Return the pins with row numbers for ids."""
    row = {one: place for place, one in enumerate(ids)}
    together = [sorted(row[one] for one in members if one in row) for members in pinned.together]
    apart = [(row[one], row[other]) for one, other in pinned.apart if one in row and other in row]
    return [rows for rows in together if rows], apart


def _most_central_first(rows: Sequence[int], evidence: Evidence) -> list[int]:
    # Rounded, so that equals stay in the order of their text and not of the last bit.
    nearness = dict(zip(rows, np.round(evidence.middle(rows), 5).tolist(), strict=True))
    return sorted(rows, key=lambda row: (-nearness[row], row))
