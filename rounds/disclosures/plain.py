"""The words of a text as people say them: short forms written out, slips mended, fillers left away. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rounds.disclosures.table import SHORT, SLIPS, section

_TOKEN: Final = re.compile(r"[a-z0-9*]+(?:'[a-z]+)*|[.!?;:\n]+")
_QUOTES: Final = str.maketrans("’‘`´", "''''", "")
_FILLERS: Final = frozenset(" ".join(section("fillers")).split())
_KEYS: Final = frozenset(" ".join(section("often misspelt")).split())
_NEVER: Final = frozenset(" ".join(section("no misspelling")).split())
SHORTEST, LONGEST = 6, 16  # letters of a word that may be a slip of another


def _without_one(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


_NEAR: Final = {shorter: key for key in _KEYS for shorter in _without_one(key)}


def _mended(word: str) -> str:
    """The word of the list that this one misses by a letter left out, doubled, changed or swapped, or itself."""
    if not SHORTEST <= len(word) <= LONGEST or word in _KEYS or word in _NEVER:
        return word
    if word in _NEAR:
        return _NEAR[word]
    for shorter in _without_one(word):
        if shorter in _KEYS:
            return shorter
        if shorter in _NEAR:
            return _NEAR[shorter]
    return word


def plain(text: str) -> str:
    """The text as words between single spaces. A full stop is before it, after it, and at the end of every sentence."""
    found = ["."]
    small = text.lower().translate(_QUOTES).replace("-", " ").replace("n't", " not ").replace("&", " and ")
    for token in _TOKEN.findall(small):
        if token[0] in ".!?;:\n":
            found += ["."] if found[-1] != "." else []
            continue
        for word in SHORT.get(token, token).split():
            if word not in _FILLERS:
                found.append(SLIPS.get(word) or _mended(word.removesuffix("'s")))
    return " ".join([*found, ".", ""]) if found[-1] != "." else " ".join([*found, ""])
