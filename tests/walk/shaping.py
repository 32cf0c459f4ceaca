"""Actions, shaped while the circle is open, part by part."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from facilitation.models import Action
from tests.browser.screens import Console, Desk
from tests.walk.people import INCIDENTS, Walk
from tests.walk.record import record

COPE = "Everything agreed today asks individuals to cope."
OWN = "take our breaks"
TEAM = "put two chairs in every side room"
TRAINING = "train everybody in sitting down"
WIDE = "keep two porters on at night"
PERSON = "She is not told standing up."


def shape(console: Console, statement: str, level: str) -> None:
    console.press("Shape an action")
    console.heading("Shape an action")
    console.fill("We will …", statement)
    form = console.page.locator("#shape")
    if level:
        form.get_by_role("radio", name=level, exact=True).check()
    form.get_by_role("checkbox", name="Too few people, too little time").check()
    console.press("Keep this action")


def what_we_will_do(walk: Walk) -> None:
    console = walk.console
    with record.row(17, console):
        shape(console, "ask Priya Lund to sit down more", "Each of us")
        console.shows("reads like a person’s name")
    console.fill("We will …", "look into Datix 12345 again")
    console.press("Keep this action")
    for number in (18, 29):
        with record.row(number, console):
            console.shows("belongs where incidents are reported")
            link = console.page.locator(f"#shape a[href='{INCIDENTS}']")
            expect(link).to_be_visible()
            link.scroll_into_view_if_needed()
    console.fill("We will …", OWN)
    console.press("Keep this action")
    with record.row(11, console):
        console.shows(f"We will {OWN}.")
        filled_in(walk, OWN)
        agree(console)
        console.shows(COPE)
    with record.row(11, console):
        shape(console, TEAM, "The team")
        console.shows(f"We will {TEAM}.")
        console.shows_not(COPE)


def part(walk: Walk, statement: str, code: str) -> Desk:
    action = Action.objects.get(round=walk.round, statement=statement)
    return walk.desk.open(f"/actions/{action.public_id}/edit/{code}/")


def agree(console: Console) -> None:
    console.press("The room agrees")


def filled_in(walk: Walk, statement: str) -> None:
    """The least that an action needs before it can be agreed."""
    desk = part(walk, statement, "responsibility")
    desk.fill("Who holds it", "The ward’s housekeeping team")
    desk.page.get_by_role("radio", name="The team", exact=True).check()
    desk.press("Save and go on")
    desk.page.get_by_role("radio", name="Yes", exact=True).check()
    desk.fill("What it does to the person being cared for", PERSON)
    desk.press("Save and go on")
    desk = part(walk, statement, "again")
    desk.page.locator("[name=review_on]").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    desk.press("Save")


def who_holds_it(walk: Walk) -> None:
    desk = part(walk, TEAM, "responsibility")
    with record.row(20, desk):
        desk.fill("Who holds it", "staff")
        desk.press("Save and go on")
        desk.shows("“staff” is everyone. Which role or group can hold it?")
    with record.row(38, desk):
        desk.fill("Who holds it", "The ward’s housekeeping team")
        desk.page.get_by_role("radio", name="The team", exact=True).check()
        desk.press("Save and go on")
        desk.heading("Patients and families")
        desk.page.get_by_role("radio", name="Not yet").check()
        desk.press("Save and go on")
        desk.shows("Please say why not yet. One sentence is enough.")
    filled_in(walk, TEAM)
    with record.row(9, desk):
        part(walk, TEAM, "voice")
        expect(desk.page.get_by_label("What it does to the person being cared for")).to_have_value(PERSON)


def where_it_happens(walk: Walk) -> None:
    console = walk.console
    shape(console, WIDE, "")
    console.shows(f"We will {WIDE}.")
    filled_in(walk, WIDE)
    desk = walk.desk
    with record.row(30, desk):
        action = Action.objects.get(round=walk.round, statement=WIDE)
        desk.open(f"/actions/{action.public_id}/")
        desk.shows("Before it can be agreed, please say:")
        desk.shows("Where the change happens")
    part(walk, WIDE, "where")
    desk.page.get_by_role("radio", name="The organisation", exact=True).check()
    desk.press("Save and go on")
    with record.row(19, desk):
        desk.open(f"/actions/{action.public_id}/")
        desk.press("The room agrees")
        desk.shows("Waiting for a sponsor")
    with record.row(20, desk):
        desk.shows("Responsibility: who holds it")
        desk.shows("Accountability: how we learn")
        desk.page.get_by_text("Accountability: how we learn").scroll_into_view_if_needed()


def training_is_asked_once(walk: Walk) -> None:
    shape(walk.console, TRAINING, "The team")
    walk.console.shows(f"We will {TRAINING}.")
    filled_in(walk, TRAINING)
    desk = part(walk, TRAINING, "kind")
    with record.row(10, desk):
        desk.page.locator("[name=strength_kind]").select_option("training")
        desk.page.get_by_role("radio", name="How people are taught").check()
        desk.press("Save and go on")
        desk.shows("What would make the right thing easier to do than not to do?")
    desk.press("Save and go on")
    with record.row(10, desk):
        desk.heading("Is it ready?")
        assert Action.objects.get(round=walk.round, statement=TRAINING).strength_kind == "training"


def all_is_agreed(walk: Walk) -> None:
    for statement in (TEAM, TRAINING):
        action = Action.objects.get(round=walk.round, statement=statement)
        walk.desk.open(f"/actions/{action.public_id}/")
        walk.desk.press("The room agrees")


PARTS = (what_we_will_do, who_holds_it, where_it_happens, training_is_asked_once, all_is_agreed)
