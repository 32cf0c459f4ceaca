"""Themes that come back over the years: like finds like, at once, and nothing is rebuilt."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.clustering.embed import best_here, unit
from facilitation.clustering.recurring import Themes


def test_a_theme_in_other_words_is_found_among_others() -> None:
    titles = ["Never enough staff at night", "Parking is dear", "Nobody told the family"]
    *vectors, asked, unreadable = best_here().embed([*titles, "Too few of us on the night shift", "\U0001f494"])
    themes = Themes(len(asked))
    for key, vector in zip("abc", vectors, strict=True):
        themes.put(key, vector)
    assert themes.like(asked, alike=0.2)[0].key == "a"
    assert themes.like(unreadable) == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=400))
def test_themes_come_and_go_and_each_is_found_by_its_own_vector(steps: list[tuple[int, bool]]) -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(41, 24)).astype(np.float32))
    themes, there = Themes(24), set[int]()
    for number, comes in steps:
        if comes:
            themes.put(f"{number}", vectors[number])
            there.add(number)
        else:
            themes.drop(f"{number}")
            there.discard(number)
    assert len(themes) == len(there)
    for number in range(41):
        found = themes.like(vectors[number], most=1, alike=0.98)
        assert [one.key for one in found] == ([f"{number}"] if number in there else [])


def test_more_themes_than_there_was_room_for_are_all_kept() -> None:
    vectors = unit(np.random.default_rng(4).normal(size=(700, 24)).astype(np.float32))
    themes = Themes(24)
    for number, vector in enumerate(vectors):
        themes.put(f"{number:03}", vector)
    assert [themes.like(vector, most=1)[0].key for vector in vectors] == [f"{number:03}" for number in range(700)]


def test_a_theme_put_again_has_its_new_vector_and_no_other() -> None:
    one, other = np.eye(2, dtype=np.float32)
    themes = Themes(2)
    themes.put("a", one)
    themes.put("a", other)
    assert len(themes) == 1
    assert themes.like(one) == []
    assert [found.key for found in themes.like(other)] == ["a"]
