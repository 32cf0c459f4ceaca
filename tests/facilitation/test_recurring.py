"""Themes that come back over the years: like finds like, at once, and nothing is rebuilt."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.clustering.embed import unit
from facilitation.clustering.recurring import Themes, theme_vector


def test_a_theme_in_other_words_is_found_among_others() -> None:
    themes = Themes(len(theme_vector("Waiting")))
    for key, title in (("a", "Never enough staff at night"), ("b", "Parking is dear"), ("c", "Nobody told the family")):
        themes.put(key, theme_vector(title))
    found = themes.like(theme_vector("Too few of us on the night shift"), alike=0.2)
    assert found[0].key == "a"
    assert themes.like(theme_vector("\U0001f494")) == []


def test_what_people_wrote_for_a_theme_helps_a_title_that_says_little() -> None:
    bare, spoken = (
        theme_vector("That night"),
        theme_vector("That night", ["Two nurses for thirty beds", "We were short"]),
    )
    asked = theme_vector("Not enough nurses")
    assert spoken @ asked > bare @ asked


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
