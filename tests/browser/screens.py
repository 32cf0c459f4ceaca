"""The screens of a round as a person meets them: what can be read, pressed and typed, by its words.

`Screens` opens them, each in a browser context of its own, and holds them to account at the end of a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Literal, Self, TypeVar

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from rounds.models import Round, User
from tests.browser import checks
from tests.browser.watch import Watch

PHONE: Final = (360, 740)
DESK: Final = (1440, 900)
# A chip's box is invisible; what is drawn around is the word beside it.
FOCUS_IS_SEEN: Final = """() => {
  const now = document.activeElement;
  const look = getComputedStyle(now.closest(".chip") ? now.nextElementSibling : now);
  return look.outlineStyle !== "none" || look.boxShadow !== "none";
}"""
Who = Literal["phone", "wall", "desk"]
PATIENCE: Final = 30_000  # milliseconds: what comes in a tenth of a second, on a machine with much else to do
expect.set_options(timeout=PATIENCE)


class Screen:
    """One page, and what may be said of any page."""

    widths: tuple[int, ...] = checks.WIDTHS

    def __init__(self, page: Page, watch: Watch, url: str, *, watched: bool = False) -> None:
        """watched: the page is one that another screen has been looking at already."""
        self.page = page
        self.watch = watch
        self.url = url
        if not watched:
            watch.on(page)

    def open(self, path: str) -> Self:
        self.page.goto(self.url + path)
        return self

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def shows(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def shows_not(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).locator("visible=true")).to_have_count(0)

    def heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", name=words).first).to_be_visible()

    def button(self, name: str, *, within: Locator | None = None, exact: bool = True) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=exact)

    def press(self, name: str, *, within: Locator | None = None, exact: bool = True) -> None:
        self.button(name, within=within, exact=exact).first.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label).first.fill(words)

    def tab_to(self, selector: str) -> None:
        """Press Tab until this has the focus, as somebody without a pointer does; the focus must be seen."""
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(at) => document.activeElement.matches(at)", selector):
                assert self.page.evaluate(FOCUS_IS_SEEN), f"the focus on {selector} cannot be seen"
                return
        raise AssertionError(f"{selector} cannot be reached with the keyboard")

    def is_sound(self) -> None:
        """No accessibility violation in either theme, and nothing wider than the screen."""
        checks.is_accessible(self.page)
        checks.fits(self.page, self.widths)

    def forgiving(self, *patterns: str) -> AbstractContextManager[None]:
        return self.watch.forgiving(*patterns)


S = TypeVar("S", bound=Screen)


class Phone(Screen):
    widths = (360, 820)

    def join(self, code: str) -> Self:
        """Type the code as it stands on the wall."""
        self.open("/j")
        self.give_code(code)
        return self

    def give_code(self, code: str) -> None:
        self.page.get_by_label("The code on the wall").fill(code)
        self.press("Join")

    def follow_link(self, code: str) -> Self:
        """Open the link behind the QR code."""
        return self.open(f"/j#{code}")

    def is_in(self) -> Self:
        self.page.wait_for_url("**/r")
        expect(self.page.locator("[data-region]:not([hidden])").first).to_be_visible()
        return self

    @property
    def box(self) -> Locator:
        """Where a reaction is written."""
        return self.page.locator("#react-text")

    def write(self, words: str) -> None:
        self.box.fill(words)
        self.press("Send")

    def send(self, words: str) -> None:
        """Write, and wait until it is saved."""
        self.write(words)
        expect(self.box).to_have_value("")
        expect(self.said("react")).to_contain_text("Saved")

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Within this, the phone has no connection at all; it has one again before this ends."""
        with self.watch.cut_off():
            self.context.set_offline(offline=True)
            yield
            self.context.set_offline(offline=False)
            expect(self.page.locator("#connection")).not_to_contain_text("Reconnecting")

    def said(self, form: str) -> Locator:
        """What a form answers."""
        return self.page.locator(f"form[data-say='{form}'] [data-say-status]").first

    def feel(self, *words: str) -> None:
        choices = self.page.locator("details.feelings")
        if choices.get_attribute("open") is None:
            choices.locator("summary").click()
        for word in words:
            choices.get_by_role("checkbox", name=word, exact=True).click()


class Wall(Screen):
    widths = (1440,)

    def is_sound(self) -> None:
        """As any screen; and legible in a bright room too."""
        super().is_sound()
        self.press("Bright room")
        checks.is_accessible(self.page)
        self.press("Dim room")

    def shows_large(self, words: str) -> None:
        expect(self.page.locator("[data-region]:not([hidden])").get_by_text(words).first).to_be_visible()


