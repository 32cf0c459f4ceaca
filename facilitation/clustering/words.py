"""Words of a text, in any script, with where they stand in it."""

import re
from typing import Final, NamedTuple

# A word is a run of anything but spaces and punctuation. Not \w: it leaves out the vowel
# signs of Devanagari, Thai and others and would cut their words apart. The apostrophe and
# the hyphen are allowed inside a word.
_BREAKS: Final = (
    r"\s\u0000-\u001f!-&(-,./:-@\[-`{-\u009f\u00a1\u00ab\u00b6\u00b7\u00bb\u00bf"
    r"\u060c\u061b\u061f\u06d4\u0964\u0965\u2010-\u2018\u201a-\u205e\u3001-\u3003\u3008-\u3011\u3014-\u301f"
    r"\uff01-\uff0f\uff1a-\uff20\uff5b-\uff65"
)
_RUN: Final = re.compile(rf"[^{_BREAKS}]+")
_APOSTROPHES: Final = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MODIFIER LETTER APOSTROPHE}": "'"})
_EDGES: Final = "'-\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"

# Words that hold an English sentence together and say little alone. Kept in sentences and
# inside titles; a title does not begin or end on most of them.
_SMALL_WORDS: Final = (
    "a about above after again against all also am an and any are aren't as at be because been before being below "
    "between both but by can can't could couldn't did didn't do does doesn't doing don't down during each even few "
    "for from further get got had hadn't has hasn't have haven't having he her here hers him his how i i'd i'll i'm "
    "i've if in into is isn't it it's its itself just like me more most much my myself of off on once only or other "
    "our ours out over own really same she should shouldn't so some such than that that's the their theirs them then "
    "there there's these they they're this those through to too under until up us very was wasn't we we'd we're we've "
    "were weren't what when where which while who whom why will with won't would wouldn't you you're your yours"
)
STOP_WORDS: Final = frozenset(_SMALL_WORDS.split())


class Word(NamedTuple):
    """One word: `key` for comparing (folded), `start` and `end` in the text as written."""

    key: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Return the words of `text` that hold at least one letter or digit, in order."""
    found = []
    for match in _RUN.finditer(text):
        run = match.group()
        left = len(run) - len(run.lstrip(_EDGES))
        kept = run.strip(_EDGES)
        if any(character.isalnum() for character in kept):
            start = match.start() + left
            found.append(Word(kept.translate(_APOSTROPHES).casefold(), start, start + len(kept)))
    return found


def has_words(text: str) -> bool:
    """Whether `words` would find any: quicker where only that is asked."""
    return any(character.isalnum() for character in text)
