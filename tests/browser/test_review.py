"""Clinical leads at their lists: with the keyboard alone, two at once, and what the address keeps."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from facilitation import reviews
from facilitation.models import Action, State
from facilitation.views import lists
from rounds.models import Round, Stage, User
from tests import factories
from tests.browser.screens import PHONE, Desk, Screens

WARDS = ("north", "east", "south", "west")


def four_actions(name: str) -> tuple[Round, User, list[Action]]:
    """A circle of its own programme with four agreed actions, and its lead."""
    circle = factories.round_(factories.programme(f"{name}’s programme"), stage=Stage.CIRCLE)
    alice = factories.facilitator(f"{name}-alice", of=circle.programme)
    lead = factories.clinical_lead(f"{name}-lead", of=circle.programme)
    made = [
        factories.agreed(circle, by=alice, statement=f"put chairs out, {ward}", holder=f"Ward {ward}") for ward in WARDS
    ]
    return circle, lead, made


def here(desk: Desk) -> Locator:
    return desk.page.locator(":focus")


def test_a_lead_goes_ticks_and_moves_with_the_keyboard_alone(screens: Screens) -> None:
    circle, lead, made = four_actions("keys")
    desk = screens.desk(lead, f"/programmes/{circle.programme.public_id}/actions/?as=list&sort=action")
    keys = desk.page.keyboard
    links = [f"We will {action.statement}" for action in (made[1], made[0], made[2], made[3])]
    for key, link in (("j", links[0]), ("j", links[1]), ("ArrowDown", links[2]), ("k", links[1])):
        keys.press(key)
        expect(here(desk)).to_have_text(link)
    keys.press("x")
    keys.press("j")
    keys.press("x")
    desk.shows("2 are ticked.")
    keys.press("?")
    expect(desk.page.get_by_role("dialog", name="Keys for this page")).to_be_visible()
    keys.press("j")  # a dialog has the keys to itself
    keys.press("Escape")
    expect(here(desk)).to_have_text(links[2])
    keys.press("/")
    keys.type("jx?")
    expect(here(desk)).to_have_value("jx?")
    desk.shows("2 are ticked.")
    desk.press("Go on", exact=False)
    desk.heading("Accept")
    desk.is_sound()
    reviews.accept(action=made[2], version=1, by=lead)
    with desk.forgiving("409 POST", "status of 409"):
        desk.press("Accept")
        desk.shows("Some could not be moved. What you wrote is kept below.")
    desk.shows(f"{links[2]}: Somebody else changed it meanwhile.")
    states = {action.statement[-5:]: action.state for action in Action.objects.filter(round=circle)}
    assert list(states.values()).count(State.ACCEPTED) == 2
    desk.is_sound()


def test_two_leads_in_two_browsers_never_overwrite_each_other(screens: Screens) -> None:
    circle, bob, made = four_actions("two")
    dora = factories.clinical_lead("two-dora", of=circle.programme)
    move = f"/actions/{made[0].public_id}/move/hand_on/"
    first, second = screens.desk(bob, move), screens.desk(dora, move)
    for desk, holder in ((first, "The estates team"), (second, "The booking office")):
        desk.fill("Who holds it from now on", holder)
        desk.page.get_by_label("The team").check()
        desk.fill("Why, and what they need to know", f"{holder} asked for it.")
    first.press("Hand it on")
    first.shows("It is with them now.")
    with second.forgiving("409 POST", "status of 409"):
        second.press("Hand it on")
        second.shows("Somebody else changed this while you were writing.")
    second.shows("To: The estates team")
    expect(second.page.get_by_label("Who holds it from now on")).to_have_value("The booking office")
    assert Action.objects.get(pk=made[0].pk).holder == "The estates team"
    second.press("Hand it on")
    second.shows("It is with them now.")
    told = Action.objects.get(pk=made[0].pk).events.filter(what="handed on")
    assert [event.who for event in told] == [bob, dora]


def test_the_address_keeps_what_is_seen_and_back_and_a_kept_view_lead_there(screens: Screens) -> None:
    circle, lead, made = four_actions("back")
    desk = screens.desk(lead, f"/programmes/{circle.programme.public_id}/actions/?as=list")
    desk.page.get_by_label("Holder or sponsor").select_option("Ward east")
    desk.page.get_by_text("More ways to narrow them").click()
    desk.page.get_by_label("The team").check()
    desk.press("Show")
    desk.page.wait_for_url(re.compile(r"who=Ward\+east.*level=team"))
    expect(desk.page.locator("[data-row]")).to_have_count(1)
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("Enter")
    desk.heading(f"We will {made[1].statement}.")
    desk.page.go_back()
    expect(desk.page.locator("[data-row-open]:focus")).to_have_text(f"We will {made[1].statement}")
    desk.page.get_by_role("button", name="Keep this view").click()
    desk.fill("What do you call it?", "East")
    desk.page.get_by_role("dialog").get_by_role("button", name="Keep this view").click()
    desk.shows("“East” is kept.")
    desk.follow("Show all")
    expect(desk.page.locator("[data-row]")).to_have_count(4)
    desk.follow("East")
    expect(desk.page.locator("[data-row]")).to_have_count(1)
    desk.press("Keys")
    desk.page.get_by_label("Single keys do something here").uncheck()
    desk.page.reload()
    desk.page.keyboard.press("j")
    expect(desk.page.locator("[data-row]:focus-within")).to_have_count(0)


def test_ticks_and_the_place_in_a_long_list_outlive_its_other_pages_and_an_action(screens: Screens) -> None:
    circle, lead, made = four_actions("long")
    for number in range(lists.A_PAGE):
        factories.agreed(circle, by=lead, statement=f"walk the {number + 10} corridors")
    desk = screens.desk(lead, f"/programmes/{circle.programme.public_id}/actions/?as=list&sort=action")
    tick = desk.page.get_by_label(f"Tick: We will {made[0].statement}")
    tick.check()
    desk.follow("Further down")
    desk.shows("One is ticked, on other pages.")
    last = desk.page.locator("[data-row-open]").last
    said = last.inner_text()
    desk.page.get_by_label(f"Tick: {said}").check()
    desk.shows("2 are ticked, 1 of them on other pages.")
    last.click()
    desk.heading(f"{said}.")
    desk.press("Accept")
    desk.shows("Accepted. The people who raised it will see that.")
    desk.follow("Actions")  # the first of that name is the menu's
    desk.page.go_back()
    desk.page.locator("a.back").click()
    desk.shows("2 are ticked, 1 of them on other pages.")
    desk.follow("Earlier in the list")
    expect(tick).to_be_checked()
    desk.press("Go on", exact=False)
    desk.shows(f"We will {made[0].statement}")
    desk.shows(said)
    desk.page.go_back()
    desk.press("Untick all")
    desk.shows("Tick actions to do one thing with several of them.")
    assert "tick=" not in desk.page.url


def test_on_a_phone_what_narrows_a_list_is_folded_until_it_is_asked_for(screens: Screens) -> None:
    circle, lead, _ = four_actions("fold")
    phone = screens.desk(lead, f"/programmes/{circle.programme.public_id}/actions/?as=list", PHONE)
    holder, first = phone.page.get_by_label("Holder or sponsor"), phone.page.locator("[data-row-open]").first
    expect(holder).to_be_hidden()
    expect(first).to_be_in_viewport()
    phone.tab_to(".folds > summary")
    phone.page.keyboard.press("Enter")
    holder.select_option("Ward east")
    phone.is_sound()
    phone.press("Show")
    phone.shows("1 chosen")
    phone.shows("Holder or sponsor: Ward east")
    expect(phone.page.locator("[data-row]")).to_have_count(1)
    expect(holder).to_be_hidden()
    phone.page.keyboard.press("/")
    expect(phone.page.get_by_label("Words")).to_be_focused()
    phone.page.locator(".folds > summary").click()
    expect(holder).to_be_hidden()
    phone.page.set_viewport_size({"width": 1440, "height": 900})
    expect(holder).to_have_value("Ward east")
    expect(holder).to_be_visible()
