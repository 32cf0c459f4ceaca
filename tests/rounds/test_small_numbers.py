"""Small numbers: what is shown, and an attacker who knows the rule and tries to undo it."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import small_numbers

Publication = tuple[tuple[int | None, ...], int | None]

tables = st.lists(st.integers(0, 120) | st.integers(0, 9), min_size=1, max_size=10).map(
    lambda counts: {f"group {place}": count for place, count in enumerate(counts)}
)


def published(counts: Mapping[str, int]) -> Publication:
    """Everything an outsider sees of a table: its cells in order, and its total."""
    cells = tuple(shown.value for shown in small_numbers.suppress(counts).values())
    return cells, small_numbers.shown_total(counts).value


def values(**counts: int) -> dict[str, int | None]:
    return {name: shown.value for name, shown in small_numbers.suppress(counts).items()}


def test_a_table_without_small_counts_is_shown_rounded_with_its_total() -> None:
    assert values(nurses=32, doctors=8, porters=5) == {"nurses": 30, "doctors": 10, "porters": 5}
    total = small_numbers.shown_total({"nurses": 32, "doctors": 8, "porters": 5})
    assert total.value == 45


def test_one_small_count_takes_the_next_smallest_with_it() -> None:
    assert values(nurses=32, doctors=8, porters=2) == {
        "nurses": 30,
        "doctors": None,
        "porters": None,
    }


def test_nobody_at_all_is_hidden_like_a_few() -> None:
    assert values(nurses=32, doctors=8, porters=0) == values(nurses=32, doctors=8, porters=4)


def test_a_count_is_hidden_when_everybody_else_together_is_below_five() -> None:
    assert values(nurses=32, doctors=2, porters=1) == {
        "nurses": None,
        "doctors": None,
        "porters": None,
    }


def test_a_lone_group_is_hidden_because_it_would_say_something_of_everybody() -> None:
    assert values(agree=30) == {"agree": None}
    assert values(agree=30, disagree=0) == {"agree": None, "disagree": None}


def test_two_small_counts_are_enough_company_for_each_other_from_five_together() -> None:
    assert values(a=3, b=2, c=20, d=30) == {"a": None, "b": None, "c": 20, "d": 30}
    assert values(a=3, b=1, c=20, d=30) == {"a": None, "b": None, "c": None, "d": 30}


def test_the_total_is_not_shown_beside_a_gap() -> None:
    """The rounded total 20 would leave 4 as the only value of the first count."""
    assert published({"a": 4, "b": 7, "c": 7}) == ((None, None, 5), None)


def test_an_empty_table_shows_nothing() -> None:
    assert small_numbers.suppress({}) == {}
    assert small_numbers.shown_total({}).hidden


def test_a_hidden_count_says_nothing_else_in_words() -> None:
    first, second = small_numbers.suppress({"a": 1, "b": 40}).values()
    assert str(first) == str(second) == "not shown"
    assert repr(first) == repr(second)
    assert str(small_numbers.Shown(20)) == "about 20"


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative: -1"):
        small_numbers.suppress({"a": -1, "b": 9})
    with pytest.raises(ValueError, match="cannot be negative"):
        small_numbers.band(-3)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "fewer than five"),
        (4, "fewer than five"),
        (5, "about 5"),
        (7, "about 5"),
        (8, "about 10"),
        (14, "about 10"),
        (15, "about 20"),
        (65, "about 70"),
        (99, "about 100"),
        (124, "about 100"),
        (125, "about 150"),
        (499, "about 500"),
        (1_049, "about 1000"),
    ],
)
def test_a_band_says_roughly_how_many(count: int, words: str) -> None:
    assert small_numbers.band(count) == words


def size(words: str) -> int:
    return int(words.removeprefix("about ").replace("fewer than five", "0"))


secrets_ = st.binary(min_size=32, max_size=32)


@given(st.integers(0, 2_000), secrets_ | st.just(b""))
def test_a_band_never_goes_down_as_people_come_in(count: int, moved: bytes) -> None:
    assert size(small_numbers.band(count, moved=moved)) <= size(small_numbers.band(count + 1, moved=moved))


@given(st.integers(0, 2_000), secrets_)
def test_wherever_its_steps_lie_a_band_is_near_the_truth_and_never_speaks_of_a_few(count: int, moved: bytes) -> None:
    said = size(small_numbers.band(count, moved=moved))
    assert said == 0 or count >= 5
    assert said > 0 or count <= 6
    assert said == 0 or abs(said - count) <= max(7, count * 0.4)


@pytest.mark.parametrize("about", [5, 10, 20, 50, 100, 150, 500])
def test_the_moment_a_band_changes_does_not_say_how_many_it_is(about: int) -> None:
    """Over all secrets the step comes at each of several numbers about equally often."""
    dice = random.Random(about)
    first = Counter(
        next(count for count in range(700) if size(small_numbers.band(count, moved=moved)) >= about)
        for moved in (dice.randbytes(32) for _ in range(2_000))
    )
    assert len(first) >= (3 if about == 5 else 4)
    assert max(first.values()) <= 2_000 / len(first) * 1.35


@given(tables)
def test_what_is_shown_is_never_small_and_never_exact_to_the_person(counts: dict[str, int]) -> None:
    people = sum(counts.values())
    for name, shown in small_numbers.suppress(counts).items():
        if shown.value is not None:
            assert counts[name] >= 5
            assert people - counts[name] >= 5
            assert shown.value % 5 == 0
            assert abs(shown.value - counts[name]) <= 2


@given(tables)
def test_hidden_counts_are_never_alone_and_never_few_people(counts: dict[str, int]) -> None:
    shown = small_numbers.suppress(counts)
    hidden = [counts[name] for name in counts if shown[name].hidden]
    everything = len(hidden) == len(counts)
    assert not hidden or everything or (len(hidden) >= 2 and sum(hidden) >= 5)
    assert list(shown) == list(counts)


@given(tables)
def test_the_total_is_shown_exactly_when_nothing_is_hidden(counts: dict[str, int]) -> None:
    gaps = any(shown.hidden for shown in small_numbers.suppress(counts).values())
    assert small_numbers.shown_total(counts).hidden == gaps


@pytest.mark.parametrize(("groups", "most"), [(1, 30), (2, 30), (3, 18), (4, 11)])
def test_an_attacker_who_tries_every_table_cannot_rule_out_any_small_count(groups: int, most: int) -> None:
    """All tables up to a size, sorted by what is published of them: nothing is solved."""
    possible: dict[Publication, set[tuple[int, ...]]] = defaultdict(set)
    for counts in itertools.product(range(most + 1), repeat=groups):
        possible[published(dict(zip("abcd", counts, strict=False)))].add(counts)
    assert any(None in cells for cells, _ in possible)
    for (cells, _), candidates in possible.items():
        for place in (place for place, cell in enumerate(cells) if cell is None):
            assert {0, 1, 2, 3, 4} <= {counts[place] for counts in candidates}


@given(tables)
def test_in_a_table_of_any_size_each_hidden_count_could_be_any_of_nought_to_four(
    counts: dict[str, int],
) -> None:
    seen = published(counts)
    hidden = [name for name, cell in zip(counts, seen[0], strict=True) if cell is None]
    # Rounding leaves room upwards in what is shown, and the attacker must allow for it.
    shown = {name: cell + 2 for name, cell in zip(counts, seen[0], strict=True) if cell is not None}
    for name, small in itertools.product(hidden, range(5)):
        others = _alternatives(counts | shown, name, small, hidden)
        assert any(published(other) == seen for other in others)


def _alternatives(counts: dict[str, int], name: str, small: int, hidden: list[str]) -> Iterator[dict[str, int]]:
    """Exact tables with `small` people in `name`: one other hidden count gives way, or none."""
    changed = counts | {name: small}
    yield changed
    for other in hidden:
        if other != name:
            yield from (changed | {other: count} for count in range(11))
