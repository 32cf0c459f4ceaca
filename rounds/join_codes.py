"""Join codes: short enough to read from a wall, random enough not to be guessed.

A code is eight characters of Crockford's base 32 (digits and capital letters without
I, L, O and U): 40 random bits. What makes guessing hopeless is the room's guess budget
and rotation; the code's length alone does not.

Pure: imports nothing of Django.
"""

import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 8

# Longer input cannot be a code however generously it is spaced; refusing it first keeps
# the cost of a hostile request constant.
_LONGEST_INPUT: Final = 64
_LOOKS_LIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Return a fresh code of `LENGTH` characters, uniform over `ALPHABET`."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise(text: str) -> str | None:
    """Return the code somebody meant by `text`, or None when it cannot be one.

    Case, spaces and dashes of any kind do not matter; O is read as 0, I and L as 1.
    U is not in the alphabet, so a text with a U in it is not a code.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in folded if not _is_spacing(c))
    # Upper-casing before this check would let "ß" or a dotless i turn into plain letters.
    if not kept.isascii():
        return None
    code = kept.upper().translate(_LOOKS_LIKE)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code


def display(code: str) -> str:
    """Return a normalised code as it is shown and read aloud: "ABCD-EFGH"."""
    half = LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def _is_spacing(character: str) -> bool:
    # Cf covers the invisible marks that phones paste along with copied text; a pasted
    # minus sign (U+2212) is a symbol to Unicode and a dash to everybody else.
    return character.isspace() or character == "\N{MINUS SIGN}" or unicodedata.category(character) in {"Pd", "Cf"}
