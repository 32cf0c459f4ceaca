"""What holds for every page in every state: no axe-core violation in either theme, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Page

AXE: Final = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS: Final = (360, 820, 1440)
# Without an isolated world of its own, axe would be a script that the page's policy has not let in.
RUN: Final = """async ([only, tags]) => {
  const rules = only ? {type: "rule", values: only} : {type: "tag", values: tags};
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${node.target.join(" ")}: ${node.html.slice(0, 200)}: ${node.failureSummary}`));
}"""
OVERFLOW: Final = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > wide + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
}"""


def violations(page: Page, *, only: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong on the page as it stands now, a line for each element."""
    if not page.evaluate("() => typeof axe === 'object'"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN, [only, TAGS])
    return found


def fits(page: Page, widths: tuple[int, ...]) -> None:
    """Nothing reaches beyond the right edge at any of these widths; the page is left as wide as it was."""
    before = page.viewport_size
    assert before is not None
    for width in widths:
        page.set_viewport_size({"width": width, "height": before["height"]})
        beyond = page.evaluate(OVERFLOW)
        assert not beyond, f"at {width}: {page.url}: {beyond}"
    page.set_viewport_size(before)


def is_accessible(page: Page) -> None:
    """Every rule in the light theme; contrast, the only one that colours can break, in the dark one too."""
    themes: tuple[tuple[Literal["light", "dark"], list[str] | None], ...]
    themes = (("light", None), ("dark", ["color-contrast"]))
    for theme, only in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = violations(page, only=only)
        if found:
            pytest.fail(f"{page.url}, {theme}:\n" + "\n".join(found), pytrace=False)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
