"""What two years of a programme were made of: rounds, themes, what was said, what came of it. All invented. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from facilitation import taxonomies

_DATA: Final = Path(__file__).parent / "data"
ANYWHERE: Final = "*"  # said in many rooms
READY: Final = {"worth_it": True, "autonomy": True, "ownership": True}
LEARNING: Final = {"learn_by": "asking them at their own meeting", "learn_tell": "this programme, at a round"}


@dataclass(frozen=True)
class Held:
    """A round that was held. also: what followed on another day, to how many days later ("night", "circle", "window").

    went_well, pass_on, pass_on_to: of its debrief.
    """

    case: str
    days_ago: int
    kind: str
    also: tuple[tuple[str, int], ...]
    went_well: str
    pass_on: str
    pass_on_to: str


@dataclass(frozen=True)
class Theme:
    title: str
    barriers: tuple[str, ...]
    to_be_held: bool


@dataclass(frozen=True)
class Said:
    """A reaction. theme: its place among the round's themes, from 0; None where it was left out."""

    theme: int | None
    feelings: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Made:
    """An action. path: verbs of reviews with the words each was given, oldest first; "agreed" or less where none.

    review: in how many days it is looked at; None where it has ended.
    """

    theme: int
    fields: dict[str, Any]
    path: tuple[tuple[str, str], ...]
    review: int | None


def held() -> list[Held]:
    """The rounds, the earliest first."""
    return [
        Held(
            case=row["case"],
            days_ago=int(row["days_ago"]),
            kind=row["kind"],
            also=tuple((name, int(days)) for name, _, days in (part.partition(":") for part in row["also"].split())),
            **{name: row[name] for name in ("went_well", "pass_on", "pass_on_to")},
        )
        for row in _rows("rounds")
    ]


def themes(case: str) -> list[Theme]:
    return [Theme(row["title"], tuple(row["barriers"].split()), bool(row["held"])) for row in _of(case, "themes")]


def said(case: str) -> list[Said]:
    """What was said in one round, or ANYWHERE."""
    return [
        Said(int(row["theme"]) - 1 if row["theme"] else None, tuple(row["feelings"].split()), row["words"])
        for row in _of(case, "said")
    ]


def made(case: str) -> list[Made]:
    return [_made(row) for row in _of(case, "actions")]


_WITH_WORDS: Final = ("finish", "could_not", "tell", "return_", "answer", "sponsor")
_PLAIN: Final = ("statement", "level", "holder", "holder_level", "first_step", "for_the_person")


def _made(row: dict[str, str]) -> Made:
    words = iter(row["words"].split(" // "))
    kind, theme = row["kind"], themes(row["case"])[int(row["theme"]) - 1]
    needs_help = row["path"].startswith(("sponsor", "wait"))
    fields = {
        **{name: row[name] for name in _PLAIN},
        "barriers": list(theme.barriers),
        "table_1": row["serves"].split(),
        "domain": "education" if kind == "training" else "care_delivery",
        "strength_kind": kind,
        "strength": taxonomies.strength_of(kind),
        "patient_voice": "not_yet" if row["not_yet"] else "yes",
        "patient_voice_why": row["not_yet"],
        "learn_from": "The people it is for",
        **LEARNING,
        "readiness": {**READY, "resource": not needs_help, "help_elsewhere": needs_help},
    }
    return Made(
        theme=int(row["theme"]) - 1,
        fields=fields,
        path=tuple((verb, next(words) if verb in _WITH_WORDS else "") for verb in row["path"].split()),
        review=int(row["review"]) if row["review"] else None,
    )


def _of(case: str, name: str) -> Iterator[dict[str, str]]:
    return (row for row in _rows(name) if row["case"] == case)


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE))
