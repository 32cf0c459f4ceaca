"""Notices a person's name in an action's words: an action changes a system and names no person.

Pure. Two signs are taken, both cautious: a title followed by a capitalised word ("Dr Ashdown", "Sister Ann"),
and two capitalised words together inside a sentence ("ask Priya Lund"). It will miss some names and that is
said nowhere as a promise; it only asks for other words before an action is kept (SEED-MAP 17).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_TITLES: Final = (  # separated by "|", as the pattern below wants them
    "mr mrs ms miss mx dr doctor prof professor sir dame sister nurse matron consultant midwife registrar "
    "chaplain father rev reverend"
).replace(" ", "|")
# Words that are capitalised in the middle of a sentence without being anybody's name.
_COMMON: Final = (
    "nhs trust hospital hospitals ward wards unit care emergency department clinic board team health safety human "
    "resources occupational royal college freedom speak up guardian service services intensive therapy day surgery "
    "st saint north south east west england scotland wales northern ireland united kingdom monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december british sign language wi fi it hr gp ed icu we i teams microsoft excel datix family room quality "
    "improvement patient experience advice liaison clinical lead medical nursing director chief executive"
)
_TERMS: Final = frozenset(_COMMON.split())
_TITLED: Final = re.compile(rf"\b(?:{_TITLES})\.?\s+[A-Z][\w’'-]+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")


def name_in(text: str) -> str | None:
    """The first thing in `text` that reads like a person's name, or None."""
    for found in _TITLED.finditer(text):
        name = found.group().split()[-1]
        if name[0].isupper() and name.lower() not in _TERMS:
            return found.group()
    return _pair(text)


def _pair(text: str) -> str | None:
    words = list(_WORD.finditer(text))
    for first, second in pairwise(words):
        between = text[first.end() : second.start()]
        if between != " " or _starts_sentence(text, first.start()):
            continue
        if all(_like_a_name(word.group()) for word in (first, second)):
            return f"{first.group()} {second.group()}"
    return None


def _like_a_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper() and word.lower() not in _TERMS


def _starts_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip()
    return not before or before[-1] in '.!?:\n“"'
