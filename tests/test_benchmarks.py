"""The parts of the benchmarks that decide what a figure says: reading frames, counting posts, judging goals."""

from __future__ import annotations

import json
import math
import socket
import time

from benchmarks import goals, markers, report, wire
from benchmarks.cells import CELLS
from benchmarks.contenders import ON_A_PHONE, STORED, TWO_PROCESSES
from benchmarks.crowd import Batch, Crowd, Member
from benchmarks.dialects import CommonThread
from benchmarks.process import free_port
from benchmarks.slow_line import SlowLine, Speed
from benchmarks.steps import Watching
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


def test_a_step_counts_where_it_stands_and_where_it_was_shown_first() -> None:
    crowd, screen = a_crowd()
    watching = crowd.dialect = Watching("sessionid=a")
    watching.awaited = "threads"
    for at, stage in ((2.0, "reflection"), (3.0, "threads"), (4.0, "threads")):
        change = {"t": "change", "from": screen.revision, "revision": at, "stage": stage}
        watching.hear(screen, json.dumps(change, separators=(",", ":")).encode(), at)
    assert watching.seen == {screen: 3.0}
    crowd.loop.close()


def test_only_the_console_shows_its_session() -> None:
    crowd, screen = a_crowd()
    watching = Watching("sessionid=a")
    screen.ticket = "a-phone"
    assert watching.headers(screen) == {}
    screen.ticket = "signed:console"
    assert watching.headers(screen)["Cookie"] == "sessionid=a"
    crowd.loop.close()


def test_a_slow_line_carries_every_byte_and_is_never_faster_than_it_says() -> None:
    said, door = bytes(range(256)) * 40, free_port()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        speed = Speed(round_trip=0.1, down=1e6, up=1e6)
        with SlowLine(port=door, to=server.getsockname()[1], speed=speed) as line:
            began = time.monotonic()
            with socket.create_connection(("127.0.0.1", door)) as phone:
                phone.sendall(b"?")
                there, _ = server.accept()
                with there:
                    assert there.recv(1) == b"?"
                    there.sendall(said)
                heard = b"".join(iter(lambda: phone.recv(65536), b""))
            took = time.monotonic() - began
    assert heard == said
    assert line.heard == len(said)
    assert took >= 0.2 + 8 * len(said) / 1e6  # a round trip to open, one to ask and hear, and the bytes themselves


def test_each_cell_can_be_shown_and_each_goal_has_one() -> None:
    assert {goal.cell for goal in goals.GOALS} <= {cell.name for cell in CELLS}
    nothing: dict[str, float] = {}
    for cell in CELLS:
        shows = [start for start in report.SHOWN if cell.name.startswith(start)]
        assert len(shows) == 1, f"{cell.name} is shown by {shows}"
        contenders = {contender.name: [nothing] for contender in cell.contenders}
        assert cell.doubt in "".join(report.doubts({cell.name: contenders}))


def test_what_only_the_product_has_stands_in_its_column() -> None:
    first = dict.fromkeys(("door_kb", "door_usable", "room_kb", "room_usable", "requests", "later_kb"), 1.0)
    apart = {**dict.fromkeys(("same_p50", "same_p95", "other_p50", "other_p95"), 2.0), "lost": 0.0}
    table = report.table({"first_load": {ON_A_PHONE.name: first}, "two_processes": {TWO_PROCESSES.name: apart}})
    assert "join page: 1 KB, 1 ms" in table
    assert "at the other: p50 2 ms, p95 2 ms; lost 0" in table


def test_what_was_not_measured_meets_no_goal() -> None:
    goal = next(goal for goal in goals.GOALS if goal.figure == "extra_p95")
    verdict = goal.verdict({"two_processes": {}})
    assert math.isnan(verdict.value)
    assert not verdict.is_known
