"""People's names in text: after a title, a relation or "called", and by lists of names. Pure.

Words stand in a row of tokens; every rule looks at one and at its neighbours. The same rules, in the same order, are
in static/js/identifiers.js; tests/shared/identifiers.json holds both to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rounds.identifiers.rules import NAMES, RULES, words

LISTED: Final = NAMES["any"] | NAMES["capital"] | NAMES["inside"]
SURNAMES: Final = NAMES["surname"] | NAMES["word"]
TITLES, TITLES_ANY, TITLES_LISTED = words("titles"), words("titles_any"), words("titles_listed")
ROLES, RELATIONS, FOND, CALLED = words("roles"), words("relations"), words("fond"), words("called")
CALLED_AFTER, IS_NAME = words("called_after"), words("is_name")
CALL, WHOM = words("call"), words("whom")
NOT_LOWER, BEFORE_PLACE, AFTER_PLACE, EPONYM = (
    words("not_lower"),
    words("before_place"),
    words("after_place"),
    words("eponym"),
)
TERMS: Final = words("terms") | words("stop") | TITLES | TITLES_ANY | ROLES
STOP: Final = words("stop")
PUBLIC: Final = frozenset(tuple(name.split()) for name in RULES["public"].split("|"))
PARTICLES: Final = words("particles")
ENDINGS: Final = tuple(words("endings"))
LONG: Final = 6  # letters of a surname that is told by its ending
SHOUTED: Final = 5  # words from which on a text in capitals throughout says nothing by them

_WORD: Final = re.compile(f"[{RULES['letters']}][{RULES['letters']}0-9’'-]*")
_POSSESSIVE: Final = re.compile("(?:['’]s|s['’]|['’-])$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text. key: in small letters, without a possessive. gap: what stands between it and the one before."""

    text: str
    key: str
    start: int
    gap: str
    is_capital: bool
    begins: bool  # a sentence

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()

    @property
    def is_name_like(self) -> bool:
        """Capitalised for a reason nothing here knows: it may be a name."""
        return self.is_capital and len(self.key) > 1 and not self.is_shouted and self.key not in TERMS


def tokens(text: str) -> list[Token]:
    """The words of the text; in one that shouts, none counts as capitalised."""
    found, end = [], 0
    matches = list(_WORD.finditer(text))
    shouting = len(matches) >= SHOUTED and sum(match[0][0].isupper() for match in matches) >= len(matches) * 3 / 4
    for match in matches:
        gap = text[end : match.start()]
        key = _POSSESSIVE.sub("", match[0].lower())
        if match[0].lower().endswith(("s'", "s’")):
            key += "s"
        begins = not end or any(mark in gap for mark in '.!?:\n“"…(*•')
        found.append(Token(match[0], key, match.start(), gap, match[0][0].isupper() and not shouting, begins))
        end = match.end()
    return found


