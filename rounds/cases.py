"""The case library: stories written for this project, free to use, no real patient or place. Pure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "data" / "cases.csv"


@dataclass(frozen=True, slots=True)
class Case:
    """setting: where it happened. storytellers: who would tell it, by what they do, in the order of the file."""

    code: str
    title: str
    setting: str
    storytellers: tuple[str, ...]
    story: str
    opening_question: str


@cache
def library() -> tuple[Case, ...]:
    """Every case, in the file's order."""
    with _FILE.open(newline="", encoding="utf-8") as file:
        return tuple(_case(row) for row in csv.DictReader(file))


def case(code: str) -> Case:
    """The case with this code. Raises KeyError when there is none."""
    for found in library():
        if found.code == code:
            return found
    raise KeyError(code)


def _case(row: dict[str, str]) -> Case:
    setting, _, tellers = row["setting_and_storytellers"].partition(";")
    return Case(
        code=row["case_id"],
        title=row["title"],
        setting=setting.strip(),
        storytellers=tuple(teller.strip() for teller in tellers.split(",") if teller.strip()),
        story=row["story"],
        opening_question=row["opening_question"],
    )
