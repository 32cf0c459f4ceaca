"""The order of sealed rows in the files: it must say nothing, whatever it is compared with."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db import connection
from django.db.models import Model, TextField
from django.db.models.expressions import RawSQL

from rounds.models import Reaction, Round, SealedPost, Spent, Voice
from rounds.self_audit import tables
from rounds.self_audit.asking import Check, Surroundings

# Of a shuffled round one in two million lies so far off; what is sorted by time lies far beyond from some 20 rows on.
TOO_FAR: Final = 5.0
GONE_AT_THE_SEAL: Final = (SealedPost, Voice, Spent)
Pair = tuple[Any, Any]


@dataclass
class Agreement:
    """How far two orders of the same rows agree, added up over rounds (Kendall 1938, ties as in Kendall 1945)."""

    score: int = 0
    variance: float = 0.0

    def add(self, pairs: Sequence[Pair]) -> None:
        score, variance = kendall(pairs)
        self.score += score
        self.variance += variance

    @property
    def is_chance(self) -> bool:
        return abs(self.score) <= TOO_FAR * math.sqrt(self.variance)


@dataclass
class Rows:
    """A sealed round's rows of one table: (place in the file, id, question), and the transactions that wrote them."""

    places: list[tuple[Any, str, int]] = field(default_factory=list)
    transactions: set[str] = field(default_factory=set)


def kendall(pairs: Sequence[Pair]) -> tuple[int, float]:
    """Kendall's S of these pairs, and its variance where the two have nothing to do with each other.

    Pairs that are level in either do not count. O(n log n) but for ties in both, of which there are none here.
    """
    seen: list[Any] = []
    score = 0
    for _, level in groupby(sorted(pairs), key=itemgetter(0)):
        seconds = [second for _, second in level]
        score += sum(bisect_left(seen, second) - (len(seen) - bisect_right(seen, second)) for second in seconds)
        for second in seconds:
            insort(seen, second)
    n = len(pairs)
    ties = (Counter(pair[side] for pair in pairs).values() for side in (0, 1))
    lost = sum(t * (t - 1) * (2 * t + 5) for counted in ties for t in counted)
    return score, max(0.0, (n * (n - 1) * (2 * n + 5) - lost) / 18)


def _places(surroundings: Surroundings) -> Iterator[str]:
    for model in tables.guarded():
        rounds = _sealed(model)
        table = model._meta.db_table
        if _agree([[(place, key) for place, key, _ in rows.places] for rows in rounds.values()]):
            yield f"The rows of {table} lie in the file in the order of their ids."
        if _agree([[(place, question) for place, _, question in rows.places] for rows in rounds.values()]):
            yield f"The rows of {table} lie in the file in the order of the questions they answer."


def _ids(surroundings: Surroundings) -> Iterator[str]:
    when = dict(Round.objects.filter(sealed_at__isnull=False).values_list("pk", "closed_at"))
    for model in tables.guarded():
        rounds = _sealed(model)
        pairs = [(when[pk], key) for pk, rows in rounds.items() if when[pk] for _, key, _ in rows.places]
        if _agree([pairs]):
            yield f"The ids in {model._meta.db_table} go up with time: they were not drawn at random."


def _writers(surroundings: Surroundings) -> Iterator[str]:
    for model in tables.guarded():
        several = [pk for pk, rows in _sealed(model).items() if len(rows.transactions) > 1]
        if several:
            yield (
                f"In {model._meta.db_table} rows of {len(several)} sealed round(s) were not written all at once: "
                "which were written together can be seen."
            )


def _gone(surroundings: Surroundings) -> Iterator[str]:
    for model in GONE_AT_THE_SEAL:
        left = model._base_manager.filter(round__sealed_at__isnull=False).count()
        if left:
            yield f"There are {left} row(s) in {model._meta.db_table} that the seal should have removed."


def _agree(rounds: Iterable[Sequence[Pair]]) -> bool:
    """Whether two orders agree more, or disagree more, than chance has it: in one round, or in all together."""
    together = Agreement()
    alone = []
    for pairs in rounds:
        one = Agreement()
        one.add(pairs)
        alone.append(one)
        together.add(pairs)
    return not (together.is_chance and all(one.is_chance for one in alone))


def _sealed(model: type[Model]) -> dict[int, Rows]:
    """The rows of sealed rounds, round by round."""
    name = connection.ops.quote_name(model._meta.db_table)
    is_sqlite = connection.vendor == "sqlite"
    place = RawSQL(f"{name}.rowid" if is_sqlite else f"{name}.ctid::text", [], output_field=TextField())  # noqa: S611
    writer = RawSQL("'0'" if is_sqlite else f"{name}.xmin::text", [], output_field=TextField())  # noqa: S611
    to_round = "prompt__round" if model is Reaction else "round"
    question = "prompt__position" if model is Reaction else "round__id"
    of_sealed = model._base_manager.filter(**{f"{to_round}__sealed_at__isnull": False})
    found: dict[int, Rows] = defaultdict(Rows)
    for round_pk, key, asked, at, by in of_sealed.values_list(f"{to_round}__id", "pk", question, place, writer):
        found[round_pk].places.append((_place(at), str(key), asked))
        found[round_pk].transactions.add(by)
    return found


def _place(at: Any) -> tuple[int, ...]:
    """A row's place in its file: SQLite's rowid, or PostgreSQL's page and line."""
    return tuple(int(part) for part in str(at).strip("()").split(","))


CHECKS = (
    Check("places", "Where a sealed row lies in the file says nothing.", _places),
    Check("ids", "The ids of sealed rows say nothing of when.", _ids),
    Check("writers", "All of a sealed round was written anew at once.", _writers),
    Check("gone", "What the seal removes is gone.", _gone),
)
