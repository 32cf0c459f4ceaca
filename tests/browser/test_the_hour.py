"""The whole journey by hand: from the plan of a round to what was told back at the next one.

One hour, walked through the browser by a facilitator, three people with phones, a wall and a clinical lead. Every
screen is looked at with axe-core, in both themes and at its widths, wherever it changes.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings

from rounds.live.doorbell import announce
from rounds.models import Reaction, Round, SealedPost, Voice
from tests import factories
from tests.browser.hour import FIRST_QUESTION, NO_TIME, TITLE, UNASKED, Hour
from tests.browser.screens import Console, Screens
from tests.browser.what_comes_of_it import (
    a_lead_asks_and_the_facilitator_answers,
    an_action_is_shaped_and_agreed,
    the_next_round_is_told_what_became_of_it,
)


def test_an_hour_from_the_plan_to_what_was_told_back(screens: Screens, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # what the server believes
    programme = factories.programme("Riverside")
    factories.facilitator("alice", of=programme)
    factories.clinical_lead("bob", of=programme)
    hour = Hour(screens, programme, screens.desk().sign_in("alice@example.org", factories.PASSWORD))
    a_round_is_planned(hour)
    a_poster_hangs_on_the_door(hour)
    the_doors_open(hour)
    people_come_in(hour)
    a_story_is_told(hour)
    people_write(hour)
    what_was_written_is_shown(hour)
    themes_are_named(hour)
    the_room_pauses(hour)
    the_circle_speaks(hour)
    an_action_is_shaped_and_agreed(hour)
    the_room_says_goodbye(hour)
    a_lead_asks_and_the_facilitator_answers(hour)
    the_next_round_is_told_what_became_of_it(hour)


def a_round_is_planned(hour: Hour) -> None:
    desk = hour.desk
    desk.heading("Riverside")
    desk.is_sound()
    desk.follow("Plan a round")
    desk.fill("Title", TITLE)
    yesterday = timezone.localdate() - timedelta(days=1)
    desk.page.locator("[name=date]").fill(yesterday.isoformat())
    desk.page.locator("[name=time]").fill("13:00")
    desk.fill("Storyteller 1", "Physiotherapist")
    desk.fill("What it was like for me", "I had thought of it as a finger.")
    desk.page.locator("summary").filter(has_text="In the room").click()
    desk.fill("Smallest room in which anyone can write", "3")
    desk.is_sound()
    desk.press("Plan the round")
    desk.shows("That day has passed. Please choose one still to come.")
    desk.is_sound()
    expect(desk.page.get_by_label("What it was like for me")).to_have_value("I had thought of it as a finger.")
    expect(desk.page.get_by_label("Storyteller 1")).to_have_value("Physiotherapist")
    desk.page.locator("[name=date]").fill((timezone.localdate() + timedelta(days=1)).isoformat())
    desk.press("Plan the round")
    desk.heading(TITLE)
    desk.is_sound()
    desk.follow("Check that nobody can be recognised in the story")
    desk.is_sound()
    desk.press("Nobody can be recognised: I have read it")
    desk.heading(TITLE)
    assert hour.round.floor == 3


def a_poster_hangs_on_the_door(hour: Hour) -> None:
    hour.desk.follow("Poster to print")
    expect(hour.desk.page.get_by_role("img", name="QR code to join")).to_be_visible()
    hour.desk.shows(hour.round.join_code[:4])
    hour.desk.is_sound()
    hour.desk.follow(TITLE)


def the_doors_open(hour: Hour) -> None:
    early = hour.screens.phone()
    with early.forgiving("409 POST .*/live/join"):
        early.join(hour.round.join_code)
        early.shows("This round has not opened yet.")
    hour.desk.follow("Open the console")
    hour.console = Console(hour.desk.page, hour.desk.watch, hour.desk.url, watched=True)
    hour.console.at("Planned")
    hour.console.is_sound()
    hour.wall = hour.screens.wall()
    with hour.wall.forgiving("409 POST .*/live/wall"):
        hour.wall.open(f"/w#{hour.round.wall_token}")
        hour.wall.shows_large(TITLE)
        hour.wall.shows("The doors open soon.")
        hour.wall.is_sound()
        hour.console.step("Open the doors", to="Arrival", asked="Open them today")
        hour.wall.shows_large("You can just listen.")  # by itself
    hour.wall.shows_not("The doors open soon.")
    hour.wall.shows_large(TITLE)
    early.give_code(hour.round.join_code)
    hour.phones = [early.is_in()]


def people_come_in(hour: Hour) -> None:
    code = hour.round.join_code
    hour.phones += [hour.screens.phone().join(code.lower()).is_in(), hour.screens.phone(code)]
    hour.console.shows("The room is big enough to write in.")
    hour.phones[0].shows("You can just listen. There is nothing you have to write, say or feel.")
    hour.all_are_sound()


def a_story_is_told(hour: Hour) -> None:
    hour.console.step("Begin the story", to="Story")
    hour.wall.shows_large(TITLE)
    for phone in hour.phones:
        phone.shows("You can put the phone down")
        expect(phone.box).to_have_count(0)
    hour.all_are_sound()
    hour.console.step("Keep a silence", to="Silence")
    for screen in (*hour.phones, hour.wall):
        screen.heading("A moment of quiet")
    hour.all_are_sound()


def people_write(hour: Hour) -> None:
    hour.console.step("Open the reflection", to="Reflection")
    first, second, third = hour.phones
    hour.wall.shows_large(FIRST_QUESTION)
    first.send(NO_TIME[0])
    first.send(UNASKED[0])
    second.feel("tender")
    second.send(NO_TIME[1])
    second.send(UNASKED[1])
    third.send(NO_TIME[2])
    third.press("Nothing just now")
    expect(third.button("Nothing just now: noted")).to_be_visible()
    hour.all_are_sound()
    assert SealedPost.objects.filter(round=hour.round).count() == 6
    assert not Reaction.objects.of(hour.round).exists()


def what_was_written_is_shown(hour: Hour) -> None:
    console = hour.console
    console.shows(re.compile("(About 5|About 10|Enough) are waiting"))  # the bands of each round step elsewhere
    console.press("Show them now")
    for words in (*NO_TIME, *UNASKED):
        hour.phones[2].shows(words)
    console.press("Bring forward", within=console.card(NO_TIME[0]))
    hour.wall.shows_large(NO_TIME[0])
    console.press("Set aside for later", within=console.card(NO_TIME[2]))
    hour.phones[0].shows_not(NO_TIME[2])
    console.press("Give back to the room", within=console.card(NO_TIME[2], shelf="aside"))
    for phone in hour.phones:
        card = phone.page.locator("#region-reactions > li").filter(has_text=UNASKED[0])
        phone.press("This is mine too", within=card)
    hour.phones[0].shows("Others too")
    hour.all_are_sound()


def themes_are_named(hour: Hour) -> None:
    console = hour.console
    console.step("On to the threads", to="Threads")
    for title, sentences in (("No time to sit down", NO_TIME), ("Unasked", UNASKED)):
        for words in sentences:
            console.page.get_by_role("checkbox", name=words).check()
        console.page.get_by_label("Title of a new theme").fill(title)
        console.press("New theme", exact=False)
        hour.wall.shows_large(title)
    hour.phones[1].press("This rings true")
    expect(hour.phones[1].button("It rings true").first).to_be_visible()
    hour.all_are_sound()


def the_room_pauses(hour: Hour) -> None:
    hour.console.step("Pause at the threshold", to="Threshold")
    for screen in (*hour.phones, hour.wall):
        screen.heading("Until now nothing had to be solved.")
    expect(hour.console.button("Open the circle now")).to_have_attribute("aria-disabled", "true")
    hour.all_are_sound()
    # The pause of half a minute is not cut short by anybody; here, the clock is put forward.
    Round.objects.filter(pk=hour.round.pk).update(stage_ends_at=timezone.now())
    announce(hour.round, "stage")
    expect(hour.console.button("Open the circle now")).not_to_have_attribute("aria-disabled", "true")


def the_circle_speaks(hour: Hour) -> None:
    hour.console.step("Open the circle now", to="Circle")
    question = re.compile("What, in the way things are set up here, gets in the way of the compassion people already")
    for screen in (*hour.phones, hour.wall, hour.console):
        screen.heading(question)
    for number, phone in enumerate(hour.phones):
        phone.page.locator("summary").filter(has_text="No time to sit down").first.click()
        phone.page.get_by_role("checkbox", name="Too few people, too little time").first.check()
        phone.press("Choose these")
        phone.shows("Thank you. It counts together with the others.")
        phone.fill("What would change it?", f"Two chairs in every room, number {number}")
        phone.press("Send", within=phone.page.locator("#propose-change"))
        phone.shows(
            "Saved. As a rule it is shown together with others. It may be kept back for the facilitators to read first."
        )
    hour.wall.shows_large("Several of us chose: Too few people, too little time")
    hour.console.press("Show them now")
    card = hour.phones[1].page.locator("li").filter(has_text="Two chairs in every room, number 0").last
    hour.phones[1].press("I’d help", within=card)
    expect(hour.phones[1].button("You would help")).to_have_attribute("aria-pressed", "true")
    hour.all_are_sound()


def the_room_says_goodbye(hour: Hour) -> None:
    console, phone = hour.console, hour.phones[0]
    console.step("On to the closing", to="Closing")
    hour.wall.heading("Thank you for being here")
    phone.heading("Thank you for being here")
    phone.page.locator("summary").filter(has_text="Which group do you work in?").click()
    phone.page.get_by_role("radio", name="Nurses and midwives").check()
    phone.press("Count me in this group")
    phone.shows("Saved. You can change it while this page is here.")
    phone.page.locator("summary").filter(has_text="Tell us how this hour was").click()
    phone.page.locator(".scale").first.get_by_role("radio").first.check()
    phone.press("Send these answers")
    phone.shows("Saved. Thank you.")
    hour.all_are_sound()
    console.press("Close the round", within=console.page.locator(".next-step"))
    console.is_sound()
    console.press("Close and seal it")
    console.at("Closed")
    for screen in (*hour.phones, hour.wall):
        screen.heading("This round is over")
    hour.all_are_sound()
    for one in hour.phones:  # "your phone keeps nothing of it": also while its page stays open
        one.page.wait_for_function("() => !Object.keys(sessionStorage).some((key) => key.startsWith('ct.'))")
    round = hour.round
    assert round.sealed_at is not None
    assert not SealedPost.objects.filter(round=round).exists()
    assert not Voice.objects.filter(round=round).exists()
    phone.page.reload()
    phone.page.wait_for_load_state()
    phone.shows("Join a round")
    the_facilitators_look_back(hour)


def the_facilitators_look_back(hour: Hour) -> None:
    desk = hour.desk
    desk.follow("To the debrief")
    desk.heading("Debrief")
    desk.is_sound()
    desk.fill("What went well", "Nobody hurried.")
    desk.press("Save for now")
    expect(desk.page.get_by_label("What went well")).to_have_value("Nobody hurried.")
