"""What one person can type must leave everybody else's words readable: words without an end, towers of marks."""

from __future__ import annotations

from typing import Final

from facilitation.models import Action
from rounds.models import Reaction, Round, Stage
from tests import factories
from tests.browser import checks
from tests.browser.screens import Screen, Screens

TOWER: Final = "a" + "\u0301\u0327\u0324\u0308" * 475
# Of every piece of text with a tower in it: how far it may paint beyond the card, list line or paragraph it is in.
CLIPPED: Final = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const towers = [];
  while (walker.nextNode()) if (walker.currentNode.data.includes("\\u0324\\u0308")) towers.push(walker.currentNode);
  return towers.filter((node) => node.parentElement.checkVisibility()).map((node) => {
    let box = node.parentElement;
    while (box && !["clip", "hidden"].includes(getComputedStyle(box).overflowY)) box = box.parentElement;
    return box && box !== document.body && !box.matches("main") ? box.getBoundingClientRect().height : Infinity;
  });
}"""


def a_round(stage: Stage) -> Round:
    """A round in which everything that can be written is as wide, or as high, as the fields allow."""
    round = factories.round_(stage=stage, title="T" * 120)
    endless, high = factories.reaction(round, "W" * 2000, feelings=["tender"]), factories.reaction(round, TOWER)
    factories.lay(factories.theme(round, "V" * 120), endless)
    factories.lay(factories.theme(round, TOWER[:117], position=1), high)
    factories.reaction(round, "W" * 2000)
    factories.reaction(round, TOWER, state=Reaction.State.FORWARD)
    return round


def stays_in_its_place(screen: Screen) -> None:
    checks.fits(screen.page, screen.widths)
    heights = screen.page.evaluate(CLIPPED)
    assert heights
    assert max(heights) < 400, heights


def test_nothing_leaves_its_card_in_the_threads(screens: Screens) -> None:
    round = a_round(Stage.THREADS)
    console = screens.console(factories.facilitator("wide", of=round.programme), round)
    console.page.locator(".weave__pile").first.wait_for()
    phone = screens.phone(round.join_code)
    phone.heading("V" * 120)
    wall = screens.wall(round)
    wall.page.locator(".wall-sentence").wait_for()
    for screen in (console, phone, wall):
        stays_in_its_place(screen)


def test_nothing_leaves_its_card_in_the_circle(screens: Screens) -> None:
    round = a_round(Stage.CIRCLE)
    alice = factories.facilitator("high", of=round.programme)
    factories.proposal(round, "P" * 2000)
    factories.proposal(round, TOWER)
    for statement in ("s" * 290, TOWER[:300]):
        Action.objects.filter(pk=factories.agreed(round, by=alice).pk).update(statement=statement)
    console, phone, wall = screens.console(alice, round), screens.phone(round.join_code), screens.wall(round)
    console.heading("Proposals")
    phone.heading("What we agreed")
    wall.heading("What we agreed")
    for screen in (console, phone, wall):
        stays_in_its_place(screen)
