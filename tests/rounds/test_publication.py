"""Everything that is published of one round, together, and somebody who solves it for a small number.

The head-count, its total and the eight statements are published once, side by side; the statements are all of the same
forms. The attacker counted the people in the room exactly, knows the rounding, and in the second part every rule.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds import closing, small_numbers
from rounds.closing import Agreement
from rounds.small_numbers import Shown
from rounds.statements import AGREEING, STATEMENTS

AGREE, OTHERWISE = min(AGREEING), "no"
Range = tuple[int, int]  # the least and the most that a number can be


@dataclass(frozen=True)
class Hour:
    """Who was there, of which group, and how many of the forms agreed with each statement."""

    people: int
    groups: Mapping[str, int]
    forms: int
    agreed: tuple[int, ...]

    def feedback(self) -> list[Agreement]:
        forms = [
            {
                code: AGREE if number < agreed else OTHERWISE
                for (code, _), agreed in zip(STATEMENTS, self.agreed, strict=False)
            }
            for number in range(self.forms)
        ]
        asked = STATEMENTS[: len(self.agreed)]
        return [closing._agreement(code, text, forms) for code, text in asked]


@st.composite
def hours(draw: st.DrawFn) -> Hour:
    groups = draw(st.lists(st.integers(0, 6) | st.integers(0, 40), min_size=1, max_size=8))
    forms = draw(st.integers(0, 60))
    agreed = tuple(draw(st.integers(0, forms)) for _ in STATEMENTS)
    more = draw(st.integers(0, 10))
    named = {f"group {place}": count for place, count in enumerate(groups)}
    return Hour(people=max(sum(groups), forms) + more, groups=named, forms=forms, agreed=agreed)


@dataclass
class Solver:
    """What each number can still be, narrowed until nothing changes: exact, for sums that share no more than this."""

    can_be: dict[str, Range] = field(default_factory=dict)
    sums: list[tuple[str, list[str]]] = field(default_factory=list)  # a whole and its parts

    def learn(self, name: str, least: int, most: int) -> None:
        before = self.can_be.get(name, (0, 10**6))
        self.can_be[name] = max(before[0], least), min(before[1], most)

    def see(self, name: str, shown: Shown) -> None:
        """A number is published to the nearest five, or kept back."""
        self.learn(name, 0, 10**6)
        if shown.value is not None:
            self.learn(name, shown.value - 2, shown.value + 2)

    def solve(self) -> None:
        before: dict[str, Range] = {}
        while before != self.can_be:
            before = dict(self.can_be)
            for whole, parts in self.sums:
                ranges = [self.can_be[part] for part in parts]
                least, most = (sum(one[side] for one in ranges) for side in (0, 1))
                self.learn(whole, least, most)
                for part in parts:
                    low, high = self.can_be[part]
                    self.learn(part, self.can_be[whole][0] - (most - high), self.can_be[whole][1] - (least - low))


def solved(hour: Hour) -> Solver:
    """What somebody finds who puts everything together that is published of this hour, and has counted the room."""
    solver = Solver()
    shown = small_numbers.suppress(hour.groups)
    for name, cell in shown.items():
        solver.see(name, cell)
    solver.see("all groups", small_numbers.shown_total(hour.groups))
    solver.see("forms", small_numbers.HIDDEN)
    for number, line in enumerate(hour.feedback()):
        solver.see(f"agreed {number}", line.agreed)
        solver.see(f"otherwise {number}", line.otherwise)
        solver.sums.append(("forms", [f"agreed {number}", f"otherwise {number}"]))
    solver.sums.append(("all groups", list(hour.groups)))
    for part in ("forms", "all groups"):
        solver.learn(part, 0, hour.people)
    solver.solve()
    return solver


@settings(max_examples=300, deadline=None)
@given(hours())
def test_nobody_who_solves_what_is_published_finds_a_number_below_five(hour: Hour) -> None:
    solver = solved(hour)
    most_people = max(5, hour.people)
    for name, (_, most) in solver.can_be.items():
        assert most >= min(5, most_people) or hour.people < 5, (name, solver.can_be)


@settings(max_examples=300, deadline=None)
@given(hours())
def test_nor_that_everybody_else_is_fewer_than_five(hour: Hour) -> None:
    solver = solved(hour)
    if hour.people < 5:
        return  # whoever counted the room needs no table
    for whole, parts in solver.sums:
        for part in parts:
            others = sum(solver.can_be[other][1] for other in parts if other != part)
            assert min(others, solver.can_be[whole][1] - solver.can_be[part][0]) >= 5 or len(parts) == 1, (whole, part)


def test_the_solver_finds_what_a_careless_table_gives_away() -> None:
    """The rounded total beside a gap: 4, 7 and 7 people of 18."""
    solver = Solver()
    for name, shown in {"a": None, "b": 5, "c": 5, "total": 20}.items():
        solver.see(name, Shown(shown))
    solver.sums.append(("total", ["a", "b", "c"]))
    solver.learn("total", 0, 18)
    solver.learn("b", 7, 7)
    solver.learn("c", 7, 7)
    solver.solve()
    assert solver.can_be["a"] == (4, 4)


@pytest.mark.parametrize("most", [16])
def test_two_statements_of_the_same_forms_do_not_solve_each_other(most: int) -> None:
    """Every hour of up to so many forms, sorted by what is published of it: a hidden number can be small and not."""
    possible: dict[tuple[int | None, ...], set[tuple[int, ...]]] = defaultdict(set)
    for forms in range(most + 1):
        for first, second in itertools.product(range(forms + 1), repeat=2):
            lines = Hour(people=forms, groups={}, forms=forms, agreed=(first, second)).feedback()
            cells = tuple(cell.value for line in lines for cell in (line.agreed, line.otherwise))
            possible[cells].add((first, forms - first, second, forms - second))
    assert len(possible) > 3
    for cells, worlds in possible.items():
        for place, cell in enumerate(cells):
            can_be = {world[place] for world in worlds}
            assert max(can_be) >= 5, (cells, place)
            assert cell is not None or min(can_be) < 5 <= max(can_be)
