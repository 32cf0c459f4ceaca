"""After the seal: no signal in the database, its files or its dumps says who wrote what, or in which order."""

from __future__ import annotations

from tests.linkage import learning, measures
from tests.linkage.learning import Told
from tests.linkage.measures import Measured
from tests.linkage.report import Report, attribution, tau
from tests.linkage.series import Series
from tests.linkage.twins import Twins

MUST_BE_SEEN = {"reaction", "proposal", "feedback", "mine_too, first tap", "rings_true, first tap", "help, first tap"}


def test_nothing_that_was_released_is_lost(series: Series) -> None:
    assert series.missing() == []


def test_no_signal_tells_who_or_when(series: Series, report: Report) -> None:
    results = series.results()
    assert {kind for kind, _ in results} >= MUST_BE_SEEN
    red = {key: measured for key, measured in results.items() if not measured.is_silent}
    report.check("signals of a sealed database", "0 red", f"{len(red)} red of {len(results)}")
    report.signals("After the seal", results, whole=["reaction"])
    assert red == {}


def test_nothing_of_before_the_seal_is_left_in_any_file(series: Series, report: Report) -> None:
    assert len(series.marks) > series.size.posts * series.size.rounds
    left = series.remnants()
    looked_for = f"{len(series.marks):,} ids and hashes of before the seal, in every file and dump"
    report.check(looked_for, "0 left", f"{sum(left.values())} left")
    assert left == {}


def test_all_signals_together_tell_no_more_than_one(series: Series, report: Report) -> None:
    signals = {signal: rounds for (kind, signal), rounds in series.signals().items() if kind == "reaction"}
    measured = measures.measure(learning.guessed(series.acts_of("reaction"), signals))
    limit = f"τ within {measured.tau_limit:.3f}, attributed below {measured.attribution_limit:.3f}"
    report.check(f"all {len(signals)} signals at once, learnt on other rounds", limit, told(measured))
    assert measured.is_silent


def told(measured: Measured) -> str:
    return f"τ {tau(measured)}, attributed {attribution(measured)}"


def test_twins_cannot_be_told_apart(twins: Twins, report: Report) -> None:
    found = twins.pairwise()
    report.check(f"twins by a pair of sentences, {found.tries:,} tries", f"{found.limit:.2f}", accuracy(found))
    whole = twins.whole()
    report.check(f"twins by a whole round, {whole.tries} tries", f"{min(1, whole.limit):.2f}", accuracy(whole))
    assert found.tries >= 150
    assert found.accuracy <= found.limit
    assert whole.accuracy <= whole.limit


def accuracy(found: Told) -> str:
    return f"{found.accuracy:.3f} (chance {found.chance:.3f} ± {found.error:.3f})"
