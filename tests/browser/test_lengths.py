"""What somebody who sees only lengths sees of a phone: that something was sent, and nothing of what it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Request, Response, WebSocket, expect

from rounds.live.padding import LENGTHS
from rounds.models import Round, Stage
from tests import factories
from tests.browser.screens import Phone, Screens

LONG = "Nobody asked us, and then it was night again. " * 40
NO_SOCKET = """window.WebSocket = class { static OPEN = 1; constructor() {
  this.readyState = 3; setTimeout(() => this.onclose && this.onclose({ code: 1006 }), 10); } close() {} };"""
Sizes = dict[str, int]  # what was said, and in how many letters of it → bytes


class Listener:
    """Somebody on the line who sees the lengths, and (only to name them here) what was in them."""

    def __init__(self, phone: Phone) -> None:
        self.sent: Sizes = {}
        self.answered: list[int] = []
        phone.page.on("websocket", self._follow)
        phone.page.on("request", self._asked)
        phone.page.on("response", self._got)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note)
        socket.on("framereceived", self._hear)

    def _note(self, text: str | bytes) -> None:
        body: dict[str, Any] = json.loads(text)
        if "what" in body:
            name = f"{body['what']} {len(body.get('text', ''))} {len(body.get('feelings', []))}"
            self.sent[name] = len(text.encode() if isinstance(text, str) else text)

    def _hear(self, text: str | bytes) -> None:
        if isinstance(text, str) and json.loads(text)["t"] == "saved":  # pictures come packed
            self.answered.append(len(text))

    def _asked(self, request: Request) -> None:
        if request.url.endswith("/live/say"):
            self._note(request.post_data_buffer or b"")

    def _got(self, response: Response) -> None:
        if response.url.endswith("/live/say") and response.status == 200:
            self.answered.append(int(response.headers["content-length"]))


def says_everything(phone: Phone) -> None:
    """A short sentence, a long one, a feeling, nothing, and a tap on what somebody else said."""
    phone.send("I cried.")
    phone.send(LONG)
    phone.feel("tender")
    phone.press("Send")
    expect(phone.page.locator("input[name=feelings]:checked")).to_have_count(0)
    phone.press("Nothing just now")
    expect(phone.button("Nothing just now: noted")).to_be_visible()
    tap = phone.page.locator("form[data-say=mine_too] button").first
    tap.click()
    expect(tap).to_have_attribute("aria-pressed", "true")


def reflecting() -> Round:
    round = factories.round_(stage=Stage.REFLECTION, floor=3)
    factories.reaction(round, "Somebody else's.")
    return round


@pytest.mark.parametrize("way", ["socket", "http"])
def test_everything_said_is_of_one_length_and_so_are_its_answers(screens: Screens, way: str) -> None:
    round = reflecting()
    phone = screens.phone()
    if way == "http":
        phone.page.add_init_script(NO_SOCKET)
    listener = Listener(phone)
    phone.follow_link(round.join_code).press("Join")
    phone.is_in()
    says_everything(phone)
    assert len(listener.sent) == 5
    assert set(listener.sent.values()) == {LENGTHS[0]}, listener.sent
    assert len(listener.answered) >= 5
    assert len(set(listener.answered)) == 1


def test_two_thousand_letters_of_any_alphabet_fit_the_second_length(screens: Screens) -> None:
    phone = screens.phone()
    listener = Listener(phone)
    phone.follow_link(reflecting().join_code).press("Join")
    phone.is_in()
    phone.send("ありがとう" * 400)
    phone.send("𝒶" * 1_000)
    assert set(listener.sent.values()) == {LENGTHS[1]}, listener.sent
