"""What a page must not do while a test looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Page, Request, Response

# A navigation or a closed tab ends what was still on its way; nothing failed.
LET_GO = {"net::ERR_ABORTED"}
# The browser and htmx each say a failed request once more on the console.
SAID_AGAIN = re.compile(r"^console: (Failed to load resource|Response Status Error Code)")
UNREACHABLE = re.compile(r"net::ERR_|WebSocket connection to")


class Watch:
    """Keeps what went wrong on the pages it was put on: script errors, refusals by the policy, failed requests."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def on(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Within this, the server may not be reached: failed requests and sockets are meant to happen."""
        before = len(self.wrong)
        yield
        seen, self.wrong[before:] = self.wrong[before:], []
        self.wrong += [line for line in seen if not UNREACHABLE.search(line)]

    @contextmanager
    def forgiving(self, *patterns: str) -> Iterator[None]:
        """Within this, what matches is meant to happen: `forgiving("404 .*/live/join")`. It must happen."""
        meant = [re.compile(pattern) for pattern in patterns]
        before = len(self.wrong)
        yield
        seen, self.wrong[before:] = self.wrong[before:], []
        for pattern in meant:
            assert any(pattern.search(line) for line in seen), f"{pattern.pattern} was expected; seen: {seen}"
        meant.append(SAID_AGAIN)
        self.wrong += [line for line in seen if not any(pattern.search(line) for pattern in meant)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._note(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure not in LET_GO:
            self._note(f"failed: {request.failure} {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"{response.status} {response.request.method} {response.url}")

    def _note(self, line: str) -> None:
        self.wrong.append(line)
