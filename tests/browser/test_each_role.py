"""From themes to change by hand, a story for each role: what they do, are refused, and do not find.

The hour itself and two leads at once have tests of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from facilitation import trends
from facilitation.models import Action, State
from rounds.models import Kind, Programme, Role, Round, Stage
from tests import factories
from tests.browser.screens import Console, Desk, Screens
from tests.facilitation.telling import held, told

QUESTION = "What, in the way things are set up here, gets in the way of the compassion people already have?"
WAITING = "build a quiet room"


def months(programme: Programme, lead: str) -> list[Action]:
    """Rounds enough for a pattern, with an action each; one that waits for a sponsor, one told back."""
    bob = factories.clinical_lead(lead, of=programme)
    rounds = [held(programme, days_ago=30 * number) for number in range(trends.ENOUGH, 0, -1)]
    for number, round in enumerate(rounds):
        factories.theme(round, f"Nowhere to sit {'again ' * number}", barriers=["space_and_kit"])
    made = [factories.agreed(round, by=bob, statement=f"put {2 + n} chairs out") for n, round in enumerate(rounds[2:])]
    wide = {"level": "organisation", "state": State.WAITING}
    return [
        *made,
        factories.agreed(rounds[0], by=bob, statement=WAITING, **wide),
        told(rounds[1], bob, "The bell is mended.", statement="mend the bell"),
    ]


def finds_nothing_at(desk: Desk, addresses: Iterable[str]) -> None:
    for address in addresses:
        with desk.forgiving(f"404 GET .*{address}"):
            desk.open(address)
        desk.heading("This page is not here")


def no_action_begins(page: Desk, round: Round) -> None:
    with page.forgiving("409 GET .*/actions/new/"):
        page.open(f"/rounds/{round.public_id}/actions/new/")
        page.shows("Until the threshold nothing has to be solved. Actions begin in the circle.")


def test_a_facilitator_holds_the_circle_another_day_and_brings_it_to_an_agreement(screens: Screens) -> None:
    round = factories.round_(stage=Stage.THRESHOLD, floor=3)
    factories.theme(round, "No time to sit down")
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    console = screens.console(alice, round)
    page = screens.tab(console, Desk)
    no_action_begins(page, round)
    when = timezone.localdate() + timedelta(days=7)
    console.fill("Day and time of the circle", f"{when.isoformat()}T15:30")
    console.press("Hold it then")
    console.at("Closing")
    later = Round.objects.get(programme=round.programme, kind=Kind.CIRCLE)
    assert later.join_code != round.join_code
    Round.objects.filter(pk=later.pk).update(room_was_big_enough=True)
    console.open(f"/rounds/{later.public_id}/console/")
    console.step("Open the doors", to="Arrival", asked="Open them today")
    phone, wall = screens.phone(later.join_code), screens.wall(later)
    console.step("Open the circle now", to="Circle")
    for screen in (phone, wall, console):
        screen.heading(QUESTION)
    wall.shows_large("No time to sit down")
    phone.press("Send", within=phone.page.locator("#propose-possible"))
    expect(phone.page.locator("#propose-possible [data-say-status]")).to_contain_text("There is nothing in it yet")
    phone.shows("When was compassion possible here?")
    console.press("Hold this, don’t fix it")
    wall.shows_large("To be held, not fixed")
    an_action_is_shaped(console)
    the_rest_is_said(page, Action.objects.get(round=later))
    the_room_agrees(console)
    phone.shows("We will sit down once on every shift.")
    assert Action.objects.get(round=later).state == State.AGREED


def an_action_is_shaped(console: Console) -> None:
    console.press("Shape an action")
    console.fill("We will …", "ask Priya Lund to sit down more")
    console.press("Keep this action")
    console.shows("“Priya Lund” reads like a person’s name.")
    console.fill("We will …", "sit down once on every shift")
    console.page.locator("#shape").get_by_role("radio", name="Each of us", exact=True).check()
    console.press("Keep this action")
    console.shows("Everything agreed today asks individuals to cope.")
    console.shows("Still to say before it can be agreed:")


def the_room_agrees(console: Console) -> None:
    """What was still missing is said on one form, without leaving the console."""
    form = console.page.locator("#shape")
    console.press("Agree on it now")
    expect(console.page.locator("[name=holder]")).to_be_focused()
    console.press("The room agrees", within=form)
    console.shows("Something needs another look")
    console.is_sound()
    console.fill("Who holds it", "The ward’s sisters")
    form.get_by_role("radio", name="The team", exact=True).check()
    form.get_by_role("checkbox", name="Too few people, too little time").check()
    form.get_by_role("radio", name="Yes", exact=True).check()
    console.press("The room agrees", within=form)
    console.shows("It is with the clinical leads.")
    console.press("Close", within=form)


def the_rest_is_said(page: Desk, action: Action) -> None:
    """From whom we learn; and of a change that asks people to remember, once, what would make it easier."""
    page.open(f"/actions/{action.public_id}/edit/accountability/")
    page.fill("We will learn from", "all staff")
    page.press("Save and go on")
    page.shows("“all staff” is everyone. Which role or group do we learn from?")
    page.open(f"/actions/{action.public_id}/edit/kind/")
    for asked in (True, False):
        page.page.locator("[name=strength_kind]").select_option("training" if asked else "policy")
        page.press("Save and stop here")
        if asked:
            page.heading("One question")
            page.shows("What would make the right thing easier to do than not to do?")
            page.open(f"/actions/{action.public_id}/edit/kind/")
    page.heading("We will sit down once on every shift.")


def test_a_facilitator_ties_what_keeps_coming_back(screens: Screens) -> None:
    programme = factories.programme("Ties’ programme")
    months(programme, "ties-lead")
    alice = factories.facilitator("ties-alice", of=programme)
    desk = screens.desk(alice, f"/programmes/{programme.public_id}/threads/?q=Nowhere")
    desk.button("Begin a thread with it", exact=False).first.click()
    desk.heading("Nowhere to sit")
    desk.fill("Words of a title", "again")
    desk.press("Find")
    desk.button("Tie to this thread", exact=False).first.click()
    desk.shows("Heard in 2 rounds")
    desk.fill("Name of the thread", "Nowhere to sit down")
    desk.press("Save the name")
    desk.heading("Nowhere to sit down")
    desk.is_sound()
    desk.open(f"/programmes/{programme.public_id}/over-the-months/")
    desk.follow("Nowhere to sit down")
    desk.page.get_by_text("Let this thread go").click()
    desk.press("Let it go")
    desk.heading("Threads over the months")
    waiting = Action.objects.get(programme=programme, statement=WAITING)
    letter = f"/programmes/{programme.public_id}/letter/"
    finds_nothing_at(desk, [letter, f"/actions/{waiting.public_id}/move/sponsor/"])


def test_a_lead_asks_tells_back_and_takes_it_out_of_the_house(screens: Screens) -> None:
    programme = factories.programme("Leads’ programme")
    chairs, *_, waiting, _ = months(programme, "takes-lead")
    lead = programme.memberships.get().user
    here, action = f"/programmes/{programme.public_id}/", f"/actions/{chairs.public_id}/"
    desk = screens.desk(lead, f"/actions/{waiting.public_id}/")
    desk.shows("It needs a sponsor.")
    expect(desk.button("Accept")).to_have_count(0)
    desk.open(f"{here}actions/")
    desk.follow(f"We will {chairs.statement}")
    desk.press("Accept")
    desk.follow("It is done")
    desk.fill("What happened", "There are chairs.")
    desk.press("It is done")
    desk.shows("Before it is done, please say from whom we learn, how, and whom we tell.")
    desk.open(action)
    desk.follow("Tell back how it stands")
    desk.fill("How it stands", "Ask Priya Lund, who knows.")
    desk.press("Tell back how it stands")
    desk.shows("“Priya Lund” reads like a person’s name.")
    desk.fill("How it stands", "Two are there. Two are ordered.")
    desk.press("Tell back how it stands")
    desk.shows("Told back.")
    desk.press("Add the note")
    desk.shows("There is nothing in it yet.")
    desk.fill("A note for the history", "The order came on Friday.")
    desk.press("Add the note")
    desk.shows("It is in the history.")
    desk.follow("We couldn’t, because")
    desk.press("We couldn’t, because …")
    desk.shows("Please write why, for the people who raised it.")
    what_leaves_the_house(desk, here)
    desk.open(f"/rounds/{chairs.round.public_id}/report/")
    desk.shows("Who holds it: The ward’s housekeeping team.")
    desk.is_sound()
    finds_nothing_at(desk, [f"{here}settings/", f"/rounds/{chairs.round.public_id}/console/", f"{action}move/answer/"])
    reader = screens.phone().open(f"/told/{programme.told_back_token}/")
    reader.shows("Two are there. Two are ordered.")


def what_leaves_the_house(desk: Desk, here: str) -> None:
    desk.open(f"{here}actions/?as=list&state=waiting")
    with desk.page.expect_download() as taken:
        desk.follow("As CSV")
    assert WAITING in taken.value.path().read_text(encoding="utf-8-sig")
    desk.follow("Letter to the board")
    letter = desk.page.get_by_label("The letter").input_value()
    assert f"We will {WAITING}." in letter
    assert f"(heard in {trends.ENOUGH} rounds since " in letter
    desk.is_sound()
    desk.press("See it as a page")
    desk.shows(f"We will {WAITING}.")
    desk.is_sound()
    desk.open(f"{here}told-back/poster/")
    desk.shows("The bell is mended.")
    desk.is_sound()
    desk.open(f"{here}calendar/")
    desk.press("Make my private address")
    address = desk.page.get_by_label("Copy it now").input_value()
    desk.is_sound()
    feed = desk.page.request.get(address)
    assert "Review: We will" in feed.text()
    desk.press("End it")
    assert desk.page.request.get(address).status == 404
    desk.open(f"{here}mail/")
    desk.page.get_by_role("radio", name="Never").check()
    desk.press("Save")
    desk.shows("Saved.")
    desk.is_sound()


def test_the_steering_group_reads_the_months_and_finds_nothing_to_press(screens: Screens) -> None:
    programme = factories.programme("Readers’ programme")
    chairs, *_, waiting, _ = months(programme, "readers-lead")
    reader = factories.person("readers-steering", of=programme, roles=(Role.STEERING,))
    here = f"/programmes/{programme.public_id}/"
    desk = screens.desk(reader, f"{here}over-the-months/")
    desk.heading("What keeps coming back")
    for caption in (
        "Barriers heard in rounds",
        "Agreed actions at each level",
        "Days in each state",
        "Agreed actions, by",
    ):
        expect(desk.page.get_by_role("table", name=re.compile(caption))).to_be_visible()
    desk.page.get_by_label("Level", exact=True).select_option("organisation")
    desk.press("Show")
    desk.follow("The place or the kit was wrong")
    desk.page.wait_for_url(re.compile(r"barrier=space_and_kit&level=organisation"))
    expect(desk.page.locator("[data-row]")).to_have_count(1)
    expect(desk.page.locator(".tick, [data-together]")).to_have_count(0)
    desk.follow(f"We will {WAITING}")
    for words in ("What next?", "Fill in", "Add the note"):
        desk.shows_not(words)
    desk.page.locator("a.back").click()
    expect(desk.page.locator("[data-row]")).to_have_count(1)
    desk.follow("Show all")
    desk.follow("What is told back")
    desk.shows("The bell is mended.")
    desk.follow("Over the months")  # the menu is there on this page, too
    desk.page.get_by_label("Rounds from").fill(timezone.localdate().isoformat())
    desk.press("Show")
    desk.shows("There is nothing here with what you chose.")
    desk.is_sound()
    moves = [f"/actions/{waiting.public_id}/{what}/" for what in ("move/sponsor", "move/tell_back", "edit/what")]
    rounds = [f"/rounds/{chairs.round.public_id}/{page}" for page in ("", "console/", "debrief/")]
    finds_nothing_at(desk, [*moves, *rounds, f"{here}letter/", f"{here}settings/", f"{here}people/"])


def test_an_administrator_opens_and_closes_the_told_back_page_and_reads_no_action(screens: Screens) -> None:
    programme = factories.programme("Keepers’ programme")
    chairs, *_ = months(programme, "keepers-lead")
    keeper = factories.person("keepers-administrator", of=programme, roles=(Role.ADMINISTRATOR,))
    here, before = f"/programmes/{programme.public_id}/", f"/told/{programme.told_back_token}/"
    anybody = screens.phone().open(before)
    anybody.shows("The bell is mended.")
    desk = screens.desk(keeper, f"{here}settings/")
    expect(desk.page.get_by_role("navigation", name="Main").get_by_role("link", name="Actions")).to_have_count(0)
    desk.fill("A plain address for it", "keepers")
    desk.press("Save", exact=True)
    anybody.open("/told/keepers/").shows("What was heard, and what became of it")
    desk.press("Make a new link")
    with anybody.forgiving("404 GET .*/told/"):
        anybody.open(before).heading("This page is not here")
    desk.page.get_by_label("Anyone with its link can read what was told back").uncheck()
    desk.press("Save", exact=True)
    with anybody.forgiving("404 GET .*/told/keepers"):
        anybody.open("/told/keepers/").heading("This page is not here")
    pages = ("actions/", "over-the-months/", "threads/", "letter/", "calendar/", "told-back/poster/", "actions.csv")
    finds_nothing_at(desk, [*(here + page for page in pages), f"/actions/{chairs.public_id}/"])
