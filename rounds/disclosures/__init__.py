"""Possible disclosures: words that may mean that somebody is at risk, has been harmed, or saw somebody harmed. Pure.

Recall comes first: whatever fires is held and read by a person, and a false alarm costs a minute. It misses some, and
nothing anywhere promises that it does not. What happened to a patient in the story is not meant: most phrases want the
writer in them, or what goes on still. kinds.txt is the table. Only the server asks; phones know nothing of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from rounds.disclosures.plain import plain
from rounds.disclosures.table import Phrase, kinds, phrase, section

LONGEST: Final = 16  # letters before a star
_COMMON: Final = frozenset(" ".join(section("common words")).split())


class _Table:
    """Phrases by the rarest of the words each needs, so that a text is asked only about those that it may hold."""

    def __init__(self, headings: Iterable[str]) -> None:
        self._all = [(kind, phrase(line)) for kind in headings for line in section(kind)]
        self._by_start: defaultdict[str, list[int]] = defaultdict(list)
        for place, (_, one) in enumerate(self._all):
            for start in min(one.needs, key=lambda need: (len(need & _COMMON), len(need))):
                self._by_start[start].append(place)

    def worth_a_look(self, words: str) -> Iterator[tuple[str, Phrase]]:
        """(kind, phrase) of those whose words are all there, in the order of the table."""
        starts = _starts(words)
        places = {place for start in starts if start in self._by_start for place in self._by_start[start]}
        for place in sorted(places):
            if not any(need.isdisjoint(starts) for need in self._all[place][1].needs):
                yield self._all[place]


def _starts(words: str) -> set[str]:
    """Every way in which a line could ask for one of the words: itself, or its beginning and a star."""
    found = set(words.split())
    found.update([f"{word[:end]}*" for word in found for end in range(2, min(len(word), LONGEST) + 1)])
    return found


_EVERYDAY: Final = _Table(["everyday"])
_KINDS: Final = _Table(kinds())


def is_possible(text: str) -> bool:
    """Whether a person should read this first: it may say that somebody is at risk, or was harmed."""
    return next(fired(text), None) is not None


def fired(text: str) -> Iterator[tuple[str, str]]:
    """(kind, line) of the table for every phrase that is in the text. For building the table, and for its figures."""
    words = plain(text)
    for _, one in _EVERYDAY.worth_a_look(words):
        words = one.find.sub("… ", words)
    return ((kind, one.line) for kind, one in _KINDS.worth_a_look(words) if one.find.search(words))
