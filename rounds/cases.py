"""The case library: stories written for this project, free to use, no real patient or place. Pure.

Stories of every weight stand in it, small and funny ones and good days among them (SEED-MAP 16).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data"
_STORIES: Final = ("cases.csv", "more_cases.csv")
_ABOUT: Final = "about_cases.csv"
KINDS: Final = ("small", "funny", "good day")


@dataclass(frozen=True, slots=True)
class Case:
    """setting: where it happened. storytellers: who would tell it, by what they do, in the order of the file.

    story: the first one's own words. kind: one of KINDS, or nothing. weight: as `rounds.models.Weight` has it.
    """

    code: str
    title: str
    setting: str
    storytellers: tuple[str, ...]
    story: str
    opening_question: str
    kind: str = ""
    weight: int = 2
    content_note: str = ""

    def says(self, word: str) -> bool:
        """Whether the word stands anywhere in it, small or large."""
        told = " ".join((self.title, self.setting, *self.storytellers, self.story, self.opening_question, self.kind))
        return word.casefold() in told.casefold()


@cache
def library() -> tuple[Case, ...]:
    """Every case, in the files' order."""
    about = {row["case_id"]: row for row in _rows(_ABOUT)}
    return tuple(_case(row, about[row["case_id"]]) for name in _STORIES for row in _rows(name))


def case(code: str) -> Case:
    """The case with this code. Raises KeyError when there is none."""
    for found in library():
        if found.code == code:
            return found
    raise KeyError(code)


def search(words: str = "", *, kind: str = "") -> list[Case]:
    """The cases in which all of these words stand, of this kind where one is named."""
    wanted = words.split()
    return [one for one in library() if (not kind or one.kind == kind) and all(one.says(word) for word in wanted)]


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (_DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _case(row: dict[str, str], about: dict[str, str]) -> Case:
    setting, _, tellers = row["setting_and_storytellers"].partition(";")
    return Case(
        code=row["case_id"],
        title=row["title"],
        setting=setting.strip(),
        storytellers=tuple(teller.strip() for teller in tellers.split(",") if teller.strip()),
        story=row["story"],
        opening_question=row["opening_question"],
        kind=about["kind"],
        weight=int(about["weight"]),
        content_note=about["content_note"],
    )
