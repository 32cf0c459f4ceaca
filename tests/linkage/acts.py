"""What thirty simulated people do in a round: who, exactly when, what. Only the harness keeps this.

It is at once the truth to measure against and, without the words, what the adversary holds: a network log with the
exact time of everything each phone sent.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from rounds.statements import ANSWERS, STATEMENTS

MARK = "zq"  # every sentence ends in this and twelve letters of chance, so that it is found in any file


@dataclass(frozen=True, slots=True)
class Size:
    """How much is simulated. `rounds` of `posts` reactions by `people`, and what comes after them."""

    people: int = 30
    posts: int = 80
    taps: int = 60
    proposals: int = 24
    forms: int = 20
    rounds: int = 20


@dataclass(frozen=True, slots=True)
class Act:
    """Something one person sent. `at`: seconds, as a network log has them; `what`: how the harness knows it again.

    question: acts of different questions (or kinds of target) are never compared: which came first is no secret.
    """

    kind: str
    who: int
    at: float
    what: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that is going to be written, by whom, and how many seconds after the question was asked."""

    who: int
    at: float
    words: str


def sentence(start: str = "I kept thinking about it") -> str:
    """A sentence that nobody else writes; its letters have nothing to do with who writes it or when."""
    return f"{start} {MARK}{secrets.token_hex(6)}"


def script(chance: random.Random, size: Size, number: int, *, seconds: float = 1200) -> list[Line]:
    """`number` sentences in order of time. Some people write much and some little, as people do."""
    eager = [chance.gammavariate(2, 1) for _ in range(size.people)]
    writers = chance.choices(range(size.people), eager, k=number)
    times = sorted(chance.uniform(0, seconds) for _ in range(number))
    return [Line(who, at, sentence()) for who, at in zip(writers, times, strict=True)]


def swapped(lines: Sequence[Line]) -> list[Line]:
    """The same people at the same times with the same sentences, but in each pair with the other's sentence."""
    words = [line.words for line in lines]
    for first in range(0, len(words) - 1, 2):
        words[first], words[first + 1] = words[first + 1], words[first]
    return [Line(line.who, line.at, said) for line, said in zip(lines, words, strict=True)]


def answers(chance: random.Random) -> dict[str, str]:
    """A filled-in feedback form, hardly ever the same twice."""
    return {code: chance.choice(ANSWERS)[0] for code, _ in STATEMENTS}


def together(lines: Sequence[Line], within: float = 2.0) -> list[list[Line]]:
    """Those who press at nearly the same moment (seconds), in order: what one commit may hold."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and line.at - groups[-1][0].at < within:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups
