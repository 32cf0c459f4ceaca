"""Walks a rehearsal of the demonstration through a browser and takes a picture of every screen.

It starts a server of its own on an empty data folder, and touches nothing of an installation.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from config import browser

Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
PHONE: Final = (360, 820)
WALL: Final = (1440,)
DESK: Final = (360, 820, 1440)
HEIGHTS: Final = {360: 740, 820: 1180, 1440: 900}
# A wall is dim whatever the machine prefers, until somebody says that the room is bright.
WALL_THEME: Final = """(theme) => {
  const root = document.documentElement;
  if (root.dataset.surface !== "wall") return;
  if (theme === "light") root.dataset.theme = theme;
  else delete root.dataset.theme;
}"""
PATIENCE: Final = 30_000  # milliseconds; guests take their time


@dataclass
class Demonstration:
    """A running demonstration: where its screens are, and what to sign in with."""

    site: str
    join: str
    wall: str
    console: str
    password: str
    data: Path

    @property
    def round_path(self) -> str:
        return urlsplit(self.console).path.removesuffix("console/")

    @contextmanager
    def guests(self, people: int = 14) -> Iterator[None]:
        """Hurried guests, until the round is closed."""
        command = ["rehearse", "--people", str(people), "--pace", "8", "--seed", "11", "--url", self.site]
        process = manage(command, self.data)
        try:
            yield
        finally:
            process.terminate()
            process.communicate()


def manage(command: Sequence[str], data: Path) -> subprocess.Popen[str]:
    """A command of ours on that data folder, its output to be read."""
    kept = {name: value for name, value in os.environ.items() if name not in {"COMMON_THREAD_URL", "DATABASE_URL"}}
    return subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *command],
        env={**kept, "COMMON_THREAD_DATA": str(data), "COMMON_THREAD_NO_BOOTSTRAP": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """The demonstration on a free port and a data folder that is gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="common-thread-screenshots-") as folder:
        process = manage(["demo", "--port", str(port)], Path(folder))
        try:
            yield _read(process, Path(folder))
        finally:
            process.terminate()
            process.communicate()


def _read(process: subprocess.Popen[str], data: Path) -> Demonstration:
    """What the demo prints, up to the line that says it runs. Raises RuntimeError when it never does."""
    said = ""
    for line in process.stdout or ():
        said += line
        if "is running at" in line:
            break
    found = re.search(r"(http\S+)/j#(\S+).*?(http\S+/w#\S+).*?(http\S+/console/).*?demo\.example +(\S+)", said, re.S)
    if found is None:
        raise RuntimeError(f"The demonstration did not start:\n{said}")
    site, code, wall, console, password = found.groups()
    return Demonstration(site, f"{site}/j#{code}", wall, console, password, data)


@dataclass
class Camera:
    """Takes pictures into a folder; `say` is told of each screen."""

    folder: Path
    say: Callable[[str], None]

    def take(self, page: Page, name: str, widths: Sequence[int], *, whole: bool = True) -> None:
        """One screen at every width and in both themes; whole: the whole page, not only what fits the window."""
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            page.evaluate("() => scrollTo(0, 0)")  # or the bars that stay in sight would stand in the middle
            for theme in THEMES:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                page.evaluate(WALL_THEME, theme)
                page.screenshot(path=self.folder / f"{name}-{width}-{theme}.png", full_page=whole)
        page.set_viewport_size({"width": widths[-1], "height": HEIGHTS[widths[-1]]})
        self.say(name)


def everything(folder: Path, say: Callable[[str], None]) -> None:
    """Take every picture. Needs a Chromium (config/browser.py) and Playwright."""
    from config.screenshots_walk import Walk

    folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as demo, sync_playwright() as playwright:
        arguments = [argument for argument in browser.ARGUMENTS if argument != "--headless"]
        chromium = playwright.chromium.launch(executable_path=browser.find_or_install() or None, args=arguments)
        Walk(demo, Camera(folder, say), lambda: opened(chromium)).through_everything()
        chromium.close()


def opened(chromium: Browser) -> Page:
    """A page in a context of its own: another person's browser."""
    page = chromium.new_context(locale="en-GB", timezone_id="Europe/London").new_page()
    page.set_default_timeout(PATIENCE)
    return page