class Desk(Screen):
    """A signed-in person's pages: the programme's, the round's, the actions'."""

    def sign_in(self, email: str, password: str) -> Self:
        self.open("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("form[method=post] button[type=submit]").last.click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        return self


class Console(Desk):
    """The facilitator's console of one round."""

    def at(self, stage: str) -> None:
        expect(self.page.locator(".stage-bar__now")).to_have_text(stage)

    def step(self, label: str, *, to: str, asked: str = "") -> None:
        """Press the next step, and wait until the round is there. asked: what to press when it asks once more."""
        self.press(label, within=self.page.locator(".next-step"))
        if asked:
            self.press(asked)
        self.at(to)

    def other_step(self, label: str) -> None:
        """Press a step in the menu."""
        menu = self.page.locator("details.menu").filter(has_text="Other steps")
        menu.locator("summary").click()
        self.button(label, within=menu, exact=False).first.click()

    def is_told(self, words: str) -> None:
        expect(self.page.locator("#status-line")).to_contain_text(words)

    def card(self, words: str, *, shelf: str = "released") -> Locator:
        """A reaction on one of the console's lists."""
        return self.page.locator(f"#region-{shelf} > li").filter(has_text=words)


class Screens:
    """Opens screens in front of one server. As a context, it checks at the end that all of them kept quiet."""

    def __init__(self, chromium: Browser, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._chromium = chromium
        self._opened: list[tuple[Who, Screen]] = []

    def phone(self, code: str = "", size: tuple[int, int] = PHONE) -> Phone:
        """A phone; with a code it has come in by the link."""
        phone = self._open("phone", Phone, size)
        if code:
            phone.follow_link(code)
            phone.press("Join")
            phone.is_in()
        return phone

    def second_tab(self, phone: Phone, path: str = "/r") -> Phone:
        """The same phone's tab, opened from the first: it has the first one's sessionStorage."""
        with phone.context.expect_page() as opened:
            phone.page.evaluate("(path) => { window.open(path, '_blank', 'opener'); }", path)
        tab = Phone(opened.value, phone.watch, self.url)
        return tab.is_in()

    def wall(self, round: Round | None = None, size: tuple[int, int] = DESK) -> Wall:
        wall = self._open("wall", Wall, size)
        return wall.open(f"/w#{round.wall_token}") if round else wall

    def desk(self, user: User | None = None, path: str = "", size: tuple[int, int] = DESK) -> Desk:
        desk = self._open("desk", Desk, size)
        if user:
            self._let_in(desk, user)
        return desk.open(path) if path else desk

    def console(self, user: User, round: Round, size: tuple[int, int] = DESK, *, deaf: bool = False) -> Console:
        """A console; a deaf one hears nothing from the server after the page has loaded, and goes stale."""
        console = self._open("desk", Console, size)
        if deaf:
            console.page.route_web_socket(re.compile("/live/"), lambda socket: None)
        self._let_in(console, user)
        return console.open(f"/rounds/{round.public_id}/console/")

    def tab(self, screen: Screen, kind: type[S]) -> S:
        return kind(screen.context.new_page(), screen.watch, self.url)

    def described(self) -> str:
        """What each page shows and what went wrong on it, for the report of a failed test."""
        pages = [(who, page) for who, screen in self._opened for page in screen.context.pages]
        shown = [f"--- {who} {page.url}\n{page.locator('body').inner_text()[:2000]}" for who, page in pages]
        wrong = {line: None for _, screen in self._opened for line in screen.watch.wrong}
        return "\n".join([*shown, "--- went wrong", *wrong])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        wrong = [line for _, screen in self._opened for line in screen.watch.wrong]
        cookies = [cookie for who, screen in self._opened if who != "desk" for cookie in screen.context.cookies()]
        for _, screen in self._opened:
            screen.context.close()
        assert not wrong, "\n".join(wrong)
        assert cookies == []

    def _open(self, who: Who, kind: type[S], size: tuple[int, int]) -> S:
        context = self._chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=who == "phone",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(PATIENCE)
        screen = kind(context.new_page(), Watch(), self.url)
        self._opened.append((who, screen))
        return screen

    def _let_in(self, desk: Desk, user: User) -> None:
        """Sign in without the form, which has tests of its own: the hashing alone would take half a second."""
        client = Client()
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        desk.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.url}])
