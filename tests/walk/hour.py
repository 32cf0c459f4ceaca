"""The hour itself, on phones, wall and console."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import expect

from facilitation import circle
from facilitation.models import Theme
from rounds.models import Reaction
from tests.browser.screens import Phone
from tests.walk.people import (
    TITLE,
    Walk,
    let_the_pause_pass,
    put_the_cards_away,
    support_is_put_away,
    support_opens,
    the_card_says,
)
from tests.walk.record import record

WORDS: Final = "There was no time to sit down."
NAMED: Final = "Always on our feet"
HARD: Final = "He was a horrible man and I was glad when he went."
DRY: Final = "meh. another tuesday"
ONLY_MINE: Final = "I will keep asking their names"
BARRIERS: Final = {
    8: ("The number came first", "Too few people, too little time", "Nothing left"),
    22: ("Not knowing; being out of my depth",),
    24: ("The number came first",),
    26: ("I could not practise as I judged best",),
    27: ("I knew what was right and could not do it",),
    28: ("Nothing left",),
}
POST: Final = """async (prompt) => {
  const ticket = sessionStorage.getItem("ct.ticket");
  const said = { ticket, t: "say", what: "react", nonce: "n".repeat(22), prompt, text: "in between", feelings: [] };
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/live/say", { method: "POST", headers, body: JSON.stringify(said) });
  return (await answer.json()).t;
}"""


def in_this_stage(walk: Walk) -> None:
    """What holds in every stage: one may leave or just listen, and support is one press away."""
    phone = walk.phones[0]
    with record.row(44, phone):
        phone.shows("You can leave, or just listen.")
    with record.row(36, phone):
        support_opens(phone)
    support_is_put_away(phone)


def the_doors_open(walk: Walk) -> None:
    walk.console.step("Open the doors", to="Arrival", asked="Open them today")
    code = walk.round.join_code
    walk.phones = [walk.overheard_phone(code), walk.screens.phone(code)]
    walk.wall.heading(TITLE)
    before = walk.wall.page.locator("main").inner_text()
    walk.phones.append(walk.screens.phone(code))
    walk.console.shows("The room is big enough to write in.")
    with record.row(28, walk.wall):
        assert walk.wall.page.locator("main").inner_text() == before
    phone = walk.phones[0]
    with record.row(5, phone, walk.wall):
        phone.heading("How we are together")
        walk.wall.shows(walk.round.ground_rule_lines[0])
    with record.row(21, phone, walk.wall):
        phone.shows("If you lead people here: listen first")
        walk.wall.shows(re.compile("listen first", re.IGNORECASE))
    in_this_stage(walk)


def a_story_is_told(walk: Walk) -> None:
    walk.console.step("Begin the story", to="Story")
    phone = walk.phones[0]
    with record.row(5, phone):
        phone.shows("You can put the phone down")
        expect(phone.box).to_have_count(0)
        prompt = walk.round.prompts.order_by("position")[0].public_id
        with phone.forgiving("422 POST .*/live/say"):
            assert phone.page.evaluate(POST, prompt) == "refused"
        assert not Reaction.objects.of(walk.round).exists()
    in_this_stage(walk)
    walk.console.step("Keep a silence", to="Silence")
    phone.heading("A moment of quiet")
    in_this_stage(walk)


def people_write(walk: Walk) -> None:
    console = walk.console
    console.step("Open the reflection", to="Reflection")
    first, second, third = walk.phones
    with record.row(35, first, walk.wall):
        walk.wall.shows_large("What stays with you, after hearing this?")
    in_this_stage(walk)
    first.send(WORDS)
    only_a_feeling(second, "tender")
    with record.row(27, third):
        third.feel("torn", "angry")
    third.send(HARD)
    only_a_feeling(second, "numb")
    first.send(DRY)
    second.send("There was no chair, and no time.")
    third.send("No time, and nobody to ask.")
    without_a_connection(walk)


def only_a_feeling(phone: Phone, word: str) -> None:
    phone.feel(word)
    phone.press("Send")
    expect(phone.said("react")).to_contain_text("Saved")


def without_a_connection(walk: Walk) -> None:
    phone = walk.phones[2]
    with phone.out_of_reach():
        with record.row(36, phone):
            support_opens(phone)
        support_is_put_away(phone)


def what_was_written_is_shown(walk: Walk) -> None:
    console = walk.console
    console.press("Show them now")
    phone = walk.phones[0]
    for words, feelings in ((WORDS, []), ("", ["tender"]), (HARD, ["torn", "angry"])):
        with record.row(2, phone):
            sent = phone.page.locator(".quote").filter(has_text=words or feelings[0])
            assert sent.locator(".tag--feeling").all_inner_texts() == feelings
            expect(sent.locator(".quote__words")).to_have_text([words] if words else [])
            sent.scroll_into_view_if_needed()
    with record.row(7, phone, console):
        alone = phone.page.locator(".quote").filter(has_text="numb")
        expect(alone.locator(".tag--feeling")).to_have_class("tag tag--feeling")
        alone.scroll_into_view_if_needed()
        console.shows_not("Please read, quietly")
    for number, words in ((12, HARD), (23, DRY)):
        with record.row(number, walk.phones[0]):
            walk.phones[0].shows(words)
            walk.phones[0].page.get_by_text(words).first.scroll_into_view_if_needed()
    cards = {
        3: ("What turned out not to be small?", "What is small on our list"),
        12: ("The room turns on a patient or a family", "then bring the person back"),
        23: ("Laughter, busyness, or a quick fix", "They are worth listening to"),
        31: ("What is underneath?", "ask once for what lies below"),
        37: ("What is underneath?", "ask once for what lies below"),
    }
    for number, (title, words) in cards.items():
        with record.row(number, console):
            the_card_says(console, title, words)
        put_the_cards_away(console)


def themes_are_named(walk: Walk) -> None:
    console = walk.console
    console.step("On to the threads", to="Threads")
    in_this_stage(walk)
    with record.row(37, console, walk.wall):
        for words in (WORDS, "There was no chair, and no time.", "No time, and nobody to ask."):
            console.page.get_by_role("checkbox", name=words).check()
        offered = console.page.locator("#weave-titles option").evaluate_all("all => all.map((one) => one.value)")
        assert WORDS in offered  # what is ticked is offered as its title
        console.page.get_by_label("Title of a new theme").fill(WORDS)
        console.press("New theme", exact=False)
        walk.wall.shows_large("There was no time to sit down")
    with record.row(37, console, walk.wall):
        console.page.locator(".weave__tools summary").first.click()
        console.page.get_by_label("Another title for").fill(NAMED)
        console.press("Rename")
        walk.wall.heading(NAMED)
    with record.row(34, console):
        expect(console.button("Propose groups")).to_have_count(0)
        themes = Theme.objects.filter(round=walk.round)
        assert {theme.made_by for theme in themes} == {walk.alice}


def the_room_pauses(walk: Walk) -> None:
    walk.console.step("Pause at the threshold", to="Threshold")
    walk.wall.heading("Until now nothing had to be solved.")
    in_this_stage(walk)
    let_the_pause_pass(walk.round)
    expect(walk.console.button("Open the circle now")).not_to_have_attribute("aria-disabled", "true")


def the_circle_speaks(walk: Walk) -> None:
    walk.console.step("Open the circle now", to="Circle")
    for number in (33, 35):
        with record.row(number, *walk.everybody()):
            for screen in walk.everybody():
                screen.heading(circle.QUESTION)
    in_this_stage(walk)
    phone = walk.phones[0]
    phone.page.locator("summary").filter(has_text=NAMED).first.click()
    for number, barriers in BARRIERS.items():
        with record.row(number, phone):
            for label in barriers:
                expect(phone.page.get_by_role("checkbox", name=label).first).to_be_attached()
            phone.page.locator(".chip", has_text=barriers[0]).first.evaluate("one => one.scrollIntoView()")


def the_room_says_goodbye(walk: Walk) -> None:
    console, phone = walk.console, walk.phones[0]
    console.step("On to the closing", to="Closing")
    phone.heading("Thank you for being here")
    in_this_stage(walk)
    with record.row(39, phone):
        for step in ("Notice", "Acknowledge", "Offer"):
            expect(phone.page.locator("li strong", has_text=step)).to_be_visible()
        phone.page.locator("li strong", has_text="Offer").scroll_into_view_if_needed()
    with record.row(40, phone):
        phone.page.locator("summary").filter(has_text="Which group do you work in?").click()
        for group in (re.compile("[Ss]tudent"), re.compile("[Ee]states"), re.compile("[Vv]olunteer")):
            expect(phone.page.get_by_role("radio", name=group)).to_be_attached()
        phone.page.get_by_role("radio", name=re.compile("[Vv]olunteer")).scroll_into_view_if_needed()
    only_for_oneself(walk, phone)


def only_for_oneself(walk: Walk, phone: Phone) -> None:
    with record.row(13, phone):
        assert any(WORDS in one for one in walk.sent), "the walk does not hear what phones send"
        phone.page.locator("#keep summary").click()
        phone.page.locator("#keep-words").fill(ONLY_MINE)
        phone.page.wait_for_timeout(500)
        assert not any("asking their names" in one for one in walk.sent)
        assert phone.page.locator("#keep form, #keep-words[name]").count() == 0


def it_is_closed(walk: Walk) -> None:
    console = walk.console
    console.press("Close the round", within=console.page.locator(".next-step"))
    console.press("Close and seal it")
    console.at("Closed")
    walk.wall.heading("This round is over")


BEFORE_THE_GOODBYE = (
    the_doors_open,
    a_story_is_told,
    people_write,
    what_was_written_is_shown,
    themes_are_named,
    the_room_pauses,
    the_circle_speaks,
)
AFTER_THE_CIRCLE = (the_room_says_goodbye, it_is_closed)
