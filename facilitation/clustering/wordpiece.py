"""BERT's words into pieces, as MiniLM was trained on them (uncased; Devlin et al. 2018).

The vocabulary stands in `weights/vocab.txt`, one piece a line; a piece's number is its line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

VOCABULARY: Final = Path(__file__).parent / "weights" / "vocab.txt"
# How many pieces of a text are read: a long one has said by then what it is about, and
# the cost of a text grows faster than its length.
MOST_PIECES: Final = 128

_UNKNOWN, _START, _END = "[UNK]", "[CLS]", "[SEP]"
_LONGEST_WORD: Final = 100
_CHINESE: Final = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F)),
    *((0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)),
)


def pieces(text: str) -> list[int]:
    """Return the numbers of the pieces of `text`, none of them special, at most `MOST_PIECES` less two."""
    found: list[int] = []
    # A word has a piece at least: what lies further on cannot be read any more.
    for word in _words(text[: MOST_PIECES * 20]):
        found += _of_word(word)
        if len(found) >= MOST_PIECES - 2:
            break
    return found[: MOST_PIECES - 2]


def framed(numbers: list[int]) -> list[int]:
    """Return pieces between the marks of beginning and end, as the model wants them."""
    number = vocabulary()
    return [number[_START], *numbers, number[_END]]


def can_read(text: str) -> bool:
    """Whether at least half of the pieces of `text` are known: other scripts are mostly not."""
    found = pieces(text)
    return 2 * found.count(vocabulary()[_UNKNOWN]) < len(found)


@cache
def vocabulary() -> dict[str, int]:
    """Return the number of each piece."""
    return {piece: number for number, piece in enumerate(VOCABULARY.read_text(encoding="utf-8").splitlines())}


@cache
def _plain(character: str) -> str:
    """Return what the model reads of a character: accents and controls gone, spaces round marks and Chinese."""
    if character in "\t\n\r" or unicodedata.category(character) == "Zs":
        return " "
    if character in "\0\ufffd" or unicodedata.category(character).startswith("C"):
        return ""
    code = ord(character)
    if any(first <= code <= last for first, last in _CHINESE) or _is_mark(character):
        return f" {character} "
    return character


def _is_mark(character: str) -> bool:
    ascii_mark = "!" <= character <= "~" and not character.isalnum()
    return ascii_mark or unicodedata.category(character).startswith("P")


def _words(text: str) -> Iterator[str]:
    # Accents go and letters shrink before marks are looked for: that is the order the model was trained in.
    spread = unicodedata.normalize("NFD", "".join(map(_plain, text)))
    bare = "".join(character for character in spread if unicodedata.category(character) != "Mn")
    yield from "".join(map(_plain, bare.lower())).split()


def _of_word(word: str) -> list[int]:
    """Return the longest pieces from left to right, or the unknown piece when some part is in none."""
    number = vocabulary()
    if len(word) > _LONGEST_WORD:
        return [number[_UNKNOWN]]
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = word[start:end] if start == 0 else "##" + word[start:end]
            if piece in number:
                found.append(number[piece])
                break
        else:
            return [number[_UNKNOWN]]
        start = end
    return found
