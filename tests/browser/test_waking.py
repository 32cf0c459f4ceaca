"""Phones that sleep, lose the network, are left and come back: right within five seconds, nothing lost or doubled.

What is real here: the browser, the page, the server, and a line that falls silent without a word (tests/faults/proxy:
the server's side is ended, the phone's is not told). What is simulated: a minute's sleep does not take a minute. The
page's process is stopped for a second or two, and on waking its clock is put forward as by closing a lid: each due
timer fires once. Headless pages are never hidden, so the event that says the screen is on again is sent by hand. With
`make soak` the sleep takes its real time as well.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect

from config import browser as installed
from rounds import sealing, stages
from rounds.live import doorbell
from rounds.models import Prompt, Reaction, Round, Stage
from tests import factories
from tests.browser.screens import Phone, Screens
from tests.faults.lengths import SOAK
from tests.faults.proxy import Proxy
from tests.faults.world import World
from tests.live.conftest import House

AWAKE_WITHIN = 5.0 if SOAK else 9.0  # seconds; a busy machine takes its time, and by itself a phone beats every ten
SHOWN = """() => JSON.stringify([...document.querySelectorAll("[data-region]")]
  .map((region) => [region.dataset.region, region.hidden, region.innerText.trim()]))"""
BACK = "() => { setTimeout(() => history.back()); }"  # after the answer, or the page is gone before it can give one
WAKE = "() => document.dispatchEvent(new Event('visibilitychange'))"
# How often a socket opened, and whether the page came out of the browser's cache; kept with the page.
NOTES = """
  window.opened = 0;
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(...address) { super(...address); this.addEventListener("open", () => { window.opened += 1; }); }
  };
  window.addEventListener("pageshow", (event) => { window.fromTheCache = event.persisted; });
