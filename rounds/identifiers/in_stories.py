"""What is marked in a story besides names and numbers: dates, wards and ages. Pure.

For words that a facilitator looks over before others hear or read them. No phone asks these rules, and no reaction is
held by them: how often they stop at nothing was never measured, and here that costs no more than a second look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rounds.identifiers.rules import filled


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape: what it may be, and its first group, which is marked. as_written: capitals count."""

    kind: str
    find: str
    as_written: bool = False


_NTH: Final = "(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve)"
_DAY: Final = "(?:{day}(?:st|nd|rd|th)?|(?:{dayth}))"
# May, March and Mar are words as well: written small they are months only after "14th" or "of".
_MONTH: Final = r"(?!(?-i:may|march|mar)(?![{L}])){month}"
_AGE: Final = "(?:1[01][0-9]|[1-9]?[0-9])"
_TENS: Final = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_TO_NINE: Final = "(?:one|two|three|four|five|six|seven|eight|nine)"
_IN_WORDS: Final = (
    f"(?:{_TENS}(?:[ -]{_TO_NINE})?|{_TO_NINE}|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
)
# What a sentence begins with, or what is measured: no name of one who could be 83.
_NOBODY: Final = (
    "(?:It|There|That|This|What|We|They|You|Time|Temp|Temperature|Sats|Score|Pain|Pulse|GCS|NEWS|BP|HR|Bed|Bay)"
)
_ONE: Final = (
    "(?:s?he|who|mum|mam|mom|dad|mother|father|nan|gran|husband|wife|partner|son|daughter|sister|brother|patient|man|"
    f"woman|lady|gentleman|lad|boy|girl|baby|child|(?-i:(?!{_NOBODY}(?![{{L}}]))[A-Z])[{{L}}]+)"
)
_NO_AGE: Final = r"(?! ?(?:st|nd|rd|th|°|degrees|kg|cm|mm|per ?cent|of|out of|on the)(?![{L}]))"

RULES: Final = (
    Rule("date", f"{{before}}({_DAY} {_MONTH}){{after}}"),
    Rule("date", "{before}((?:{day}(?:st|nd|rd|th)|{dayth}|{day}) of {month}){after}"),
    Rule("date", "{before}({day}(?:st|nd|rd|th) {month}){after}"),
    Rule("date", f"{{before}}({_MONTH} (?:the )?{_DAY}){{after}}{{unit}}"),
    Rule("date", f"{{before}}({_MONTH},? {{year}}){{after}}"),
    Rule("date", "{before}(?:on|from|since|until|till|dated) ({day}[/.](?:0?[1-9]|1[0-2])){after}(?![/.%])"),
    Rule(
        "date",
        "{before}((?:mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?{day}(?:st|nd|rd|th)?){after}{unit}",
    ),
    Rule(
        "date",
        "{before}((?:christmas|new year['’]?s?) (?:day|eve)|boxing day|good friday|easter (?:sun|mon)day){after}",
    ),
    Rule(
        "ward",
        "{before}((?:wards?|theatre|clinic|floor)[ .:]{1,2}(?:no\\.? ?|number )?[a-h]?[0-9]{1,3}[a-h]?){after}{unit}",
    ),
    Rule("ward", f"{{before}}((?:[Ww]ards?|Theatre|Clinic) (?:{_NTH}|[A-H])){{after}}{{unit}}", as_written=True),
    Rule(
        "ward",
        "{before}((?!(?:The|Our|My|Your|His|Her|Their|This|That|Every|Each|No|On|In|A|An|Another|One|And|When|Which) )"
        "[A-Z][{L}’']+ Ward){after}",
        as_written=True,
    ),
    Rule("age", f"{{before}}((?:{_AGE}|{_IN_WORDS})[ -]?(?:years?|yrs?|months?|weeks?|days?)[ -]?old){{after}}"),
    Rule("age", f"{{before}}({_AGE} ?(?:y/?o|yrs?\\.? old)){{after}}"),
    Rule(
        "age",
        f"{{before}}((?:aged|age of|age) (?:about |only |just )?(?:{_AGE}|{_IN_WORDS})){{after}}(?![ -]?{_TO_NINE})",
    ),
    Rule(
        "age",
        f"{{before}}{_ONE}(?:[’']s| is| was| turned| had turned| has turned| would have been)"
        f"(?: about| only| just| nearly| almost| already)? ({_AGE}|{_TENS}[ -]{_TO_NINE}){{after}}{{unit}}{_NO_AGE}",
    ),
    Rule("age", f"{{before}}{_ONE}(?:, | [(])({_AGE})(?=[,;:.)])(?![.,][0-9])"),
    Rule("age", f"{{before}}at (1[01][0-9]|[3-9][0-9]|2[5-9]){{after}}{{unit}}{_NO_AGE}"),
)
_PATTERNS: Final = tuple(
    (rule.kind, re.compile(filled(rule.find), 0 if rule.as_written else re.IGNORECASE)) for rule in RULES
)


def found_in(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each, rule by rule, as `numbers.found_in`."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield kind, *match.span(1)
