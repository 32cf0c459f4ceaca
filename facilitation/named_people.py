"""Notices a person's name in an action's words, and an incident: an action changes a system (SEED-MAP 17 and 18).

Pure. It goes by the rules for reactions (rounds/identifiers), and is more cautious: two capitalised words together
inside a sentence are enough ("ask Priya Lund"), and in a line that is no sentence, such as who holds it, its first two
as well. It misses names, and nobody is promised that it does not; it only asks for other words. It also takes places
for people at times: written in small letters, they pass.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from rounds.identifiers import names, numbers

_EVERYONE: Final = (
    "staff everyone everybody all us we nurses doctors people colleagues clinicians anyone anybody someone somebody "
    "employees"
)
_AROUND: Final = "all the our of any every other members member on here ward wards clinical"
_NOBODY: Final = frozenset(_EVERYONE.split())
_BEFORE_NOBODY: Final = frozenset(_AROUND.split())


# The number of a report, and what is told in it and nowhere else.
_INCIDENT: Final = re.compile(
    r"\b(?:datix|steis|lfpse|ulysses|psirf|(?:serious )?incident|never event|complaint)s?\b"
    r"[ .:#-]*(?:no|num|number|ref|reference|report)?[ .:#-]*[a-z]{0,3}[0-9][0-9/-]{2,}",
    re.IGNORECASE,
)


def name_in(text: str, *, is_sentence: bool = True) -> str | None:
    """The first thing in `text` that reads like a person's name, or None.

    is_sentence: whether the first word is capitalised for being first; not so in the name of a role or a group.
    """
    for start, end in names.found_in(text):
        return text[start:end]
    for first, second in pairwise(names.tokens(text)):
        is_first = is_sentence and first.begins
        if second.gap == " " and not is_first and first.is_name_like and second.is_name_like:
            return text[first.start : second.end]
    return None


def incident_in(text: str) -> str | None:
    """The number of an incident's report, or of a patient, in `text`: it belongs where incidents are reported."""
    found = _INCIDENT.search(text)
    if found:
        return found.group()
    return next((text[start:end].strip() for kind, start, end in numbers.found_in(text) if kind == "number"), None)


def report_it_there(incident: str) -> str:
    """Why what tells of an incident must be said elsewhere."""
    return (
        f"“{incident}” belongs where incidents are reported, not in an action. Here, say what should change in how "
        "things are set up."
    )


def say_otherwise(name: str) -> str:
    """Why words that name a person must be others, and how to go on when it was no person."""
    return (
        f"“{name}” reads like a person’s name. An action changes how things are set up, so that nobody is blamed and "
        "it outlasts whoever is here now: say a role or a group. If it is no person, write it in small letters."
    )


def everyone_is_no_one(holder: str) -> str:
    """Why this holder, of whom `is_nobody` is true, must be another."""
    return f"“{holder}” is everyone. Which role or group can hold it?"


def everyone_teaches_no_one(source: str) -> str:
    """Why we cannot learn from these, of whom `is_nobody` is true (SEED-MAP 20)."""
    return f"“{source}” is everyone. Which role or group do we learn from?"


def is_nobody(holder: str) -> bool:
    """Whether a holder is everyone and so no one: "staff", "all of us", "everyone on the ward"."""
    words = {word.lower() for word in re.findall(r"[\w’'-]+", holder)}
    return bool(words & _NOBODY) and words <= _NOBODY | _BEFORE_NOBODY