"""

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
    with transaction.atomic():
        factories.reaction(round, words)
        doorbell.announce(round, "reactions", "gathered")


def asleep(phone: Phone, seconds: float) -> None:
    """Stop the page for so long, as a phone does whose screen is off: no timer, no event, no answer."""
    browser = phone.context.browser
    assert browser is not None
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [process["id"] for process in processes if process["type"] == "renderer"]
    assert pages
    for page in pages:
        os.kill(page, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        for page in pages:
            os.kill(page, signal.SIGCONT)


def fall_silent(world: World, proxy: Proxy) -> None:
    """The open lines die without a word to the phone; new ones are carried."""
    world.do(proxy.forget())
    world.do(proxy.turn())


def seconds_until(is_so: Callable[[], object]) -> float:
    began = time.monotonic()
    is_so()
    return round(time.monotonic() - began, 2)


def far_phone(far: Screens, round: Round, *, clock: bool = False) -> Phone:
    """A phone that has come in over the line, with notes being taken; its clock can be put forward if asked for."""
    phone = far.phone()
    if clock:
        phone.page.clock.install()
    phone.page.add_init_script(NOTES)
    phone.follow_link(round.join_code).press("Join")
    return phone.is_in()


@pytest.mark.parametrize("minutes", [1, 10, 30])
def test_a_phone_that_slept_is_right_within_five_seconds_of_waking(
    far: Screens, proxy: Proxy, world: World, record_property: Measured, minutes: int
) -> None:
    round = reflecting()
    phone = far_phone(far, round, clock=True)
    phone.send("Saved before.")
    with phone.watch.cut_off():
        world.do(proxy.turn(hole=True))
        phone.write("Sent into the silence.")
        fall_silent(world, proxy)
        happens_meanwhile(round, "Said while it slept.")
        asleep(phone, minutes * 60 if SOAK else 1.5)
        phone.page.clock.fast_forward(0 if SOAK else minutes * 60_000)
        phone.page.evaluate(WAKE)
        took = seconds_until(lambda: phone.shows("Said while it slept."))
        expect(phone.said("react")).to_contain_text("Saved")
    record_property(f"seconds to be right after {minutes} min", took)
    assert took <= AWAKE_WITHIN
    assert kept(round) == 3


def test_what_was_sent_before_a_long_sleep_is_refused_in_words_when_the_question_has_changed(
    far: Screens, proxy: Proxy, world: World
) -> None:
    round = reflecting()
    other = Prompt.objects.create(round=round, position=1, text="What did you do afterwards?")
    phone = far_phone(far, round, clock=True)
    with phone.watch.cut_off():
        world.do(proxy.turn(hole=True))
        phone.write("To the first question.")
        fall_silent(world, proxy)
        stages.ask(round=round, prompt=other, by=factories.facilitator("asks-while-asleep", of=round.programme))
        asleep(phone, 1.5)
        phone.page.clock.fast_forward(30 * 60_000)
        phone.page.evaluate(WAKE)
        took = seconds_until(lambda: phone.shows("The question has changed since you wrote this."))
    phone.shows("What did you do afterwards?")
    assert took <= AWAKE_WITHIN
    assert kept(round) == 0


def test_what_was_never_sent_is_told_so_when_the_round_has_ended_meanwhile(
    far: Screens, proxy: Proxy, world: World
) -> None:
    round = reflecting()
    alice = factories.facilitator("alice-ends-while-asleep", of=round.programme)
    phone = far_phone(far, round, clock=True)
    with phone.watch.cut_off():
        world.do(proxy.turn(hole=True))
        phone.write("Never arrived.")
        fall_silent(world, proxy)
        stages.move(round=round, seen=Stage.REFLECTION, to=Stage.CLOSING, by=alice)
        closed = stages.move(round=round, seen=Stage.CLOSING, to=Stage.CLOSED, by=alice)
        sealing.seal(round=closed)
        asleep(phone, 1.5)
        phone.page.clock.fast_forward(30 * 60_000)
        phone.page.evaluate(WAKE)
        took = seconds_until(lambda: expect(phone.page.locator("#connection")).to_contain_text("This round is over."))
    expect(phone.said("react")).to_have_text("This may not have reached us. This round is over.")
    expect(phone.box).to_have_value("Never arrived.")
    assert took <= AWAKE_WITHIN
    assert kept(round) == 0


def test_two_tabs_of_one_ticket_show_the_same_and_lose_nothing(far: Screens, proxy: Proxy, world: World) -> None:
    round = reflecting()
    phone = far_phone(far, round)
    tab = far.second_tab(phone)
    for number in range(3):
        phone.send(f"From the first tab, {number}.")
        tab.send(f"From the second, {number}.")
        happens_meanwhile(round, f"From somebody else, {number}.")
    with phone.watch.cut_off():
        world.do(proxy.reset_all())  # both lines at once
    happens_meanwhile(round, "The last word.")
    for one in (phone, tab):
        one.shows("The last word.")
        expect(one.page.locator("#connection")).to_have_text("")
    assert phone.page.evaluate(SHOWN) == tab.page.evaluate(SHOWN)
    assert kept(round) == 10


def test_after_airplane_mode_a_phone_is_right_within_five_seconds(far: Screens, record_property: Measured) -> None:
    round = reflecting()
    phone = far_phone(far, round)
    with phone.watch.cut_off():
        phone.context.set_offline(offline=True)
        phone.write("Above the clouds.")
        expect(phone.said("react")).to_contain_text("Waiting for the connection")
        happens_meanwhile(round, "Said on the ground.")
        time.sleep(3)
        phone.context.set_offline(offline=False)
        took = seconds_until(lambda: phone.shows("Said on the ground."))
        expect(phone.said("react")).to_contain_text("Saved")
        expect(phone.page.locator("#connection")).not_to_contain_text("Reconnecting")
    record_property("seconds to be right after airplane mode", took)
    assert took <= AWAKE_WITHIN
    assert kept(round) == 2


@pytest.fixture
def remembering(chromium: Browser, proxy: Proxy) -> Iterator[Screens]:
    """As `far`, in a browser that keeps the pages one has left: Playwright's own options forbid it."""
    arguments = [argument for argument in installed.ARGUMENTS if argument != "--headless"]
    opened = chromium.browser_type.launch(
        executable_path=os.environ.get("COMMON_THREAD_BROWSER") or installed.find() or None,
        args=arguments,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    with Screens(opened, proxy.port) as screens:
        yield screens
    opened.close()


@pytest.mark.parametrize("kept_by_the_browser", [True, False])
def test_a_page_one_comes_back_to_is_right_within_five_seconds(
    remembering: Screens, proxy: Proxy, world: World, record_property: Measured, *, kept_by_the_browser: bool
) -> None:
    """Chromium does not keep our page, because it asks not to be stored; some others do all the same."""
    world.do(proxy.turn(pages_kept=kept_by_the_browser))
    round = reflecting()
    phone = far_phone(remembering, round)
    phone.send("Saved before.")
    phone.box.fill("Begun and")
    phone.page.evaluate("() => { window.theSame = true; }")
    with phone.watch.cut_off():
        phone.page.goto(f"{remembering.url}/stored/")
        happens_meanwhile(round, "Said while they read.")
        phone.page.evaluate(BACK)
        took = seconds_until(lambda: phone.shows("Said while they read."))
    cached = phone.page.evaluate("() => Boolean(window.theSame && window.fromTheCache)")
    assert cached == kept_by_the_browser
    expect(phone.box).to_have_value("Begun and")
    phone.send("Begun and ended.")
    record_property("seconds to be right, out of the cache", (took, cached))
    assert took <= AWAKE_WITHIN
    assert kept(round) == 3


def test_what_was_pressed_while_leaving_is_sent_once_one_comes_back(
    remembering: Screens, proxy: Proxy, world: World
) -> None:
    world.do(proxy.turn(pages_kept=True))
    round = reflecting()
    phone = far_phone(remembering, round)
    with phone.watch.cut_off():
        world.do(proxy.turn(hole=True))
        phone.write("Pressed while leaving.")
        phone.page.goto("about:blank")
        fall_silent(world, proxy)
        assert kept(round) == 0
        phone.page.evaluate(BACK)
        expect(phone.said("react")).to_contain_text("Saved", timeout=AWAKE_WITHIN * 1000)
    assert kept(round) == 1


def test_where_no_socket_can_be_opened_reading_and_writing_go_over_http(
    far: Screens, proxy: Proxy, world: World, record_property: Measured
) -> None:
    world.do(proxy.turn(no_sockets=True))
    round = reflecting()
    phone = far.phone()
    with phone.watch.cut_off():
        phone.page.clock.install()
        phone.page.add_init_script(NOTES)
        phone.follow_link(round.join_code).press("Join")
        came_in = seconds_until(phone.is_in)
        for number in range(3):
            phone.send(f"Over HTTP, {number}.")
        happens_meanwhile(round, "Said by somebody with a socket.")
        shown = seconds_until(lambda: phone.shows("Said by somebody with a socket."))
        assert phone.page.evaluate("() => window.opened") == 0
        world.do(proxy.turn())
        phone.page.clock.fast_forward(30_000)  # it tries a socket every half minute
        phone.page.wait_for_function("() => window.opened === 1")
    phone.send("Over the socket.")
    assert proxy.refused >= 3
    record_property("seconds to come in, to be shown a change", (came_in, shown))
    assert kept(round) == 5
