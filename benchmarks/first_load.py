"""A phone that has never been here: from the code on the wall to the box one can write in, over a phone's network."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib import request

from benchmarks.contenders import OnAPhone, Started
from benchmarks.crowd import Crowd
from benchmarks.measures import KILO, Figures, room
from benchmarks.process import DidNotStart
from benchmarks.slow_line import SlowLine, Speed
from config import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
PATIENCE = 60_000  # milliseconds
GLANCE = 50  # milliseconds between two looks; the page itself takes the time
QUIET = 2_000  # milliseconds after which nothing more belongs to the loading
FRAME_HEAD = 4  # bytes before what a socket's frame carries
ONLY_AT_THE_DOOR = ("/j", "/js/join.js", "/live/join")
# Runs before anything of the page. Usable: the box can be seen, every script of the page has run (they are all
# deferred), and the main thread answers. window.name outlives the change of page, and is nothing of the product's.
WATCHER = """(() => {
  const now = () => performance.timeOrigin + performance.now();
  const box = { "/j": "#code", "/r": "#react-text" }[location.pathname];
  const seen = {};
  addEventListener("submit", () => { window.name = String(now()); }, true);
  const painted = () => performance.getEntriesByName("first-contentful-paint").length > 0;
  const loaded = () => performance.getEntriesByType("navigation")[0]?.domContentLoadedEventEnd > 0;
  (function look() {
    const found = document.querySelector(box)?.checkVisibility() && painted();
    if (found) seen.typed ??= now();
    if (!found || !loaded()) return requestAnimationFrame(look);
    const pressed = Number(window.name);
    setTimeout(() => { window.usable = { ...seen, usable: now(), began: performance.timeOrigin, pressed }; });
  })();
})()"""


@dataclass
class Wire:
    """What came over the wire, as the browser counts it: answers with their heads, and a socket's frames."""

    octets: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def watch(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", lambda said: self._came(said["requestId"], said["encodedDataLength"]))
        session.on("Network.webSocketCreated", self._opened)
        session.on("Network.webSocketHandshakeResponseReceived", self._shook)
        session.on("Network.webSocketFrameReceived", self._heard)
        session.send("Network.enable")

    @property
    def kilobytes(self) -> float:
        return sum(self.octets.values()) / KILO

    @property
    def of_the_door_alone(self) -> float:
        """Kilobytes that the room's page would do without, had it been opened first."""
        return sum(many for name, many in self.octets.items() if name.endswith(ONLY_AT_THE_DOOR)) / KILO

    def _asked(self, said: dict[str, Any]) -> None:
        self.names[said["requestId"]] = said["request"]["url"]  # without its fragment

    def _opened(self, said: dict[str, Any]) -> None:
        self.names[said["requestId"]] = said["url"]

    def _came(self, which: str, octets: float) -> None:
        if octets:  # nothing: the browser had it already
            self.requests += 1
            self.octets[self.names[which]] += int(octets)

    def _shook(self, said: dict[str, Any]) -> None:
        self._came(said["requestId"], len(said["response"].get("headersText", "")))

    def _heard(self, said: dict[str, Any]) -> None:
        self.octets[self.names[said["requestId"]]] += FRAME_HEAD + len(said["response"]["payloadData"].encode())


def first_load(
    contender: OnAPhone, core: int, *, round_trip: float, down: float, up: float, slower: float, kind: str = "empty"
) -> Figures:
    """One phone comes in: the link behind the square code, Join, the room.

    round_trip in milliseconds; down, up in kilobits a second; slower: how many times slower its processor is.
    """
    from playwright.sync_api import sync_playwright  # not everybody who measures has it

    speed = Speed(round_trip / KILO, KILO * down, KILO * up)
    with room(contender, core, kind=kind) as (started, crowd):
        _warm(started, crowd)
        slow_line = SlowLine(port=contender.door, to=started.server.port, speed=speed)
        with slow_line as line, sync_playwright() as playwright:
            arguments = [argument for argument in browser.ARGUMENTS if argument != "--headless"]
            opened = playwright.chromium.launch(executable_path=browser.find(), args=arguments)
            try:
                figures = _come_in(opened, f"http://127.0.0.1:{contender.door}", started.made["code"], slower)
            finally:
                opened.close()
        return {**figures, "line_kb": line.heard / KILO}


def _warm(started: Started, crowd: Crowd) -> None:
    """Have somebody else pay for what the first visitor alone pays for."""
    for path in ("/j", "/r"):
        with request.urlopen(f"http://127.0.0.1:{started.server.port}{path}") as answer:
            answer.read()
    crowd.enter(1)
    crowd.members[0].close()


def _come_in(opened: Browser, address: str, code: str, slower: float) -> Figures:
    context = opened.new_context(**PHONE)  # type: ignore[arg-type]  # an empty cache
    context.add_init_script(WATCHER)
    page = context.new_page()
    session, wire = context.new_cdp_session(page), Wire()
    wire.watch(session)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(f"{address}/j#{code}", wait_until="commit", timeout=PATIENCE)
    door = _usable(page)
    page.wait_for_timeout(QUIET)
    door_kb, door_requests = wire.kilobytes, wire.requests
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/r", wait_until="commit", timeout=PATIENCE)
    room = _usable(page)
    page.wait_for_timeout(QUIET)
    all_kb, all_requests = wire.kilobytes, wire.requests
    page.evaluate("import('/static/js/identifiers.js')")  # what a quiet room fetches by itself within half a minute
    page.wait_for_timeout(QUIET)
    return {
        "door_typed": door["typed"] - door["began"],
        "door_usable": door["usable"] - door["began"],
        "room_usable": room["usable"] - room["pressed"],
        "door_kb": door_kb,
        "room_kb": all_kb - door_kb,
        "all_kb": all_kb,
        "page_kb": all_kb - wire.of_the_door_alone,
        "later_kb": wire.kilobytes - all_kb,
        "door_requests": door_requests,
        "requests": all_requests,
    }


def _usable(page: Page) -> dict[str, float]:
    """What the watcher saw. Playwright's own way of waiting would need a policy that allows eval."""
    for _ in range(PATIENCE // GLANCE):
        found: dict[str, float] | None = page.evaluate("window.usable")
        if found:
            return found
        page.wait_for_timeout(GLANCE)
    raise DidNotStart(f"Nothing to write in at {page.url} after {PATIENCE / KILO:.0f} s.")
