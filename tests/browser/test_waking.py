"""Phones that sleep, lose the network, are left and come back: right within five seconds, nothing lost or doubled.

What is real here: the browser, the page, the server, and a line that falls silent without a word (tests/faults/proxy:
the server's side is ended, the phone's is not told). What is simulated: a minute's sleep does not take a minute. The
page is frozen as a phone freezes it (over the DevTools protocol) for a second or two, and on waking its clock is put
forward as by closing a lid: each due timer fires once. Headless pages are never hidden, so the event that says the
screen is on again is sent by hand. With `make soak` the sleep takes its real time as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from config import browser as installed
from rounds import reactions, stages
from rounds.live import doorbell
from rounds.models import Prompt, Reaction, Round, Stage
from tests import factories
from tests.browser.screens import Phone, Screens
from tests.faults.lengths import SOAK
from tests.faults.proxy import Proxy
from tests.faults.world import World
from tests.live.conftest import House

AWAKE_WITHIN = 5.0  # seconds
SHOWN = """() => [...document.querySelectorAll("[data-region]")]
  .map((region) => [region.dataset.region, region.hidden, region.innerText.trim()])"""
WAKE = "() => document.dispatchEvent(new Event('visibilitychange'))"
SOCKETS = """() => {
  const Real = window.WebSocket;
  window.sockets = 0;
  window.WebSocket = class extends Real {
    constructor(...how) { super(...how); this.addEventListener("open", () => { window.sockets += 1; }); }
  };
  window.addEventListener("pageshow", (event) => { window.cameFromTheCache = event.persisted; });
}"""

Measured = Callable[[str, object], None]


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def proxy(world: World, house: House) -> Iterator[Proxy]:
    """The line between the phones and the server."""
    proxy = world.do(Proxy(house.port).open())
    yield proxy
    world.do(proxy.close())


@pytest.fixture
def far(proxy: Proxy, chromium: Browser) -> Iterator[Screens]:
    """Screens behind the line."""
    with Screens(chromium, proxy.port) as opened:
        yield opened


def reflecting() -> Round:
    return factories.round_(stage=Stage.REFLECTION, floor=3)


def kept(round: Round) -> int:
    """How many sentences there are, waiting or shown."""
    return round.sealed_posts.count() + Reaction.objects.of(round).count()


def happens_meanwhile(round: Round, words: str) -> None:
    """Somebody else's sentence is shown to the room."""
    from django.db import transaction

    with transaction.atomic():
        factories.reaction(round, words)
        doorbell.announce(round, "reactions", "gathered")


def asleep(phone: Phone, seconds: float) -> None:
    """Freeze the page for so long, as a phone does whose screen is off."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(seconds)
    session.send("Page.setWebLifecycleState", {"state": "active"})
    session.detach()


def seconds_until(is_so: Callable[[], None]) -> float:
    began = time.monotonic()
    is_so()
    return round(time.monotonic() - began, 2)


@pytest.mark.parametrize("minutes", [1, 10, 30])
def test_a_phone_that_slept_is_right_within_five_seconds_of_waking(
    far: Screens, proxy: Proxy, world: World, record_property: Measured, minutes: int
) -> None:
    round = reflecting()
    phone = far._open("phone", Phone, (360, 740))
    phone.page.clock.install()
    phone.follow_link(round.join_code).press("Join")
    phone.is_in().send("Saved before.")
    with phone.watch.cut_off():
        world.do(proxy.turn(hole=True))
        phone.write("Sent into the silence.")
        world.do(proxy.forget())
        world.do(proxy.turn())
        happens_meanwhile(round, "Said while it slept.")
        asleep(phone, minutes * 60 if SOAK else 1.5)
        phone.page.clock.fast_forward(0 if SOAK else minutes * 60_000)
        phone.page.evaluate(WAKE)
        took = seconds_until(lambda: phone.shows("Said while it slept."))
        expect(phone.said("react")).to_contain_text("Saved")
    record_property(f"seconds to be right after {minutes} min", took)
    assert took <= AWAKE_WITHIN
    assert kept(round) == 3
