"""One room on two processes: how much later a screen at the other one sees what was written."""

from __future__ import annotations

import numpy as np

from benchmarks.contenders import Contender, Started
from benchmarks.crowd import Crowd
from benchmarks.measures import DRAIN_SECONDS, SETTLE_SECONDS, Figures, Meter, arrivals, percentiles, room
from benchmarks.process import DidNotStart


def two_processes(contender: Contender, core: int, *, sockets: int, rate: float, seconds: float) -> Figures:
    """An even rhythm of posts, all through the first process; half of the screens are at each.

    extra: what the screens at the other process wait longer than those at the same one, in the same run.
    """
    with room(contender, core, rate=rate) as (started, crowd):
        _come_in(started, crowd, sockets // 2)
        meter = Meter(started)
        count = crowd.keep_posting(rate, seconds)
        crowd.loop.run(lambda: len(crowd.everywhere) == count, seconds + DRAIN_SECONDS)
        figures = meter.read()
        same = percentiles("same_", _delays(crowd, 0, sockets // 2))
        other = percentiles("other_", _delays(crowd, sockets // 2, sockets))
        extra = {f"extra_{which}": other[f"other_{which}"] - same[f"same_{which}"] for which in ("p50", "p95")}
        return {**figures, **arrivals(crowd, figures), **same, **other, **extra}


def _come_in(started: Started, crowd: Crowd, at_each: int) -> None:
    """So many at each process; the first at the first, so that the posters are there."""
    for server in (started.server, *started.others):
        crowd.port = server.port
        if not crowd.enter(at_each):
            raise DidNotStart(f"Only {crowd.admitted} came in. {crowd.troubles or ''} {server.log.read_text()[-2000:]}")
    crowd.loop.run(lambda: False, SETTLE_SECONDS)
    crowd.listen()


def _delays(crowd: Crowd, first: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Of what arrived on the screens that came in between these."""
    members = crowd.members[first:end]
    return np.array([now - sent for member in members for batch, now in member.log for sent in batch.sent] or [np.nan])
