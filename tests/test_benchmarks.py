"""The parts of the benchmarks that decide what a figure says: reading frames, counting posts, judging goals."""

from __future__ import annotations

import json

from benchmarks import goals, markers, report, wire
from benchmarks.contenders import STORED
from benchmarks.crowd import Batch, Crowd, Member
from benchmarks.dialects import CommonThread
from rounds.live.frames import Outgoing


def test_frames_of_every_length_are_read_however_they_are_cut() -> None:
    texts = ["a" * length for length in (0, 125, 126, 65535, 65536)]
    stream = b"".join(Outgoing(text).octets for text in texts)
    heard, rest = [], b""
    for start in range(0, len(stream), 997):
        found, rest = wire.frames(rest + stream[start : start + 997])
        heard += [payload.decode() for _, payload in found]
    assert (heard, rest) == (texts, b"")


def test_a_fragment_has_its_size_and_says_which_and_when() -> None:
    fragment = markers.fragment(7, 12.5)
    assert len(fragment.encode()) == markers.FRAGMENT
    assert markers.found(json.dumps({"html": fragment}).encode()) == ((7,), (12.5,))


class Screen(Member):
    """A member without a line."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.log, self.revision, self.unanswered, self.is_in = crowd, [], 1, 0, True
        self.said: list[bytes] = []

    def say(self, payload: bytes) -> None:
        self.said.append(payload)


def a_crowd() -> tuple[Crowd, Screen]:
    crowd = Crowd(CommonThread("store"), 0, [])
    crowd.sent, crowd.remaining, crowd.listeners = [1.0, 1.0, 1.0], [1, 1, 1], 1
    screen = Screen(crowd)
    crowd.members.append(screen)
    return crowd, screen


def test_a_post_that_a_snapshot_repeats_is_counted_once() -> None:
    crowd, screen = a_crowd()
    crowd.received(screen, Batch((0, 1), (1.0, 1.0)), 2.0)
    crowd.received(screen, Batch((0, 1, 2), (1.0, 1.0, 1.0), whole=True), 3.0)
    assert crowd.everywhere == {0: 2.0, 1: 2.0, 2: 3.0}
    crowd.loop.close()


def test_a_gap_is_not_taken_for_news_and_asks_for_a_snapshot() -> None:
    crowd, screen = a_crowd()
    change = {"t": "change", "from": 5, "revision": 6, "rows": markers.text(0, 1.0)}
    crowd.dialect.hear(screen, json.dumps(change, separators=(",", ":")).encode(), 2.0)
    assert crowd.everywhere == {}
    assert screen.said == [b'{"t":"beat","revision":null}']
    crowd.loop.close()


def test_a_goal_beside_a_peer_says_by_how_much_it_is_short() -> None:
    beside_ws = next(goal for goal in goals.GOALS if goal.cell == "steady_200" and goal.beside)
    figures = {STORED.name: {"cpu_per_delivery": 30.0}, beside_ws.beside: {"cpu_per_delivery": 20.0}}
    verdict = beside_ws.verdict({"steady_200": figures})
    assert not verdict.is_met
    assert str(verdict).endswith("30 µs (goal ≤ 20 µs) SHORT by 10 µs, a factor of 1.50")


def test_a_loss_in_one_run_is_not_hidden_by_the_median() -> None:
    runs = {
        "steady_200": {"Node ws": [{"lost": 0.0, "p99": 1.0}, {"lost": 9.0, "p99": 2.0}, {"lost": 0.0, "p99": 9.0}]}
    }
    assert report.medians(runs)["steady_200"]["Node ws"] == {"lost": 9.0, "p99": 2.0}
