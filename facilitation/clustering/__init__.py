"""Groups of sentences that may belong together, proposed and never decided.

`propose` looks for groups among all sentences; `place` says where new ones would go among
the groups there are; `settle` groups anew and lets nearly everything stand. What they
return is shown to a facilitator, who takes, changes or leaves it; the round works without.

Pure: imports nothing of Django. Deterministic: the same sentences and pins give the same
proposal, in whatever order they come and on every run. Nothing leaves the process.
Nothing heavy is imported before the first call: a server that nobody asks for groups
never loads numpy or a model.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from facilitation.clustering.proposal import (
    NO_PINS,
    TOO_FEW,
    Group,
    Pins,
    Proposal,
    Sentence,
    SortedPairs,
)

if TYPE_CHECKING:
    from facilitation.clustering.embed import Embedder

__all__ = [
    "NO_PINS",
    "TOO_FEW",
    "Group",
    "Pins",
    "Proposal",
    "Sentence",
    "SortedPairs",
    "forget",
    "place",
    "propose",
    "settle",
]


def propose(
    sentences: Sequence[Sentence],
    *,
    pinned: Pins = NO_PINS,
    sorted: SortedPairs | None = None,  # noqa: A002 - what people sorted, in the field's word
    quotable: Callable[[str], bool] | None = None,
    embedder: Embedder | None = None,
) -> Proposal:
    """Return groups of `sentences` that may belong together. Never fails on what people wrote.

    A sentence without words (empty, or pictures only) is left loose unless it is pinned.
    When an id comes twice, the first one counts. `sorted`: what people sorted together, if
    they did. `quotable`: whether a phrase may be a title (one with a name in it may not).
    `embedder`: this machine's best when not given.

    Takes from milliseconds to seconds (a text not met before costs about 5 ms of one
    core, and the first call loads the model): never call it inside a transaction or on
    the event loop.
    """
    from facilitation.clustering import proposing

    return proposing.propose(sentences, pinned=pinned, sorted_pairs=sorted, quotable=quotable, embedder=embedder)


def place(
    new: Sequence[Sentence], groups: Mapping[str, Sequence[Sentence]], *, embedder: Embedder | None = None
) -> Mapping[str, str | None]:
    """Return for the id of each of `new` the key of the group it clearly belongs to, or None.

    `groups`: what stands now, by any key; nothing in it moves, so that nothing jumps on a
    screen. A sentence about as like to two groups, or like to none, gets None. Costs as
    `propose`, for texts not met before.
    """
    from facilitation.clustering import placing

    return placing.place(new, groups, embedder=embedder)


def settle(
    sentences: Sequence[Sentence],
    before: Mapping[str, str],
    *,
    pinned: Pins = NO_PINS,
    sorted: SortedPairs | None = None,  # noqa: A002
    embedder: Embedder | None = None,
) -> Mapping[str, str | None]:
    """Return a group's key for the id of each sentence, or None: grouped anew, and yet nearly as `before`.

    `before`: the key of the group each id is in now. Keys live on in the group that holds
    most of theirs; a new group gets a key of its own. Of what was placed at most 2 % moves
    at one time, where it belongs more clearly; only what is pinned always goes where the
    pins say. Costs as `propose`.
    """
    from facilitation.clustering import settling

    return settling.settle(sentences, before, pinned=pinned, sorted_pairs=sorted, embedder=embedder)


def forget() -> None:
    """Drop the vectors this process remembers, where it ever made any: they go when the words go."""
    loaded = sys.modules.get("facilitation.clustering.embed")
    if loaded is not None:
        loaded.best_here.cache_clear()