def found_in(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of what reads like a person's name, in the order of the text."""
    row = tokens(text)
    for place in range(len(row)):
        last = _last(row, place)
        if last is not None:
            yield row[place].start, row[last].end


def _last(row: list[Token], place: int) -> int | None:
    """Where the name ends that begins here, or None when none does."""
    for rule in (_lettered, _titled, _related, _called, _initial, _particled, _pair, _bare):
        last = rule(row, place)
        if last is not None:
            return last + 1 if _goes_on(row, last) else last
    return None


def _goes_on(row: list[Token], last: int) -> bool:
    following = _next(row, last)
    return following is not None and following.gap == " " and following.is_name_like


def _next(row: list[Token], place: int) -> Token | None:
    return row[place + 1] if place + 1 < len(row) else None


def _titled(row: list[Token], place: int) -> int | None:
    """“Mrs Kaur”, “dr patel”, “Sister Ann”, “Dr. J. Smith”."""
    title, step = row[place], place + 1
    if title.key not in TITLES_ANY | TITLES | ROLES | TITLES_LISTED:
        return None
    if _is_initial(row, step):
        step += 1
    if step >= len(row) or row[step].gap.strip(" \t.") or not row[step].gap:
        return None
    name = row[step]
    if title.text == "MS" or (title.text == "MR" and not name.is_shouted):  # an illness and a scanner
        return None
    if title.key in TITLES_ANY:  # they come before nothing but a name, however it is written
        fits = len(name.key) > 1 and name.key not in STOP
    elif title.key in TITLES_LISTED and (title.key != "miss" or not _misses(row, place)):
        fits = _named_after_title(title, name) or _is_listed_small(name, surnames=True)
    elif title.key in TITLES:
        fits = name.is_name_like and title.is_capital
    else:
        fits = (name.is_name_like and name.gap == " " and not _is_place(row, step)) or _is_listed_small(name)
        fits = fits or (not name.is_capital and name.key in NAMES["surname"] - NOT_LOWER - STOP)
    return step if fits and (title.key, name.key) not in PUBLIC else None


def _is_initial(row: list[Token], step: int) -> bool:
    """Whether one letter stands between a title and a name: a capital, or one with a full stop behind it."""
    if step >= len(row) or len(row[step].text) != 1:
        return False
    following = _next(row, step)
    is_capital = row[step].is_capital and row[step].text not in "IA"
    return is_capital or (following is not None and following.gap.startswith("."))


def _lettered(row: list[Token], place: int) -> int | None:
    """Capitals after a title that are all there is of a name: “Mrs A”, “Mr J.K.”."""
    title, last = row[place], place
    if title.key not in TITLES_ANY and not (title.is_capital and title.key in TITLES and title.text != "MS"):
        return None
    for one in row[place + 1 :]:
        if len(one.text) > 1 or not one.is_capital or one.text == "I" or one.gap not in (" ", ".", ". "):
            break
        last += 1
    following = _next(row, last)
    return last if last > place and not (following and following.is_name_like) else None


def _named_after_title(title: Token, name: Token) -> bool:
    is_capital = name.is_capital and len(name.key) > 1 and name.key not in TERMS
    return is_capital and (title.key != "miss" or title.is_capital or name.key in LISTED | SURNAMES)


def _misses(row: list[Token], place: int) -> bool:
    """Whether "miss" is what somebody does: "I miss", "we’ll miss", "don’t miss"."""
    return (
        not row[place].is_capital
        and place > 0
        and row[place - 1].key in STOP - {"a", "the", "by", "with", "and", "called"}
    )


def _is_listed_small(name: Token, *, surnames: bool = False) -> bool:
    """Whether it stands in small letters and is a name nevertheless, given what stands before it."""
    if name.is_capital or name.key in NOT_LOWER or name.key in STOP:
        return False
    return name.key in LISTED or (surnames and name.key in SURNAMES)


def _related(row: list[Token], place: int) -> int | None:
    """“her son Kieran”, “the nurse, Blessing”, “my colleague dave”."""
    name = _next(row, place)
    if row[place].key not in RELATIONS | FOND or name is None or name.gap not in (" ", ", "):
        return None
    is_sure = name.gap == " " and row[place].key not in FOND  # "our Admiral", "patient TVs"
    if name.is_name_like and (is_sure or name.key in LISTED) and not _is_place(row, place + 1):
        return place + 1
    return place + 1 if name.gap == " " and _is_listed_small(name) else None


def _called(row: list[Token], place: int) -> int | None:
    """“a man called Zbyszko”, “pt called dave”, “her name was Ebele”."""
    word, name = row[place], _next(row, place)
    if name is None or name.gap not in (" ", ' "', " “", " '", " ‘", ": "):
        return None
    if word.key in CALLED:
        before = row[place - 1].key if place else ""
        fits = before in CALLED_AFTER
    elif word.key in WHOM and place and row[place - 1].key in CALL:
        fits = name.is_capital
    else:
        fits = (word.key in IS_NAME and place > 0 and row[place - 1].key == "name") or word.text.lower() in (
            "name's",
            "name’s",
        )
    is_small = not name.is_capital and name.key in LISTED and name.key not in STOP
    return place + 1 if fits and (name.is_name_like or is_small) else None


def _initial(row: list[Token], place: int) -> int | None:
    """“J. Smith”: one capital, a full stop, a name of the lists."""
    name = _next(row, place)
    if len(row[place].text) != 1 or not row[place].is_capital or name is None or name.gap not in (". ", "."):
        return None
    return place + 1 if name.is_name_like and name.key in LISTED | SURNAMES else None


def _particled(row: list[Token], place: int) -> int | None:
    """“Pieter van der Merwe”: a capitalised word, one or two small ones of the list, another."""
    last = place + 1
    while last < len(row) and last <= place + 2 and not row[last].is_capital and row[last].key in PARTICLES:
        last += 1
    if last == place + 1 or last >= len(row) or any(one.gap != " " for one in row[place + 1 : last + 1]):
        return None
    return last if row[place].is_name_like and row[last].is_name_like else None


def _pair(row: list[Token], place: int) -> int | None:
    """“Grace Okafor”: two capitalised words, the first a listed name or the second a listed surname."""
    name, other = row[place], _next(row, place)
    if other is None or other.gap != " " or not (name.is_name_like and other.is_name_like):
        return None
    if (name.key, other.key) in PUBLIC or _is_place(row, place) or _is_place(row, place + 1):
        return None
    is_first = name.key in LISTED
    is_last = (other.key in NAMES["surname"] or (len(other.key) >= LONG and other.key.endswith(ENDINGS))) and (
        not name.begins or name.key not in STOP
    )
    return place + 1 if is_first or is_last else None


def _bare(row: list[Token], place: int) -> int | None:
    """A name of the lists that stands alone."""
    name = row[place]
    if not name.is_capital or name.is_shouted:
        is_name = name.key in NAMES["any"] and not name.is_shouted
    else:
        inside = not name.begins and not (place and row[place - 1].is_name_like and not row[place - 1].begins)
        is_name = name.key in NAMES["any"] or name.key in NAMES["capital"]
        is_name = is_name or (inside and (name.key in NAMES["inside"] or name.key in NAMES["surname"]))
    return place if is_name and not _is_place(row, place) and not _is_public(row, place) else None


def _is_place(row: list[Token], place: int) -> bool:
    """“Victoria Ward”, “St Thomas”, “Crohn’s disease”: called after somebody, and nobody."""
    following = _next(row, place)
    if following is not None and following.gap in (" ", "-") and following.key in EPONYM | AFTER_PLACE:
        return following.key in EPONYM or row[place].is_capital
    before = row[place - 1] if place else None
    return before is not None and row[place].gap in (" ", ". ") and before.is_capital and before.key in BEFORE_PLACE


def _is_public(row: list[Token], place: int) -> bool:
    """Whether it is half of a name everybody knows."""
    ahead, behind = row[place : place + 2], row[max(0, place - 1) : place + 1]
    return any(len(two) == 2 and (two[0].key, two[1].key) in PUBLIC for two in (ahead, behind))
