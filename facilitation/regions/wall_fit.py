"""How large themes may stand on the wall, so that all of them are seen and none is cut off.

Pure: an estimate from the letters alone, on the safe side, for a wall of 16:10 (wall.css sets a narrower one smaller).
Lengths are in hundredths of the wall's height (vmin); the sizes are those of the classes `wall-fit--1` to `--6`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

WIDTH: Final = 160 - 14  # without the margins
GAP: Final = 2.4
TITLE_LETTER, SENTENCE_LETTER = 0.56, 0.51  # mean width of a letter, in its own size
TITLE_LINE, SENTENCE_LINE = 1.25, 1.4
LIST_SIZE, LIST_WIDTH, LIST_GAP, LIST_HEAD = 3.4, 100, 1.2, 9  # of .wall-agreed; its heading with the gap above

WallPile = tuple[str, Sequence[str]]  # a title, and what may stand under it


class Fit(NamedTuple):
    """One way to set the wall. `most`: how much stands under a title."""

    number: int
    columns: int
    title: float
    sentence: float
    padding: float
    most: int


FITS: Final = (
    Fit(1, 2, 4.6, 3.1, 2.8, 2),
    Fit(1, 2, 4.6, 3.1, 2.8, 1),
    Fit(2, 2, 3.8, 2.6, 2.4, 1),
    Fit(3, 3, 3.4, 2.4, 2.2, 1),
    Fit(4, 3, 3.8, 2.4, 2.2, 0),
    Fit(5, 3, 3.2, 2.4, 2.0, 0),
    Fit(6, 4, 2.6, 2.4, 1.6, 0),
)


def fit(piles: Sequence[WallPile], *, height: float, least: int = 0) -> tuple[int, list[WallPile]]:
    """The number of the largest setting whose piles are at most `height` high, and the piles as it shows them.

    least: how much has to stand under a title, if it can at all, however small.
    """
    for one in FITS:
        trimmed = [(title, sentences[: max(least, one.most)]) for title, sentences in piles]
        if _height(trimmed, one) <= height:
            return one.number, trimmed
    return FITS[-1].number, [(title, ()) for title, _ in piles]


def lowest(titles: Sequence[str]) -> float:
    """The height of these titles alone in the smallest setting."""
    return _height([(title, ()) for title in titles], FITS[-1])


def list_height(sentences: Sequence[str]) -> float:
    """The height of a list below the piles, with its heading and the gap above; none takes none."""
    if not sentences:
        return 0
    lines = [ceil(len(sentence) * LIST_SIZE * SENTENCE_LETTER / LIST_WIDTH) for sentence in sentences]
    return LIST_HEAD + sum(one * LIST_SIZE * SENTENCE_LINE + LIST_GAP for one in lines)


def _height(piles: Sequence[WallPile], one: Fit) -> float:
    rows = [piles[start : start + one.columns] for start in range(0, len(piles), one.columns)]
    return sum(max(_pile(pile, one) for pile in row) + GAP for row in rows)


def _pile(pile: WallPile, one: Fit) -> float:
    title, sentences = pile
    width = (WIDTH - GAP * (one.columns - 1)) / one.columns - 2 * one.padding
    lines = ceil(len(title) * one.title * TITLE_LETTER / width) * one.title * TITLE_LINE
    for sentence in sentences:
        lines += 1.6 + ceil(len(sentence) * one.sentence * SENTENCE_LETTER / width) * one.sentence * SENTENCE_LINE
    return lines + 2 * one.padding
