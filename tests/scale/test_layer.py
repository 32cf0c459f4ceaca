"""The doorbell's own server is quiet, killed, hangs, flaps or was never there: rounds go on, a few seconds late."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from rounds.live import tickets
from rounds.models import Round, Stage
from tests import factories
from tests.faults.lengths import length, median
from tests.live.conftest import Phone
from tests.live.test_rooms import react, waiting
from tests.scale.conftest import Street
from tests.scale.test_two_processes import nearly_in_company

DEAD = length("layer", short=0, long=60)  # seconds without a layer, one tap at least
LAG = 20  # seconds the other server may be behind without the layer: five, and whatever a busy machine takes
RECOVERY = 30


class Pair:
    """A phone at each server, in one round, and reactions whose next tap everybody sees."""

    def __init__(self, street: Street) -> None:
        self.round = factories.round_(stage=Stage.REFLECTION)
        self.street = street
        self.here, self.there = street.a.phone(), street.b.phone()
        for phone in (self.here, self.there):
            phone.hello(tickets.for_room(self.round))

    def lag(self) -> float:
        """Seconds from a tap at one server until it is on the phone at the other."""
        target = nearly_in_company(self.round)
        start = time.monotonic()
        self.here.say("mine_too", reaction=target)
        while target not in self.there.next("change", LAG)["rows"].get("reactions", {}).get("put", {}):
            pass
        return time.monotonic() - start

    def is_heard_at_once(self, within: float) -> bool:
        """Whether the doorbell works again before so many seconds are over."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self.lag() < 0.5:
                return True
        return False

    def both_sockets_live(self) -> bool:
        for phone in (self.here, self.there):
            phone.send({"t": "beat", "revision": None})
            phone.next("snapshot")
        return True


@pytest.fixture
def pair(street: Street) -> Iterator[Pair]:
    yield Pair(street)
    street.redis.send(signal.SIGCONT)
    if not street.redis.is_running():
        street.redis.start()


def test_a_socket_and_the_doorbell_outlive_a_long_quiet(pair: Pair) -> None:
    assert pair.here.is_silent(8)
    assert pair.there.is_silent(0.1)
    assert pair.lag() < 2  # not the hub's own look, which would come within four seconds
    assert pair.both_sockets_live()


def test_a_layer_that_is_killed_and_comes_back_costs_seconds_and_nobody_a_socket_or_a_post(
    pair: Pair, record_property: Callable[[str, object], None]
) -> None:
    assert pair.is_heard_at_once(within=RECOVERY)
    pair.street.redis.kill()
    died = time.monotonic()
    lags: list[float] = []
    while not lags or time.monotonic() - died < DEAD:
        lags.append(pair.lag())
        for phone in (pair.here, pair.there):
            answered(phone, pair.round)
    assert waiting(pair.round) == 2 * len(lags)
    assert max(lags) < LAG
    pair.street.redis.start()
    assert pair.is_heard_at_once(within=RECOVERY)
    assert pair.both_sockets_live()
    record_property("layer dead for, seconds; posts in that time, all saved", (DEAD, 2 * len(lags)))
    record_property("seconds behind without it, at worst", round(max(lags), 2))


def test_a_layer_that_hangs_holds_nobody_up(pair: Pair) -> None:
    pair.street.redis.send(signal.SIGSTOP)
    took = [answered(pair.here, pair.round) for _ in range(10)]
    assert median(took) < 1  # whoever waited for the layer would wait two seconds, each time
    assert pair.lag() < LAG
    pair.street.redis.send(signal.SIGCONT)
    assert pair.is_heard_at_once(within=RECOVERY)
    assert pair.both_sockets_live()


def test_a_layer_that_comes_and_goes_loses_nothing(pair: Pair) -> None:
    took = []
    for _ in range(5):
        pair.street.redis.kill()
        took += [answered(phone, pair.round) for phone in (pair.here, pair.there)]
        pair.street.redis.start()
        took += [answered(phone, pair.round) for phone in (pair.here, pair.there)]
    assert median(took) < 1
    assert waiting(pair.round) == 20
    assert pair.lag() < LAG
    assert pair.is_heard_at_once(within=RECOVERY)


def test_servers_that_start_without_the_layer_run_and_find_it_when_it_comes(street: Street) -> None:
    street.redis.kill()
    street.kill()
    street.start()
    pair = Pair(street)
    answered(pair.here, pair.round)
    assert pair.lag() < LAG
    street.redis.start()
    assert pair.is_heard_at_once(within=RECOVERY)


def answered(phone: Phone, round: Round) -> float:
    """Seconds until a post is saved."""
    start = time.monotonic()
    assert react(phone, round)["t"] == "saved"
    return time.monotonic() - start
