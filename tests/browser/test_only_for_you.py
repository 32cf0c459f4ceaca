"""What stays on the phone: the wish to talk, what somebody will keep doing, the name on their certificate."""

from __future__ import annotations

import json
from typing import Final

from playwright.sync_api import Request, WebSocket

from rounds.models import Stage
from tests import factories
from tests.browser.screens import Phone, Screens

KEPT: Final = "Sitting down, even for a minute."
NAME: Final = "Ana Example"
# Instead of the browser's own dialog: what would be on the paper.
PAPER: Final = """() => {
  window.print = () => { window.paper = document.querySelector("body > .keepsake").textContent; };
}"""


class Line:
    """Everything that leaves a phone from now on, but for the hello and the beats of a line that is alive."""

    def __init__(self, phone: Phone) -> None:
        self.sent: list[str] = []
        phone.page.on("request", self._request)
        phone.page.on("websocket", self._socket)

    def _request(self, request: Request) -> None:
        sent = f"{request.method} {request.url} {request.post_data or ''}"
        beats = request.url.endswith("/live/poll") and KEPT not in sent and NAME not in sent  # as where no socket opens
        if not beats and not request.url.startswith(("blob:", "data:")):
            self.sent.append(sent)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self._frame(str(frame)))

    def _frame(self, frame: str) -> None:
        if json.loads(frame)["t"] not in {"hello", "beat"} or KEPT in frame or NAME in frame:
            self.sent.append(frame)


def test_what_is_only_for_oneself_leaves_no_phone_and_support_is_there_without_a_connection(screens: Screens) -> None:
    round = factories.round_(factories.programme(support_card="Ring 4321, day and night."), stage=Stage.CLOSING)
    phone = screens.phone(round.join_code)
    phone.heading("Thank you for being here")
    line = Line(phone)
    phone.page.reload()
    phone.heading("Thank you for being here")
    line.sent.clear()

    with phone.out_of_reach():
        phone.press("I’d like to talk to someone")
        phone.shows("Opening this tells nobody")
        phone.shows("Ring 4321, day and night.")
        phone.press("Close")
    phone.press("I’d like to talk to someone")
    phone.is_sound()
    phone.press("Close")

    phone.page.evaluate(PAPER)
    phone.page.locator("#keep summary").click()
    phone.press("Keep it as a text")
    phone.shows("There is nothing in it yet.")
    phone.page.locator("#keep-words").fill(KEPT)
    with phone.page.expect_download() as saved:
        phone.press("Keep it as a text")
    assert saved.value.path().read_text().strip() == KEPT
    phone.press("Print it")
    assert KEPT in phone.page.evaluate("window.paper")
    phone.page.locator("#certificate summary").click()
    phone.page.locator("#certificate-name").fill(NAME)
    phone.press("Print it, or save it as a PDF")
    assert NAME in phone.page.evaluate("window.paper")
    phone.is_sound()
    phone.press("Forget it")
    assert phone.page.locator("#keep-words").input_value() == ""
    assert line.sent == []
