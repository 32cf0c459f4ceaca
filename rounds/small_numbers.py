"""Small numbers: what may be shown of a count without telling who was counted.

The rule is standard statistical disclosure control for tables of people (threshold,
rounding, complementary suppression):

1. threshold: no count below `THRESHOLD`, nought included, is shown;
2. complement: no count is shown when everybody else together is below `THRESHOLD`;
3. complementary suppression: when any count is hidden, at least two are, and together
   they are at least `THRESHOLD`; the next smallest is hidden until that is so;
4. no total beside a gap: the total is shown only when no count is hidden. With it, rules
   1 to 3 can be solved (4, 7 and 7 people: the rounded total 20 gives the 4 away);
5. rounding: what is shown is rounded to the nearest `STEP`, the total as well.

A count hidden by rule 1 looks exactly like one hidden by rule 3. For somebody who knows
these rules and every published number, each hidden count can still be any of 0 to 4.
Somebody who also counted the room knows more, and no rule for a table can help that.

The rule protects one table, published once. Two tables of the same people a minute
apart, or the same people counted two ways, can be subtracted: publish once per stage,
and never cross-tabulate.

Pure: imports nothing of Django.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

THRESHOLD: Final = 5
STEP: Final = 5
FEW: Final = "fewer than five"


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be published: rounded, or None where it is kept back.

    It carries nothing else, so that no template or export can show the exact count or
    the reason it was hidden.
    """

    value: int | None

    @property
    def hidden(self) -> bool:
        """Whether the count is kept back."""
        return self.value is None

    def __str__(self) -> str:
        return "not shown" if self.value is None else f"about {self.value}"


HIDDEN: Final = Shown(None)


def suppress(counts: Mapping[str, int]) -> Mapping[str, Shown]:
    """Return what may be shown of each of `counts`, in the same order.

    `counts` must be exact and must split one set of people, each counted once; they must
    include the groups with nobody in them, or a missing line would say "nought".
    Beside it publish no total but `shown_total`. ValueError for a negative count.
    """
    hidden = _hidden(counts)
    return {name: HIDDEN if name in hidden else Shown(_round(count)) for name, count in counts.items()}


def shown_total(counts: Mapping[str, int]) -> Shown:
    """Return what may be shown of the sum of `counts`: hidden when any of them is hidden."""
    if not counts or _hidden(counts):
        return HIDDEN
    return Shown(_round(sum(counts.values())))


def band(count: int, *, moved: Sequence[int] = ()) -> str:
    """Return roughly how many, in words for a screen that changes while people watch.

    "fewer than five", "about 5", "about 10", then in tens to a hundred, in fifties to
    500 and in hundreds beyond. ValueError for a negative count.

    moved: a secret byte (0 to 255) for each step. Without it the step to "about 10" says
    that it is eight now, and who has just pressed "send" knows of how many. With it each
    step comes somewhat earlier or later, only this secret says where. "About 5" is never
    said of fewer than five.
    """
    _checked(count)
    words = FEW
    for number, (least, earlier, later, about) in enumerate(_steps()):
        secret = moved[number % len(moved)] if moved else None
        offset = 0 if secret is None else secret % (earlier + later + 1) - earlier
        if count < least + offset:
            break
        words = f"about {about}"
    return words


def _steps() -> Iterator[tuple[int, int, int, int]]:
    """From so many on, moved by so many earlier or later, it is about so many. No two steps can meet."""
    yield THRESHOLD, 0, 2, 5
    yield 8, 0, 3, 10
    for about in range(20, 101, 10):
        yield about - 5, 3, 3, about
    for about in range(150, 501, 50):
        yield about - 25, 12, 12, about
    for about in itertools.count(600, 100):
        yield about - 50, 25, 25, about


def _hidden(counts: Mapping[str, int]) -> frozenset[str]:
    """Return the names to keep back by rules 1 to 3."""
    # Sorting is stable, so equal counts are hidden in the order they are shown in, and a
    # second publication of the same counts hides the same ones.
    smallest_first = sorted(counts, key=lambda name: _checked(counts[name]))
    total = sum(counts.values())
    hidden = {name for name, count in counts.items() if min(count, total - count) < THRESHOLD}
    for name in smallest_first:
        if not hidden or _is_safe([counts[other] for other in hidden]):
            break
        hidden.add(name)
    return frozenset(hidden)


def _is_safe(hidden: list[int]) -> bool:
    return len(hidden) >= 2 and sum(hidden) >= THRESHOLD


def _round(count: int) -> int:
    return _nearest(count, STEP)


def _nearest(count: int, step: int) -> int:
    # Not round(), which sends halves to the even neighbour.
    return (count + step // 2) // step * step


def _checked(count: int) -> int:
    if count < 0:
        message = f"A number of people cannot be negative: {count}"
        raise ValueError(message)
    return count
