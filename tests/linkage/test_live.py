"""While a round is open: a stolen database tells batches, and nothing finer; what is not released cannot be read."""

from __future__ import annotations

from tests.linkage.series import Series

AT_MOST = 0.30


def test_from_a_live_dump_of_a_flowing_round_few_can_be_attributed(series: Series) -> None:
    results = series.results(live=True, policy="flowing")
    written = {signal: measured for (kind, signal), measured in results.items() if kind == "reaction"}
    assert written["rounds_reaction.id"].is_silent
    assert {key: m for key, m in written.items() if m.attribution > max(AT_MOST, m.attribution_limit)} == {}
