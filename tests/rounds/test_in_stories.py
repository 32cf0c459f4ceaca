"""Dates, wards and ages are marked in a story, and in nothing a phone sends."""

from __future__ import annotations

import pytest

from rounds import identifiers
from rounds.identifiers import in_stories

MARKED = [
    ("A daughter rang on 14 October.", "date", "14 October"),
    ("It was the 14th of may.", "date", "14th of may"),
    ("It was May 14th, early.", "date", "May 14th"),
    ("Since the fourteenth of October nobody asked.", "date", "fourteenth of October"),
    ("It happened in October 2024.", "date", "October 2024"),
    ("She came in on 14/10 by herself.", "date", "14/10"),
    ("Tuesday the 14th was long.", "date", "Tuesday the 14th"),
    ("On Christmas Eve nobody came.", "date", "Christmas Eve"),
    ("We are Ward 7.", "ward", "Ward 7"),
    ("He lay on ward 7B for weeks.", "ward", "ward 7B"),
    ("She works on Willow Ward.", "ward", "Willow Ward"),
    ("It was Ward Seven again.", "ward", "Ward Seven"),
    ("He was 83 and alone.", "age", "83"),
    ("Father (83) smiled.", "age", "83"),
    ("Her father, 83, had waited.", "age", "83"),
    ("She is an 83-year-old teacher.", "age", "83-year-old"),
    ("He is aged eighty-three.", "age", "aged eighty-three"),
    ("A six-week-old baby slept.", "age", "six-week-old"),
    ("At 83 nobody asks you.", "age", "83"),
]
LET_BE = [
    "She may 14 times have asked, and we march 10 miles.",
    "Her pain was 7/10, and we are here 24/7.",
    "On the 14th floor, on the ward at night, we were eight nurses and 40 patients.",
    "On the ward 2 nurses were left, and two of us ran.",
    "It was 12, she was 2 hours late, and at 12 we ate.",
    "His temperature was 39.4, he weighed 83 kg, and at 83% on air he slept.",
    "The Ward was quiet in May. She may one day ask.",
]


@pytest.mark.parametrize(("text", "kind", "words"), MARKED)
def test_a_date_a_ward_and_an_age_are_marked_for_what_they_may_be(text: str, kind: str, words: str) -> None:
    assert [(kind, text[start:end]) for kind, start, end in in_stories.found_in(text)] == [(kind, words)]
    assert identifiers.noticed(text) is None  # what holds a reaction does not know these rules


@pytest.mark.parametrize("text", LET_BE)
def test_ordinary_numbers_of_a_ward_are_left_alone(text: str) -> None:
    assert list(in_stories.found_in(text)) == []
