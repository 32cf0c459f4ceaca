"""Many rounds in one database, what was found in it on the way, and what is found when all are sealed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from tests.linkage import dumps, measures, signals
from tests.linkage.acts import Act, Size
from tests.linkage.dumps import Dump
from tests.linkage.hour import FLOWING, TOGETHER, Hour, programme
from tests.linkage.measures import Measured, Stratum
from tests.linkage.signals import Found, Values

KINDS = ((FLOWING,), (TOGETHER,), (FLOWING, TOGETHER))  # what rounds are, in turn
ID = 22  # letters of an id; a hash is longer, and known by its first ones
TAPPED = {"mine_too", "rings_true", "barrier", "help", "staff_group"}


@dataclass
class Series:
    """rounds: pk → acts, oldest first. marks: what no file may hold any more. batches: who wrote what
    flowing questions showed at once. live: what stood there when all was shown."""

    size: Size
    rounds: dict[int, list[Act]] = field(default_factory=dict)
    policies: dict[int, Sequence[str]] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    batches: list[list[int]] = field(default_factory=list)
    live: dict[int, signals.Signals] = field(default_factory=dict)
    sealed: Dump | None = None

    def run(self, seed: int) -> Series:
        """Drive all rounds through, one after the other. Call with the store opened."""
        chance = random.Random(seed)
        home = programme()
        for number in range(self.size.rounds):
            hour = Hour(home, self.size, chance, KINDS[number % len(KINDS)], look=self._look)
            done = hour.run()
            self.rounds[done.pk], self.policies[done.pk] = hour.acts, hour.policies
            self.marks |= hour.marks
            self.batches += hour.batches
        self.sealed = dumps.taken()
        return self

    def _look(self, name: str, hour: Hour) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # as PostgreSQL does by itself, when it likes
        if name == "released":
            self.live[hour.round.pk] = Found(dumps.taken()).signals(hour.acts, hour.round.pk)

    def results(self, *, live: bool = False, policy: str = "") -> dict[tuple[str, str], Measured]:
        """Every signal that says anything, measured over all rounds. policy: only rounds with such questions alone."""
        found = self.strata(live=live, policy=policy).items()
        return {key: measures.measure(parts) for key, parts in found if measures.varies(parts)}

    def strata(self, *, live: bool = False, policy: str = "") -> dict[tuple[str, str], list[Stratum]]:
        """(kind, signal) → the comparable acts of all rounds; taps by the first and by the last on a target."""
        chosen = {pk for pk, policies in self.policies.items() if not policy or set(policies) == {policy}}
        found: dict[tuple[str, str], list[Stratum]] = {}
        for (kind, signal), rounds in self.signals(live=live).items():
            for last in (False, True) if kind in TAPPED else (False,):
                name = f"{kind}, {'last' if last else 'first'} tap" if kind in TAPPED else kind
                parts = [
                    part
                    for pk, values in rounds.items()
                    if pk in chosen
                    for part in measures.strata(self.acts_of(kind)[pk], values, last=last)
                ]
                if parts:
                    found[name, signal] = parts
        return found

    def signals(self, *, live: bool = False) -> dict[tuple[str, str], dict[int, Values]]:
        assert self.sealed is not None
        there = Found(self.sealed)
        each = self.live if live else {pk: there.signals(acts, pk) for pk, acts in self.rounds.items()}
        return signals.merged(each)

    def remnants(self) -> dict[str, int]:
        """Files that still hold an id or hash from before a seal, and how many of them."""
        assert self.sealed is not None
        marks = {mark.encode()[:ID] for mark in self.marks}
        left = {name: len(marks & _windows(content, marks)) for name, content in self.sealed.files.items()}
        return {name: number for name, number in left.items() if number}

    def missing(self) -> list[str]:
        """Sentences that were written and are not in the sealed database."""
        assert self.sealed is not None
        there = {cell for row in self.sealed.rows for cell in row.cells.values() if isinstance(cell, str)}
        written = [act.what for acts in self.rounds.values() for act in acts if act.kind in ("reaction", "proposal")]
        return [words for words in written if words not in there]

    def acts_of(self, kind: str) -> dict[int, list[Act]]:
        return {pk: [act for act in acts if act.kind == kind] for pk, acts in self.rounds.items()}


def _windows(content: bytes, wanted: set[bytes]) -> set[bytes]:
    """Those of the wanted, each as long as an id, that stand anywhere in these bytes: one pass for thousands."""
    runs = (found[0] for found in re.finditer(rb"[A-Za-z0-9_-]{%d,}" % ID, content))
    return {run[at : at + ID] for run in runs for at in range(len(run) - ID + 1) if run[at : at + ID] in wanted}
