"""Possible disclosures: words that may mean that somebody is at risk, has been harmed, or saw somebody harmed. Pure.

Recall comes first: whatever fires is held and read by a person, and a false alarm costs a minute. It misses some, and
nothing anywhere promises that it does not. What happened to a patient in the story is not meant: most phrases want the
writer in them. Only the server asks; phones know nothing of it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_SPACES: Final = re.compile(r"\s+")
_QUOTES: Final = str.maketrans("’‘", "''")


def _phrases() -> dict[str, list[str]]:
    """The lines of phrases.txt under their headings, with the parts written out."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("phrases.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            under = found.setdefault(line[1 : line.index("]")], [])
        elif not line.startswith("#"):
            under.append(line)
    parts = dict(line.split(" ", 1) for line in found.pop("parts"))
    return {heading: [_written_out(line, parts) for line in lines] for heading, lines in found.items()}


def _written_out(line: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        line = line.replace(f"{{{name}}}", part)
    return line


_PHRASES: Final = _phrases()
_EVERYDAY: Final = re.compile(rf"\b(?:{'|'.join(_PHRASES['everyday'])})\b")
_LOOKED_FOR: Final = tuple(re.compile(phrase) for phrase in (*_PHRASES["self"], *_PHRASES["harm"]))


def is_possible(text: str) -> bool:
    """Whether a person should read this first: it may say that somebody is at risk, or was harmed."""
    plain = _EVERYDAY.sub(" … ", _SPACES.sub(" ", text.lower().translate(_QUOTES)))
    return any(phrase.search(plain) for phrase in _LOOKED_FOR)
