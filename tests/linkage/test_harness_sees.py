"""A harness that sees nothing proves nothing: each kind of leak, put in on purpose, turns its check red."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection

from rounds import holding, sealing
from rounds.models import Reaction, Round, StaffAct
from tests.linkage import learning, measures
from tests.linkage.acts import Act, Size
from tests.linkage.dumps import Dump, Row
from tests.linkage.hour import Hour
from tests.linkage.measures import Measured, Stratum, measure
from tests.linkage.series import Series
from tests.linkage.signals import Found
from tests.linkage.stores import Store
from tests.linkage.test_live import too_telling
from tests.linkage.twins import TWIN, Twins

TINY = Size(posts=40, taps=12, proposals=10, forms=8, rounds=1)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Sentences in the order in which they are sent."""
    order: dict[str, int] = {}
    say = Hour.say

    def noting(hour: Hour, said: Sequence[tuple[str, int, dict[str, str]]]) -> None:
        for _, _, fields in said:
            order.setdefault(fields.get("text", ""), len(order))
        say(hour, said)

    monkeypatch.setattr(Hour, "say", noting)
    return order


@pytest.fixture
def in_order(written: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A seal that keeps the order of writing: whatever it shuffles comes out as it was written."""

    def shuffle(self: object, items: list[Any]) -> None:
        items.sort(key=lambda item: written.get(getattr(item, "text", ""), 0))

    monkeypatch.setattr(secrets.SystemRandom, "shuffle", shuffle)


def loud(series: Series, kind: str = "reaction") -> dict[str, Measured]:
    results = series.results()
    return {signal: found for (its_kind, signal), found in results.items() if its_kind == kind and not found.is_silent}


def test_a_seal_that_keeps_the_order_is_seen_in_every_place(store: Store, in_order: None) -> None:
    series = Series(TINY).run(seed=1)
    place = "rowid" if connection.vendor == "sqlite" else "ctid"
    dump = ".dump" if connection.vendor == "sqlite" else "pg_dump"
    seen = loud(series)
    assert {f"rounds_reaction: {place}", f"{dump}: place 1 of its words"} <= seen.keys()
    assert seen[f"rounds_reaction: {place}"].tau == pytest.approx(1)
    assert seen[f"rounds_reaction: {place}"].attribution == pytest.approx(1)
    assert f"facilitation_proposal: {place}" in loud(series, "proposal")


def test_twins_are_told_apart_by_a_seal_that_keeps_the_order(store: Store, in_order: None) -> None:
    told = Twins(replace(TWIN, posts=40, rounds=2)).run(seed=1).pairwise()
    assert told.accuracy > max(0.9, told.limit)


def test_a_row_with_a_time_that_names_a_reaction_is_seen(
    store: Store, written: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(round: Round, new_ids: Mapping[str, str]) -> None:
        for reaction in Reaction.objects.filter(pk__in=new_ids):
            told = StaffAct.objects.create(round=round, what=f"looked at {new_ids[reaction.pk]}")
            moment = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=written[reaction.text])
            StaffAct.objects.filter(pk=told.pk).update(at=moment)

    monkeypatch.setattr(sealing, "_rewriters", [*sealing._rewriters, tell])
    assert loud(Series(TINY).run(seed=1))["rounds_staffact.at"].attribution == pytest.approx(1)


def test_a_seal_that_does_not_compact_is_seen(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "compact", lambda models: True)
    assert Series(TINY).run(seed=1).remnants()


def test_reactions_shown_one_by_one_are_seen_in_a_live_dump(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Round, "flowing_batch", property(lambda round: 1))
    monkeypatch.setattr(holding, "LOWEST_FLOOR", 1)
    assert "rounds_reaction.id" not in (seen := too_telling(Series(TINY).run(seed=1)))
    assert seen


SENT = [Act("reaction", number % 7, float(number), f"words {number}", "q") for number in range(60)]


def told_by(rows: list[Row], files: Mapping[str, bytes] | None = None) -> set[str]:
    """Signals that are not silent in a dump made by hand."""
    found = Found(Dump(rows, files or {})).signals(SENT, 1)
    parts = {signal: measures.strata(SENT, values) for (_, signal), values in found.items()}
    return {signal for signal, part in parts.items() if measures.varies(part) and not measure(part).is_silent}


def own_rows(places: Mapping[int, float] | None = None) -> list[Row]:
    """A row for each act under an id without meaning; places: number of the act → its transaction."""
    return [
        Row("reaction", {"id": secrets.token_urlsafe(16), "text": act.what}, {"xmin": (places or {}).get(number, 1)})
        for number, act in enumerate(SENT)
    ]


def test_a_time_in_another_row_of_the_same_transaction_is_seen() -> None:
    numbers = random.Random(1).sample(range(1000, 9000), len(SENT))
    rows = own_rows(dict(enumerate(numbers)))
    times = [
        Row("act", {"at": datetime.fromtimestamp(1e9 + at, tz=UTC)}, {"xmin": number})
        for at, number in enumerate(numbers)
    ]
    assert told_by(rows + times) == {"reaction: time of a row of its transaction"}


def test_an_order_in_a_list_of_ids_is_seen() -> None:
    rows = own_rows()
    group = Row("group", {"members": [row.cells["id"] for row in rows]})
    assert told_by([*rows, group]) == {"group.members: place in the list"}


def test_what_the_bytes_of_a_file_keep_is_seen() -> None:
    kept = b"\x00".join(act.what.encode() + b"\x01" for act in SENT)
    assert told_by(own_rows(), {"file": kept}) == {"file: place 1 of its words"}


def test_rows_without_a_signal_are_silent() -> None:
    assert told_by(own_rows()) == set()


@pytest.mark.parametrize(
    "leak",
    [
        np.arange,
        lambda n: -np.arange(n),
        lambda n: np.roll(np.arange(n), n // 2),
        lambda n: np.arange(n) // 5 * 7 % n,  # batches stay together, in an order of their own
    ],
    ids=["in order", "backwards", "from the middle on", "batch by batch"],
)
def test_every_way_of_keeping_an_order_is_seen(leak: Any) -> None:
    when, who = np.arange(80.0), np.arange(80) % 30
    assert not measure([Stratum(when, who, leak(80).astype(float))]).is_silent


def test_chance_is_not_taken_for_a_leak() -> None:
    chance = np.random.default_rng(1)
    for _ in range(20):
        parts = [Stratum(np.arange(80.0), np.arange(80) % 30, chance.random(80)) for _ in range(10)]
        assert measure(parts).is_silent


def test_signals_that_tell_only_together_are_seen() -> None:
    # Each of two numbers is noise; their sum is the time.
    chance = random.Random(2)
    rounds = {pk: [Act("reaction", who % 30, float(who), f"{pk} {who}") for who in range(60)] for pk in range(8)}
    noise = {act.what: chance.uniform(-60, 60) for sent in rounds.values() for act in sent}
    one = {pk: {act.what: noise[act.what] for act in sent} for pk, sent in rounds.items()}
    other = {pk: {act.what: act.at - noise[act.what] for act in sent} for pk, sent in rounds.items()}
    assert not measure(learning.guessed(rounds, {"one": one, "other": other})).is_silent
