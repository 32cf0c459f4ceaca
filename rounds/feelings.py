"""The feeling words a person may choose for their own reaction.

Twenty-four words in six groups, level with one another, and three that are always
there. They are chosen by people and never inferred; *numb* and *distant* are words like
the rest. Codes are stored; labels are shown.

Pure: imports nothing of Django.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

MAX_FEELINGS: Final = 3


class Feeling(NamedTuple):
    """One word to choose: `code` is stored, `label` is shown."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class FeelingGroup:
    """Feelings that are offered side by side, in the order they are shown."""

    code: str
    label: str
    feelings: tuple[Feeling, ...]


def _group(code: str, label: str, *words: str) -> FeelingGroup:
    feelings = tuple(Feeling(word.replace(" ", "_"), word) for word in words)
    return FeelingGroup(code, label, feelings)


FEELING_GROUPS: Final[tuple[FeelingGroup, ...]] = (
    _group("moved", "Moved", "moved", "tender", "sad", "grieving"),
    _group("troubled", "Troubled", "uneasy", "torn", "guilty", "ashamed"),
    _group("angry", "Angry", "frustrated", "angry", "let down", "unheard"),
    _group("afraid", "Afraid", "anxious", "frightened", "exposed", "overwhelmed"),
    _group("depleted", "Worn down", "tired", "numb", "distant", "empty"),
    _group("sustained", "Sustained", "grateful", "proud", "hopeful", "connected"),
)

ALWAYS: Final[tuple[Feeling, ...]] = (
    Feeling("mixed", "mixed"),
    Feeling("nothing_just_now", "nothing just now"),
    Feeling("rather_not_say", "I'd rather not say"),
)

FEELINGS: Final[tuple[Feeling, ...]] = (
    *(feeling for group in FEELING_GROUPS for feeling in group.feelings),
    *ALWAYS,
)

QUIET: Final = frozenset({"nothing_just_now", "rather_not_say"})  # said, and saying that there is nothing to read

_LABELS: Final = {feeling.code: feeling.label for feeling in FEELINGS}


def is_feeling(code: str) -> bool:
    """Whether `code` is one of the 27 that may be stored with a reaction."""
    return code in _LABELS


def label(code: str) -> str:
    """Return the word shown for a stored `code`; KeyError when there is none."""
    return _LABELS[code]


def choices() -> list[tuple[str, str]]:
    """Return (code, label) of every feeling, in the order they are offered."""
    return list(_LABELS.items())
