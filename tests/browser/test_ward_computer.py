"""A computer that many people use: what the next one finds after somebody has joined, written and left.

The browser keeps a profile on its disk, as a ward's does. Its windows are looked through, and so are its files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from config import browser
from rounds import keys
from rounds.models import Round, Stage
from tests import factories
from tests.live.conftest import House

SENT: Final = "the zebra crossing at dawn"
TYPED: Final = "an okapi that was never sent"
COMMITTED: Final = 7_000  # milliseconds; Chromium writes what a tab stores to its disk after five seconds
ON_DISK_UNTIL_THE_NEXT_START: Final = "Default/Session Storage"


class Ward:
    """The computer: one profile, opened and closed as people come and go."""

    def __init__(self, chromium: Browser, profile: Path, url: str) -> None:
        self.kind = chromium.browser_type
        self.profile = profile
        self.url = url
        self.asked: list[Request] = []

    @contextmanager
    def opened(self) -> Iterator[tuple[BrowserContext, Page]]:
        found = os.environ.get("COMMON_THREAD_BROWSER") or browser.find() or None
        arguments = [argument for argument in browser.ARGUMENTS if argument != "--headless"]
        context = self.kind.launch_persistent_context(str(self.profile), executable_path=found, args=arguments)
        context.on("request", self._note)
        yield context, context.pages[0]
        context.close()

    def _note(self, request: Request) -> None:
        self.asked.append(request)

    def join(self, page: Page, code: str) -> str:
        """Come in by typing the code; the ticket."""
        page.goto(f"{self.url}/j")
        page.locator("#code").fill(code)
        return self.press_join(page)

    def press_join(self, page: Page) -> str:
        page.get_by_role("button", name="Join", exact=True).click()
        page.wait_for_url("**/r")
        expect(page.locator("#react-text")).to_be_visible()
        ticket: str = page.evaluate("sessionStorage.getItem('ct.ticket')")
        return ticket

    def write(self, page: Page) -> None:
        """Send one thing, and leave another half typed for as long as a browser waits before it writes to its disk."""
        page.locator("#react-text").fill(SENT)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator("#react-text")).to_have_value("")
        page.locator("#react-text").fill(TYPED)
        page.wait_for_timeout(COMMITTED)

    def leave(self, page: Page) -> None:
        page.get_by_role("button", name="Leave the room").click()
        expect(page.get_by_role("heading", name="You have left the room.")).to_be_visible()

    def files_with(self, words: str) -> set[str]:
        """The files of the profile in which these words stand, in one of the two ways Chromium writes letters."""
        written = (words.encode(), words.encode("utf-16-le"))
        found = set()
        for folder, _, names in os.walk(self.profile):  # which is at peace with a browser that tidies up meanwhile
            for path in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):
                    if path.is_file() and any(one in path.read_bytes() for one in written):
                        found.add(str(path.relative_to(self.profile)))
        return found


@pytest.fixture
def ward(house: House, chromium: Browser, tmp_path: Path) -> Ward:
    return Ward(chromium, tmp_path / "profile", f"http://127.0.0.1:{house.port}")


@pytest.fixture
def round() -> Round:
    return factories.round_(stage=Stage.REFLECTION, title="The flute at night")


def nothing_is_there(page: Page, round: Round) -> None:
    for words in (SENT, TYPED, round.title, round.join_code):
        assert words not in page.content()
        assert words not in page.title()
    assert page.evaluate("() => [...document.querySelectorAll('input, textarea')].every((field) => !field.value)")


def test_the_next_person_finds_nothing_in_the_windows(ward: Ward, round: Round) -> None:
    with ward.opened() as (context, page):
        page.goto(f"{ward.url}/stored/")
        ward.join(page, round.join_code)
        ward.write(page)
        ward.leave(page)
        assert page.evaluate("() => [Object.keys(sessionStorage), Object.keys(localStorage)]") == [[], []]
        assert context.cookies() == []
        for step in (page.go_back, page.go_back, page.go_forward, page.go_forward):
            step()
            nothing_is_there(page, round)
        another = context.new_page()
        another.goto(f"{ward.url}/r")
        another.wait_for_url("**/j")
        nothing_is_there(another, round)
    with ward.opened() as (_, page):
        page.goto(f"{ward.url}/r")
        page.wait_for_url("**/j")
        nothing_is_there(page, round)


def test_the_page_of_the_room_does_not_come_back_whole_after_a_look_at_another(ward: Ward, round: Round) -> None:
    with ward.opened() as (_, page):
        ward.join(page, round.join_code)
        page.goto(f"{ward.url}/stored/")
        page.get_by_role("link", name="Back to the room").click()
        expect(page.locator("#react-text")).to_be_visible()
        page.locator("#react-text").fill(TYPED)
        ward.leave(page)
        for _ in range(3):
            page.go_back()
            page.wait_for_timeout(300)
            assert "/r" not in page.url.removeprefix(ward.url)
            nothing_is_there(page, round)


def test_the_files_of_the_browser_hold_no_word_that_was_written(ward: Ward, round: Round) -> None:
    with ward.opened() as (_, page):
        ticket = ward.join(page, round.join_code)
        ward.write(page)
        assert page.locator("#react-text").input_value() == TYPED
        assert not ward.files_with(SENT)
        assert not ward.files_with(TYPED)
        ward.leave(page)
        page.wait_for_timeout(COMMITTED)
    for words in (SENT, TYPED, round.title, round.join_code):
        assert not ward.files_with(words), words
    # The log of what tabs stored: the ticket was there while somebody was in the room, and the browser cleans up at
    # its next start. It says nothing of what was written, and opens nothing once the round is sealed.
    assert all(path.startswith(ON_DISK_UNTIL_THE_NEXT_START) for path in ward.files_with(ticket))
    with ward.opened() as (_, page):
        page.goto(f"{ward.url}/j")
    assert not ward.files_with(ticket)


def test_what_is_half_typed_outlives_a_reload_and_is_not_on_the_disk_after_it(ward: Ward, round: Round) -> None:
    with ward.opened() as (_, page):
        ward.join(page, round.join_code)
        page.locator("#react-text").fill(TYPED)
        page.reload()
        expect(page.locator("#react-text")).to_have_value(TYPED)
        page.wait_for_timeout(COMMITTED)
        assert not ward.files_with(TYPED)


def test_a_link_leaves_its_code_in_the_lists_of_visited_addresses_alone_and_no_request_carries_a_code_or_a_ticket(
    ward: Ward, round: Round
) -> None:
    with ward.opened() as (_, page):
        page.goto(f"{ward.url}/j#{round.join_code}")
        expect(page.locator("#code")).to_have_value(round.join_code)
        ticket = ward.press_join(page)
        ward.write(page)
        ward.leave(page)
        for request in ward.asked:
            named = request.url.partition("#")[0] + repr(request.all_headers())
            assert ticket not in named
            assert round.join_code not in named
            assert "referer" not in request.all_headers() or "/static/" in request.url
            assert "cookie" not in request.all_headers()
    # Only the browser can forget which link was opened, in its lists of visited addresses. The code is on the wall
    # for all to see, and opens nothing once the round is over or another code is given.
    assert not [path for path in ward.files_with(round.join_code) if "Storage" in path or "Cache" in path]


def test_a_phone_that_sees_the_round_end_keeps_nothing_either(ward: Ward, round: Round) -> None:
    with ward.opened() as (context, page):
        ward.join(page, round.join_code)
        page.locator("#react-text").fill(TYPED)
        keys.destroy(round)
        Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED)
        page.reload()
        expect(page.locator("#connection")).to_contain_text("over")
        assert page.evaluate("() => Object.keys(sessionStorage)") == []
        assert context.cookies() == []
