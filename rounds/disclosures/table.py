"""The table of kinds (kinds.txt), read once, and its small language turned into regular expressions. Pure.

A line is what may be said, word by word. CAPITALS stand for a list of words under [words]; a/b is either; hurt* is any
word that begins so; any_more is two words; (a) may be left away; !a means that a must not follow. Gaps stay within a
sentence: ~ is up to five words and nobody else among them, .. up to four words, ... up to ten. ^ and $ are a
sentence's beginning and end. Every gap is bounded and every word whole, so the time grows with the text's length alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

WORD: Final = r"[a-z0-9'*…]+"


@cache
def _sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    under: list[str] = []
    for line in Path(__file__).with_name("kinds.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            under = found.setdefault(line[1 : line.index("]")], [])
        elif line and not line.startswith("#"):
            under.append(line)
    return found


def section(heading: str) -> list[str]:
    """The lines under a heading of kinds.txt."""
    return _sections()[heading]


def kinds() -> list[str]:
    """The headings of what is looked for: those after [everyday]."""
    headings = list(_sections())
    return headings[headings.index("everyday") + 1 :]


def _pairs(heading: str) -> dict[str, str]:
    return {one: other for line in section(heading) for one, other in [line.split(" ", 1)]}


SHORT: Final = _pairs("short forms")
SLIPS: Final = _pairs("slips")
_WORDS: Final = _pairs("words")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What may be said. needs: for each of its words that must be there, how any of them may begin."""

    find: re.Pattern[str]
    needs: tuple[frozenset[str], ...]
    line: str


def _choices(token: str) -> list[str]:
    """The words a token stands for, lists written out."""
    found: list[str] = []
    for one in token.split("/"):
        found += _choices("/".join(_WORDS[one].split())) if one in _WORDS else [one]
    return found


def _either(token: str) -> str:
    each = [re.escape(one).replace(r"\*", "[a-z]*").replace("_", " ") for one in _choices(token)]
    return f"(?:{'|'.join(dict.fromkeys(each))}) "


def _gap(most: int, *, others: bool = True) -> str:
    barred = "" if others else f"(?!{_either('OTHERS')})"
    return f"(?:{barred}{WORD} ){{0,{most}}}?"


_GAPS: Final = {"..": _gap(4), "...": _gap(10), "^": r"(?<=\. )", "$": r"(?=\. )"}


def _written(part: str) -> str:
    if part == "~":
        return _gap(5, others=False)
    if part in _GAPS:
        return _GAPS[part]
    if part.startswith("!"):
        return f"(?!{_either(part[1:])})"
    if part.startswith("("):
        return f"(?:{_either(part[1:-1])})?"
    return _either(part)


@cache
def phrase(line: str) -> Phrase:
    """A line of kinds.txt, ready to be looked for in a plain text (plain.py)."""
    tokens = line.split(" ")
    must = [token for token in tokens if token not in _GAPS and token[0] not in "~!("]
    starts = (frozenset(choice.split("_")[0] for choice in _choices(token)) for token in must)
    return Phrase(re.compile("(?<= )" + "".join(map(_written, tokens))), tuple(starts), line)
