"""The geometry of drawings that stand beside a table: whole numbers in the drawing's own units, nothing of colour.

Pure. Templates draw them as SVG; what tells parts apart is height, length and pattern, so that they print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

WIDTH: Final = 360
ROW: Final = 52
BAR: Final = 14
LABEL: Final = 18  # from the top of a row to the baseline of its words
_TO_BAR: Final = LABEL + 8
_MARGIN: Final = 4  # on both sides of a strip, so that its first and last marks are whole
_GAP: Final = 2  # between the parts of a bar
_LOW: Final = 3  # how high a mark is that says only that there was a round


@dataclass(frozen=True)
class Part:
    """A part of a bar. kind: which pattern it has."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True)
class Row:
    """Words with a number, and under them at y a bar of `width`, parts of a bar, or marks: a path’s data, from y on."""

    label: str
    value: str
    label_y: int
    y: int
    width: int = 0
    parts: tuple[Part, ...] = ()
    marks: str = ""


@dataclass(frozen=True)
class Chart:
    """marks: what all rows are held against. ends: what stands under the left and the right end. key: (kind, label)."""

    rows: list[Row]
    height: int
    marks: str = ""
    ends: tuple[str, str] = ("", "")
    key: tuple[tuple[str, str], ...] = ()
    width: int = WIDTH
    thickness: int = BAR


def bars(values: Iterable[tuple[str, int]]) -> Chart:
    """Bars for (label, value) pairs, as long as their value is to the largest."""
    pairs = list(values)
    most = max((value for _, value in pairs), default=0) or 1
    return _chart(
        [_row(place, label, value, width=WIDTH * value // most) for place, (label, value) in enumerate(pairs)]
    )


def strips(values: Iterable[tuple[str, Sequence[date]]], *, days: Sequence[date]) -> Chart:
    """For (label, days) pairs a mark at each of their days, along a line from the first of `days` to the last.

    days: of everything that could have been marked, oldest first; every pair's days are among them.
    """
    pairs = list(values)
    rows = [_row(place, label, len(its), marks=_marks(its, days, top=0)) for place, (label, its) in enumerate(pairs)]
    ends = (f"{days[0]:%B %Y}", f"{days[-1]:%B %Y}") if days else ("", "")
    return Chart(rows, ROW * len(rows) + LABEL, _marks(days, days, top=BAR - _LOW), ends)


def stacks(values: Iterable[tuple[str, Sequence[int]]], *, kinds: Sequence[tuple[str, str]]) -> Chart:
    """For (label, counts) pairs a bar in parts, one for each of `kinds` in their order; the longest is the largest sum.

    kinds: (pattern, label). A part of nothing is left out.
    """
    pairs = list(values)
    most = max((sum(counts) for _, counts in pairs), default=0) or 1
    rows = [
        _row(place, label, sum(counts), parts=tuple(_parts(counts, [kind for kind, _ in kinds], most)))
        for place, (label, counts) in enumerate(pairs)
    ]
    return Chart(rows, ROW * len(rows), key=tuple(kinds))


def _parts(counts: Sequence[int], kinds: Sequence[str], most: int) -> Iterable[Part]:
    before = 0
    for kind, count in zip(kinds, counts, strict=True):
        left, right = WIDTH * before // most, WIDTH * (before + count) // most
        before += count
        if count:
            yield Part(kind, left, max(1, right - left - _GAP))


def _marks(its: Sequence[date], days: Sequence[date], *, top: int) -> str:
    """A line down to the foot of the row for each day; one path for all, since there may be thousands on a page."""
    return "".join(f"M{_across(day, days)} {top}V{BAR}" for day in its)


def _across(day: date, days: Sequence[date]) -> int:
    span = (days[-1] - days[0]).days
    room = WIDTH - 2 * _MARGIN
    return _MARGIN + (room * (day - days[0]).days // span if span else room // 2)


def _row(place: int, label: str, value: int, *, width: int = 0, parts: tuple[Part, ...] = (), marks: str = "") -> Row:
    top = place * ROW
    return Row(label, str(value), top + LABEL, top + _TO_BAR, width, parts, marks)


def _chart(rows: list[Row]) -> Chart:
    return Chart(rows, ROW * len(rows))
