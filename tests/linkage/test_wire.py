"""Somebody who has the released words and the length of everything each phone sent cannot lay one to the other."""

from __future__ import annotations

import random

import pytest

from rounds.live.frames import write
from rounds.live.padding import LENGTHS, padded
from tests.linkage import measures
from tests.linkage.acts import Act, sentence
from tests.linkage.report import Report
from tests.linkage.wire import attributed

WORDS = ("and", "then", "nobody", "said", "anything", "for", "a", "while", "because", "it", "was", "late", "tired")


@pytest.fixture
def said() -> list[Act]:
    """Eighty sentences by thirty people, of all the lengths that people write."""
    chance = random.Random(5)
    long = [" ".join(chance.choices(WORDS, k=chance.randint(1, 120))) for _ in range(80)]
    return [Act("reaction", chance.randrange(30), float(at), sentence(words), "q") for at, words in enumerate(long)]


def test_lengths_on_the_wire_give_no_row_to_its_author(said: list[Act], report: Report) -> None:
    told = attributed(said, padded)
    what = "lengths of everything sent, laid to the words shown: reactions attributed"
    report.check(what, f"chance + {measures.ABOVE_CHANCE}", f"{told.attribution:.3f} (chance {told.chance:.3f})")
    assert told.attribution <= told.chance + measures.ABOVE_CHANCE


def test_a_client_that_fills_nothing_up_is_seen(said: list[Act]) -> None:
    told = attributed(said, lambda message: write(dict(message)))
    assert told.attribution > 5 * (told.chance + measures.ABOVE_CHANCE)


@pytest.mark.parametrize("text", ["", "a", "Nothing.\n" * 300, 'He said "no" \\' * 100])
def test_whatever_fits_is_of_the_first_length(text: str) -> None:
    assert len(padded({"t": "say", "what": "react", "nonce": "n" * 22, "text": text}).encode()) == LENGTHS[0]


@pytest.mark.parametrize("text", ["あ" * 2_000, "𝒶" * 2_000])
def test_bytes_are_counted_and_not_letters(text: str) -> None:
    assert len(padded({"t": "say", "what": "react", "nonce": "n" * 22, "text": text}).encode()) == LENGTHS[1]


def test_what_fills_up_is_never_the_same_twice() -> None:
    assert padded({"text": "a"}) != padded({"text": "a"})
