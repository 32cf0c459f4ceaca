"""Themes: made by people from what the room wrote, with a mouse or with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from facilitation.models import Theme
from rounds.models import Round, Stage, User
from tests import factories
from tests.browser.screens import Console, Screens

WORDS = (
    "There was no time to sit down with her.",
    "I had no time, again.",
    "No time even for the family.",
    "Nobody asked me how I was.",
    "Nobody asked, and I did not say.",
    "Someone made me tea.",
)


def threads(*words: str) -> tuple[Round, User]:
    round = factories.round_(stage=Stage.THREADS, floor=3)
    for text in words or WORDS:
        factories.reaction(round, text)
    return round, factories.facilitator(f"alice-{round.public_id}", of=round.programme)


def pile(console: Console, title: str) -> Locator:
    return console.page.locator(".weave__pile").filter(has=console.page.get_by_role("heading", name=title))


def tick(console: Console, *words: str) -> None:
    for text in words:
        console.page.get_by_role("checkbox", name=text).check()


def make(console: Console, title: str, *words: str) -> None:
    tick(console, *words)
    console.page.get_by_label("Title of a new theme").fill(title)
    console.press("New theme", exact=False)
    expect(pile(console, title)).to_be_visible()


def change(console: Console, title: str) -> Locator:
    """Open what can be done with a theme."""
    tools = pile(console, title).locator("details.weave__tools")
    if tools.get_attribute("open") is None:
        tools.locator("summary").click()
    return tools


def test_a_theme_is_made_renamed_split_merged_moved_and_taken_away(screens: Screens) -> None:
    round, alice = threads()
    console, wall, phone = screens.console(alice, round), screens.wall(round), screens.phone(round.join_code)
    console.is_sound()
    make(console, "No time", *WORDS[:3])
    wall.shows_large("No time")
    phone.heading("No time")
    tools = change(console, "No time")
    tools.get_by_label("Another title for").fill("Never enough time")
    console.press("Rename", within=tools)
    wall.shows_large("Never enough time")
    tick(console, WORDS[2])
    tools = change(console, "Never enough time")
    tools.get_by_label("Title for the ticked sentences").fill("The families")
    console.press("Split off", within=tools)
    expect(pile(console, "The families")).to_contain_text(WORDS[2])
    phone.heading("The families")
    make(console, "Unasked", *WORDS[3:5])
    wall.is_sound()
    phone.is_sound()
    console.is_sound()
    console.press("Merge …", within=change(console, "The families"))
    dialog = console.page.get_by_role("dialog", name="Merge two themes")
    expect(dialog).to_contain_text("whoever said it of both would count twice")
    console.is_sound()
    dialog.get_by_role("radio", name="Never enough time").check()
    console.press("Merge", within=dialog)
    expect(dialog).to_be_hidden()
    expect(pile(console, "The families")).to_have_count(0)
    expect(pile(console, "Never enough time")).to_contain_text(WORDS[2])
    tick(console, WORDS[5])
    console.press("Move to …")
    console.press("Unasked", within=console.page.get_by_role("dialog", name="Move to"))
    console.is_told("Moved one sentence to “Unasked”.")
    expect(pile(console, "Unasked")).to_contain_text(WORDS[5])
    console.press("Take the theme away", within=change(console, "Unasked"))
    phone.shows_not("Unasked")
    expect(console.page.locator("#weave-loose")).to_contain_text(WORDS[3])
    assert [theme.title for theme in Theme.objects.filter(round=round)] == ["Never enough time"]


def test_a_theme_without_a_title_is_refused_and_the_ticks_stay(screens: Screens) -> None:
    round, alice = threads()
    console = screens.console(alice, round)
    tick(console, WORDS[0], WORDS[1])
    with console.forgiving("409 POST .*/themes/make/"):
        console.press("New theme", exact=False)
        expect(console.page.locator("#status-line")).not_to_be_empty()
    expect(console.page.get_by_role("checkbox", name=WORDS[0])).to_be_checked()
    assert not Theme.objects.filter(round=round).exists()


def test_what_the_machine_proposes_is_seen_by_facilitators_only_until_one_takes_it(screens: Screens) -> None:
    round, alice = threads()
    console, wall, phone = screens.console(alice, round), screens.wall(round), screens.phone(round.join_code)
    console.press("Propose groups")
    group = console.page.locator("[id^='group-']").filter(has=console.button("Make it a theme")).first
    expect(group).to_be_visible()
    console.is_sound()
    assert not Theme.objects.filter(round=round).exists()
    wall.shows_large("What runs through it?")
    group.get_by_role("textbox").fill("What we had no time for")
    console.press("Make it a theme", within=group)
    wall.shows_large("What we had no time for")
    phone.heading("What we had no time for")
    theme = Theme.objects.get(round=round)
    assert theme.made_by == alice
    console.press("Undo")
    phone.shows_not("What we had no time for")
    console.press("Put it away", within=group)
    console.is_told("Put away. The sentences stay as they are.")
    assert not Theme.objects.filter(round=round).exists()


def test_a_theme_rings_true_for_others_from_three_on(screens: Screens) -> None:
    round, alice = threads()
    console = screens.console(alice, round)
    make(console, "Unasked", *WORDS[3:5])
    phones = [screens.phone(round.join_code) for _ in range(3)]
    for phone in phones[:2]:
        phone.press("This rings true")
        expect(phone.button("It rings true")).to_have_attribute("aria-pressed", "true")
    phones[2].shows_not("Others too")
    phones[2].press("This rings true")
    for phone in phones:
        phone.shows("Others too")


def test_themes_are_made_with_the_keyboard_alone(screens: Screens) -> None:
    round, alice = threads("One sentence.", "Another sentence.")
    console = screens.console(alice, round)
    keyboard = console.page.keyboard
    console.tab_to("#weave-loose input")
    for key in ("Space", "ArrowDown", "Space"):
        keyboard.press(key)
    expect(console.page.get_by_text("2 are ticked.")).to_be_visible()
    console.tab_to("#weave-title-of-new")
    keyboard.type("Two sentences")
    keyboard.press("Enter")
    expect(pile(console, "Two sentences")).to_contain_text("Another sentence.")
    console.tab_to(".weave__tools summary")
    keyboard.press("Enter")
    console.tab_to("[id^=rename-]")
    keyboard.press("Control+a")
    keyboard.type("Both of them")
    keyboard.press("Enter")
    expect(pile(console, "Both of them")).to_be_visible()
    assert console.page.evaluate("() => document.activeElement !== document.body")
    console.page.evaluate("() => document.body.focus()")
    console.tab_to(".next-step button")
    keyboard.press("Enter")
    console.at("Threshold")
