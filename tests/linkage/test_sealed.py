"""After the seal: no signal in the database, its files or its dumps says who wrote what, or in which order."""

from __future__ import annotations

from tests.linkage import learning, measures
from tests.linkage.series import Series
from tests.linkage.twins import Twins

MUST_BE_SEEN = {"reaction", "proposal", "feedback", "mine_too, first tap", "rings_true, first tap", "help, first tap"}


def test_nothing_that_was_released_is_lost(series: Series) -> None:
    assert series.missing() == []


def test_no_signal_tells_who_or_when(series: Series) -> None:
    results = series.results()
    assert {kind for kind, _ in results} >= MUST_BE_SEEN
    assert {key: measured for key, measured in results.items() if not measured.is_silent} == {}


def test_nothing_of_before_the_seal_is_left_in_any_file(series: Series) -> None:
    assert len(series.marks) > series.size.posts * series.size.rounds
    assert series.remnants() == {}


def test_all_signals_together_tell_no_more_than_one(series: Series) -> None:
    signals = {signal: rounds for (kind, signal), rounds in series.signals().items() if kind == "reaction"}
    guesses = learning.guessed(series.acts_of("reaction"), signals)
    assert measures.measure(guesses).is_silent


def test_twins_cannot_be_told_apart(twins: Twins) -> None:
    told = twins.pairwise()
    assert told.tries >= 150
    assert told.accuracy <= told.limit
