"""Sorting together as people do it: a few cards on a phone, a line on the wall, a switch on the console."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from facilitation import sorting
from facilitation.models import SortedPairs
from rounds import reactions
from rounds.models import Reaction, Round, Stage, User
from tests import factories
from tests.browser.screens import Phone, Screens

WORDS = (
    "There was no time to sit down with her.",
    "I had no time, again.",
    "No time even for the family.",
    "Nobody asked me how I was.",
    "Nobody asked, and I did not say.",
    "Someone made me tea.",
    "Tea, and a chair, and ten minutes.",
    "The bed was needed before he was cold.",
    "I was proud of us that night.",
)


def threads() -> tuple[Round, User]:
    round = factories.round_(stage=Stage.THREADS, floor=3)
    for text in WORDS:
        factories.reaction(round, text)
    return round, factories.facilitator(f"alice-{round.public_id}", of=round.programme)


def hand(phone: Phone) -> Locator:
    return phone.page.locator("[data-sorting-hand] form")


def boxes(phone: Phone) -> Locator:
    return hand(phone).get_by_role("checkbox")


def key(phone: Phone) -> str:
    return hand(phone).locator("input[name=hand]").input_value()


def test_the_room_sorts_together_and_the_sums_reach_the_proposals(screens: Screens) -> None:
    round, alice = threads()
    console, wall = screens.console(alice, round), screens.wall(round)
    phones = [screens.phone(round.join_code) for _ in range(5)]
    console.press("Ask the room to sort")
    wall.shows_large("which of these belong together?")
    wall.is_sound()
    for phone in phones:
        phone.heading("Which of these belong together?")
        expect(boxes(phone)).to_have_count(5)
    phones[0].is_sound()
    for phone in phones:
        before = key(phone)
        boxes(phone).nth(0).check()
        boxes(phone).nth(1).check()
        phone.press("These belong together")
        expect(hand(phone).locator(f"input[name=hand][value='{before}']")).to_have_count(0)
        expect(boxes(phone)).to_have_count(5)
    console.shows(re.compile("(Some sentences have|Every sentence has)"))
    console.is_sound()
    console.press("End sorting")
    phones[0].shows("Sorting together has ended. Thank you for the help.")
    wall.shows_not("which of these belong together?")
    assert sum(together for together, _ in sorting.evidence(round).pairs.values()) == 5


def test_one_card_alone_is_no_answer_and_none_is_one(screens: Screens) -> None:
    round, alice = threads()
    sorting.begin(round=round, by=alice)
    phone = screens.phone(round.join_code)
    before = key(phone)
    boxes(phone).nth(2).check()
    phone.press("These belong together")
    phone.shows("Tap two or more that belong together, or “None of these”.")
    assert key(phone) == before
    phone.press("None of these")
    expect(hand(phone).locator(f"input[name=hand][value='{before}']")).to_have_count(0)
    expect(boxes(phone).nth(2)).not_to_be_checked()


def test_somebody_who_would_rather_read_is_left_in_peace_and_may_come_back(screens: Screens) -> None:
    round, alice = threads()
    sorting.begin(round=round, by=alice)
    phone = screens.phone(round.join_code)
    phone.press("I would rather just read")
    phone.shows("You are just reading. That is as good.")
    expect(hand(phone)).to_have_count(0)
    phone.is_sound()
    phone.press("Sort a few")
    expect(boxes(phone)).to_have_count(5)


def test_sorting_ends_calmly_after_two_minutes_or_when_all_have_been_seen(screens: Screens) -> None:
    round, alice = threads()
    sorting.begin(round=round, by=alice)
    patient, quick = screens.phone(round.join_code), screens.phone(round.join_code)
    patient.page.clock.install()
    patient.page.reload()
    expect(boxes(patient)).to_have_count(5)
    patient.page.clock.fast_forward("02:05")
    patient.press("None of these")
    patient.shows("Thank you, that is plenty. Rest your eyes, or read on below.")
    for _ in range(sorting.HANDS):
        quick.press("Other sentences")
    quick.shows("You have seen them all for now. Thank you.")


def test_everything_can_be_done_with_the_keyboard(screens: Screens) -> None:
    round, alice = threads()
    sorting.begin(round=round, by=alice)
    phone = screens.phone(round.join_code)
    before = key(phone)
    for _ in range(2):
        phone.tab_to("[data-sorting-hand] [name=together]:not(:checked)")
        phone.page.keyboard.press("Space")
    phone.tab_to("[data-sorting-hand] button:not([name])")
    phone.page.keyboard.press("Enter")
    expect(hand(phone).locator(f"input[name=hand][value='{before}']")).to_have_count(0)
    expect(phone.page.locator("#sorting-title")).to_be_focused()
    expect(phone.page.locator("[data-sorting-said]")).to_have_text("Saved. Here are the next ones.")


def test_a_hand_on_the_table_stays_while_others_are_dealt(screens: Screens) -> None:
    round, alice = threads()
    sorting.begin(round=round, by=alice)
    phone = screens.phone(round.join_code)
    boxes(phone).nth(1).check()
    before = key(phone)
    while True:  # now and then chance deals the same sentences again
        sorting.deal(round)
        if before not in [sorting.mark(round, hand) for hand in SortedPairs.objects.get(round=round).hands]:
            break
    expect(phone.page.locator(f"#region-hands [data-key='{before}']")).to_have_count(0)
    assert key(phone) == before
    expect(boxes(phone).nth(1)).to_be_checked()


def test_a_sentence_that_is_held_leaves_the_hand_at_once(screens: Screens) -> None:
    round, alice = threads()
    sorting.begin(round=round, by=alice)
    phone = screens.phone(round.join_code)
    taken = boxes(phone).nth(0).input_value()
    words = Reaction.objects.get(pk=taken).text
    reactions.move(round=round, reaction=taken, to=Reaction.State.HELD, by=alice)
    phone.shows_not(words)
    expect(phone.page.locator(f"input[value='{taken}']")).to_have_count(0)
