"""Numbers, dates and places that lead to one person, by shape, check digit and what stands beside them. Pure.

Every shape is written so that JavaScript reads it the same way: static/js/identifiers.js runs these very patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from rounds.identifiers.rules import RULES, filled

ORDINALS: Final = frozenset({"st", "nd", "rd", "th", "hr"})
NO_PREFIX: Final = frozenset({"bg", "gb", "nk", "kn", "tn", "nt", "zz"})  # never given out (HMRC, NIM39110)


def check_digit_fits(digits: str) -> bool:
    """Whether ten digits end in the check digit of NHS, CHI and H&C numbers (modulus 11, weights ten to two)."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return len(set(digits)) > 1 and rest % 11 == int(digits[9]) and rest != 10


def _digits(found: str) -> str:
    return "".join(letter for letter in found if letter.isdigit())


def _nhs(found: str) -> bool:
    return check_digit_fits(_digits(found))


def _phone(found: str) -> bool:
    """Whether it has as many digits as a telephone number here has: nine or ten after the nought or the +44."""
    national = re.sub(r"^(?:\+?44|0044)0?|^0", "", re.sub(r"[^0-9+]", "", found))
    return len(national) in (9, 10) and national[0] not in "046" and len(set(national)) > 2


def _insurance(found: str) -> bool:
    return found[:2].lower() not in NO_PREFIX


def _postcode(found: str) -> bool:
    """Small letters after a number may be "2nd" or "3hr"."""
    return found.isupper() or found[-2:].lower() not in ORDINALS


def _plate(found: str) -> bool:
    """“car park 4” and “the van had 3” are none: a plate has its letters and its figures side by side."""
    return re.search(r"[A-Za-z][0-9]|[0-9] ?[A-Za-z]{3}$|[A-Z]{3} [0-9]", found) is not None


CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "nhs": _nhs,
    "phone": _phone,
    "insurance": _insurance,
    "postcode": _postcode,
    "plate": _plate,
}
_PATTERNS: Final = [
    (
        one["kind"],
        re.compile(filled(one["find"]), 0 if one.get("case") else re.IGNORECASE),
        CHECKS.get(one.get("check")),
    )
    for one in RULES["patterns"]
]
_REFERENCE: Final = re.compile(filled("{before}" + RULES["not_reference"]), re.IGNORECASE)
# Without a figure and without an @ none of the patterns has anything to find, but a bed may be "bed four".
_WORTH_A_LOOK: Final = re.compile(
    r"[0-9@]|[(\[]at[)\]]| at [a-z0-9-]{1,30}\.[a-z]|\b(?:cottage|house|farm|bungalow|lodge|villa|barn|croft|bed|bay|"
    r"cubicle|room|cot|trolley|lady|man|woman|patient|boy|girl|born|birth|dot|insta|snap|twitter|tik)",
    re.IGNORECASE,
)


def found_in(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each, pattern by pattern."""
    if not _WORTH_A_LOOK.search(text):
        return
    for kind, pattern, check in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span(1)
            is_reference = kind == "number" and _REFERENCE.search(text[max(0, start - 40) : start])
            if not is_reference and (check is None or check(match[1])):
                yield kind, start, end
