"""Whether a text that is to be read is, as good as, what the storytellers wrote for the planning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

RUN: Final = 4  # words in a row: fewer stand in any two texts about the same hour
_FILLERS: Final = frozenset("\u115f\u1160")  # letters by their class that take no room (NFKD makes one of two others)
PART: Final = 0.5  # of what is read, or of what somebody wrote


def are_in(telling: str, written: Iterable[str]) -> bool:
    """Whether half of the telling is in runs of words that were written, or half of one that was written is in it.

    written: each storyteller's texts. Case, spacing, punctuation and what nobody sees make no difference. A text
    shorter than a run counts only where it is the whole telling.
    """
    told = _words(telling)
    theirs = [words for words in map(_words, written) if words]
    if told in theirs:
        return True
    runs = _runs(told)
    by_text = [_runs(words) for words in theirs]
    known: set[tuple[str, ...]] = set().union(*by_text)
    return _half(runs, known) or any(_half(one, runs) for one in by_text)


def _half(of: set[tuple[str, ...]], within: set[tuple[str, ...]]) -> bool:
    return bool(of) and len(of & within) >= PART * len(of)


def _words(text: str) -> list[str]:
    """Its words as they are read: without what takes no room in them, and without accents, which may be typed apart."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(one for one in letters if not _is_unseen(one)).casefold())


def _is_unseen(letter: str) -> bool:
    return letter in _FILLERS or unicodedata.category(letter) in ("Cf", "Mn", "Me", "Mc")


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
