"""Grouping anew while people watch: names live on, and nearly everything stays where it is."""

from collections.abc import Sequence

import numpy as np
import pytest

from facilitation.clustering import Pins, Sentence, settle
from facilitation.clustering.embed import Vectors, unit


class ByFirstLetter:
    """What a text begins with is nearly all that it means."""

    def embed(self, written: Sequence[str], /) -> Vectors:
        noise = np.random.default_rng(1).normal(size=(1000, 8)) * 0.05
        rows = [[float(text[:1] == letter) for letter in "abcdefgh"] + noise[int(text[1:])] for text in written]
        return unit(np.array(rows, dtype=np.float32))


def sentences(*texts: str) -> list[Sentence]:
    return [Sentence(f"id-{text}", text) for text in texts]


def of(letter: str, first: int, last: int) -> list[str]:
    return [f"{letter}{number}" for number in range(first, last)]


@pytest.fixture
def standing() -> dict[str, str]:
    return {f"id-{text}": key for key, letter in (("one", "a"), ("two", "b")) for text in of(letter, 0, 30)}


def test_new_ones_join_the_groups_that_stand_under_their_names(standing: dict[str, str]) -> None:
    settled = settle(sentences(*of("a", 0, 33), *of("b", 0, 33)), standing, embedder=ByFirstLetter())
    assert settled == {f"id-{text}": key for key, letter in (("one", "a"), ("two", "b")) for text in of(letter, 0, 33)}


def test_a_new_theme_gets_a_name_of_its_own(standing: dict[str, str]) -> None:
    settled = settle(sentences(*of("a", 0, 30), *of("b", 0, 30), *of("c", 0, 12)), standing, embedder=ByFirstLetter())
    assert {settled[f"id-{text}"] for text in of("a", 0, 30)} == {"one"}
    born = {settled[f"id-{text}"] for text in of("c", 0, 12)}
    assert len(born) == 1
    assert not born & {"one", "two", None}


def test_of_many_that_lie_wrongly_only_a_few_move_at_a_time(standing: dict[str, str]) -> None:
    astray = standing | {f"id-{text}": "two" for text in of("a", 0, 10)}
    everyone = sentences(*of("a", 0, 50), *of("b", 0, 50))
    everywhere = standing | {f"id-{text}": "one" for text in of("a", 30, 50)}
    everywhere |= {f"id-{text}": "two" for text in of("b", 30, 50)} | {one: astray[one] for one in astray}
    settled = settle(everyone, everywhere, embedder=ByFirstLetter())
    moved = [one for one, key in everywhere.items() if settled[one] != key]
    assert len(moved) == 2
    assert all(settled[one] == "one" for one in moved)


def test_what_a_person_pinned_goes_where_it_was_put_at_once(standing: dict[str, str]) -> None:
    pins = Pins(together=(frozenset({"id-a0", "id-b0"}),), apart=(("id-a0", "id-a1"),))
    settled = settle(sentences(*of("a", 0, 30), *of("b", 0, 30)), standing, pinned=pins, embedder=ByFirstLetter())
    assert settled["id-a0"] == settled["id-b0"] != settled["id-a1"]


def test_what_is_gone_is_not_spoken_of(standing: dict[str, str]) -> None:
    settled = settle(sentences(*of("a", 0, 20)), standing, embedder=ByFirstLetter())
    assert settled == {f"id-{text}": "one" for text in of("a", 0, 20)}
