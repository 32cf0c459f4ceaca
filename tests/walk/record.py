"""What the walk has seen, row by row, with a picture of each; and what the named tests said."""

from __future__ import annotations

import html
import os
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ObjectDoesNotExist
from playwright.sync_api import Error

from tests.walk.rows import ROWS, Row

if TYPE_CHECKING:  # this is loaded as a plugin, before there are models
    from tests.browser.screens import Screen
    from tests.walk.people import Walk

FOLDER: Final = "COMMON_THREAD_WALK"  # in the environment: where pictures go
WRONG: Final = (AssertionError, Error, ObjectDoesNotExist)


class Record:
    """One walk. rows: what was looked at in each, as (picture, what went wrong or nothing). tests: how each ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self.tests: dict[str, str] = {}
        self.broken: list[str] = []

    @contextmanager
    def row(self, number: int, *screens: Screen) -> Iterator[None]:
        """Within this, one statement is looked at; what fails is written down and the walk goes on."""
        wrong = ""
        try:
            yield
        except WRONG as error:
            wrong = str(error)[:2000] or repr(error)
        for screen in screens:
            self.rows[number].append((self.picture(number, screen), wrong))
        if not screens:
            self.rows[number].append(("", wrong))

    def picture(self, number: int, screen: Screen) -> str:
        name = f"{number:02}-{len(self.rows[number]) + 1}.png"
        screen.page.screenshot(path=self.folder / name)
        return name

    def part(self, part: Callable[[Walk], None], walk: Walk) -> None:
        """One part of the walk; when it cannot be gone to its end the next one is tried all the same."""
        try:
            part(walk)
        except WRONG:
            self.broken.append(f"{part.__name__}: {traceback.format_exc()}")

    def wrong_in(self, row: Row) -> list[str]:
        """Why this row is not seen; nothing when it is."""
        looked = self.rows[row.number]
        wrong = [why for _, why in looked if why]
        if row.seen and not looked:
            wrong.append("The walk did not come here.")
        wrong += [f"{test}: {self.tests.get(test, 'not run')}" for test in row.tests if not self.passed(test)]
        return wrong

    def passed(self, test: str) -> bool:
        """Whether every case of this test that was run passed, and at least one was."""
        said = [how for name, how in self.tests.items() if name == test or name.startswith(f"{test}[")]
        return bool(said) and set(said) == {"passed"}

    @property
    def unseen(self) -> list[Row]:
        return [row for row in ROWS if self.wrong_in(row)]

    def write(self) -> None:
        """The table with what was seen, beside the pictures: walk.md, and walk.html to look at."""
        lines = ["| # | The paper says | The walk sees | |", "|---|---|---|---|"]
        pages = []
        for row in ROWS:
            wrong = self.wrong_in(row)
            said = "seen" if not wrong else "**not seen**"
            lines.append(f"| {row.number} | {row.says} | {row.seen or ', '.join(row.tests)} | {said} |")
            pictures = "".join(f'<img src="{name}" height="320" alt="">' for name, _ in self.rows[row.number] if name)
            why = "".join(f"<pre>{html.escape(one)}</pre>" for one in wrong)
            heading = html.escape(f"{row.number}. {row.says}: {row.seen or ', '.join(row.tests)}")
            pages.append(f"<h2>{heading}: {'seen' if not wrong else 'NOT SEEN'}</h2>{why}{pictures}")
        (self.folder / "walk.md").write_text("\n".join([*lines, "", *self.broken]))
        (self.folder / "walk.html").write_text('<!doctype html><meta charset="utf-8">' + "\n".join(pages))


record = Record(Path(os.environ.get(FOLDER, ".")))
