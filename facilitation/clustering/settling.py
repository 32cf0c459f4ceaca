"""Re-grouping that lets what stands nearly stand: warm, with hysteresis and births."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from facilitation.clustering import proposing
from facilitation.clustering.embed import Embedder, best_here
from facilitation.clustering.evidence import Evidence
from facilitation.clustering.proposal import NO_PINS, Pins, Proposal, Sentence, SortedPairs

# At most this share of what was placed moves at one time: those that gain most by it.
MAY_MOVE: Final = 0.02
# How much likelier a sentence must belong where it would go than where it is.
_GAIN: Final = 0.02


def settle(
    sentences: Sequence[Sentence],
    before: Mapping[str, str],
    *,
    pinned: Pins = NO_PINS,
    sorted_pairs: SortedPairs | None = None,
    embedder: Embedder | None = None,
) -> dict[str, str | None]:
    """See `facilitation.clustering.settle`."""
    embedder = embedder or best_here()
    fresh = proposing.propose(sentences, pinned=pinned, sorted_pairs=sorted_pairs, embedder=embedder)
    present = {one.id: one for one in sentences}
    standing = {one: key for one, key in before.items() if one in present}
    home = _homes(fresh, standing)
    settled: dict[str, str | None] = {one: standing.get(one, home.get(one)) for one in present}
    decided = {one for members in pinned.together for one in members} | {one for pair in pinned.apart for one in pair}
    for one in decided & home.keys():  # what people decided is never held back
        settled[one] = home[one]
    wishes = [one for one in sorted(standing) if one in home and home[one] != settled[one]]
    most = int(MAY_MOVE * len(standing))
    if wishes and most:
        for one in _gaining_most(wishes, present, home, settled, embedder)[:most]:
            settled[one] = home[one]
    return settled


def _homes(fresh: Proposal, standing: Mapping[str, str]) -> dict[str, str]:
    """Return where the new proposal puts each sentence, its groups called as the standing ones they hold most of."""
    shared = sorted(
        (-sum(standing.get(one) == key for one in group.ids), key, place)
        for place, group in enumerate(fresh.groups)
        for key in {standing[one] for one in group.ids if one in standing}
    )
    named: dict[int, str] = {}
    for _, key, place in shared:
        if place not in named and key not in named.values():
            named[place] = key
    taken = set(standing.values())
    for place, group in enumerate(fresh.groups):
        if place not in named:
            name = min(group.ids)
            while name in taken:
                name += "+"
            named[place] = name
            taken.add(name)
    return {one: named[place] for place, group in enumerate(fresh.groups) for one in group.ids}


def _gaining_most(
    wishes: Sequence[str],
    present: Mapping[str, Sentence],
    home: Mapping[str, str],
    settled: Mapping[str, str | None],
    embedder: Embedder,
) -> list[str]:
    """Return those of `wishes` that clearly belong elsewhere, the clearest first."""
    ids = sorted(present)
    evidence = Evidence([present[one] for one in ids], embedder.embed([present[one].text for one in ids]))
    keys = sorted({key for key in [*settled.values(), *home.values()] if key is not None})
    rows = [ids.index(one) for one in wishes]
    chances = evidence.chances(rows, slice(None))
    chances[np.arange(len(rows)), rows] = 0
    by_key = {key: [place for place, one in enumerate(ids) if home.get(one) == key] for key in keys}
    now = {key: [place for place, one in enumerate(ids) if settled[one] == key] for key in keys}
    gains = []
    for row, one in enumerate(wishes):
        there, here = by_key[home[one]], now[settled[one] or ""]
        gain = chances[row, there].mean() - chances[row, here].sum() / max(1, len(here) - 1)
        gains.append((round(float(-gain), 6), one))
    return [one for gain, one in sorted(gains) if -gain > _GAIN]
