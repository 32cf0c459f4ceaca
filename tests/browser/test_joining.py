"""Coming in: by code, by link, with a wrong, old or early code, and never with a cookie."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from rounds import rooms
from rounds.models import Round, Stage
from tests import factories
from tests.browser.screens import Screens


def arriving(**fields: Any) -> Round:
    return factories.round_(stage=Stage.ARRIVAL, room_was_big_enough=False, floor=3, **fields)


def test_a_person_joins_by_the_code_however_it_is_typed(screens: Screens) -> None:
    round = arriving(title="The last of the light")
    typed = f" {round.join_code[:4].lower()}-{round.join_code[4:]} "
    phone = screens.phone().join(typed).is_in()
    phone.shows("The last of the light")
    phone.shows("You can just listen. There is nothing you have to write, say or feel.")
    assert phone.context.cookies() == []
    phone.is_sound()


def test_the_link_brings_the_code_along_and_leaves_it_in_no_address(screens: Screens) -> None:
    round = arriving()
    phone = screens.phone().follow_link(round.join_code)
    expect(phone.page.get_by_label("The code on the wall")).to_have_value(round.join_code)
    expect(phone.page).to_have_url(re.compile(r"/j$"))
    phone.press("Join")
    phone.is_in()
    phone.shows("A cut finger")


def test_the_code_of_a_link_outlives_a_reload_until_somebody_has_joined(screens: Screens) -> None:
    round = arriving()
    phone = screens.phone().follow_link(round.join_code)
    code = phone.page.get_by_label("The code on the wall")
    expect(code).to_have_value(round.join_code)
    phone.page.reload()
    expect(code).to_have_value(round.join_code)
    phone.press("Join")
    phone.is_in()
    assert phone.page.evaluate("sessionStorage.getItem('ct.code')") is None


def test_a_link_pasted_over_an_open_wall_shows_the_other_round(screens: Screens) -> None:
    wall = screens.wall(arriving(title="The first"))
    wall.shows("The first")
    second = arriving(title="The second")
    wall.page.evaluate("(token) => { location.hash = token; }", second.wall_token)
    wall.shows("The second")
    wall.shows_not("The first")


def test_what_is_promised_and_what_is_stored_can_be_read_before_and_after_joining(screens: Screens) -> None:
    round = arriving()
    phone = screens.phone().open("/j")
    phone.shows("nobody holding the database, its backups and every log can say who wrote what better than by guessing")
    phone.page.get_by_text("How, sentence by sentence").click()
    phone.shows("What nobody can promise")
    phone.is_sound()
    phone.follow("See exactly what is stored")
    phone.heading("Exactly what is stored")
    phone.is_sound()
    phone.join(round.join_code).is_in()
    phone.page.get_by_text("What you are promised").first.click()
    phone.shows("What nobody can promise")
    phone.follow("See exactly what is stored")
    phone.follow("Back to the room")
    phone.is_in()


def test_a_wrong_code_is_told_so_and_kept(screens: Screens) -> None:
    arriving()
    phone = screens.phone()
    with phone.forgiving("404 POST .*/live/join"):
        phone.join("ZZZZ ZZZZ")
        phone.shows("We could not find a round with that code. Check the code on the wall and try again.")
    expect(phone.page.get_by_label("The code on the wall")).to_have_value("ZZZZ ZZZZ")
    expect(phone.page.get_by_label("The code on the wall")).to_be_focused()
    phone.is_sound()


def test_an_old_code_opens_nothing_and_whoever_is_inside_stays(screens: Screens) -> None:
    round = arriving()
    alice = factories.facilitator("alice-rotates", of=round.programme)
    old = round.join_code
    inside = screens.phone(old)
    rooms.rotate_code(round=round, seen=old, by=alice)
    late = screens.phone()
    with late.forgiving("404 POST .*/live/join"):
        late.join(old)
        late.shows("We could not find a round with that code.")
    inside.page.reload()
    inside.is_in().shows("A cut finger")
    round.refresh_from_db()
    late.give_code(round.join_code)
    late.is_in().shows("A cut finger")


def test_a_locked_door_and_a_round_that_has_not_opened_say_so(screens: Screens) -> None:
    locked, planned = arriving(joining_locked=True), factories.round_(stage=Stage.PLANNED)
    phone = screens.phone()
    with phone.forgiving("409 POST .*/live/join"):
        phone.join(locked.join_code)
        phone.shows("This round is not letting anybody else in just now.")
    with phone.forgiving("409 POST .*/live/join"):
        phone.give_code(planned.join_code)
        phone.shows("This round has not opened yet.")


LISTENS = """
globalThis.kinds = [];
globalThis.WebSocket = class extends WebSocket {
  constructor(address) {
    super(address);
    this.addEventListener("message", (event) => kinds.push(typeof event.data));
  }
};
"""


@pytest.mark.parametrize(("browser", "first"), [("", "object"), ("delete globalThis.DecompressionStream;", "string")])
def test_a_browser_that_cannot_unpack_sees_the_same_room(screens: Screens, browser: str, first: str) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    factories.reaction(round, "Nobody had told his wife.")
    phone = screens.phone()
    phone.context.add_init_script(browser + LISTENS)
    phone.join(round.join_code)
    phone.is_in().shows("Nobody had told his wife.")
    assert phone.page.evaluate("kinds[0]") == first


def test_the_room_without_a_ticket_leads_to_the_door(screens: Screens) -> None:
    phone = screens.phone().open("/r")
    phone.page.wait_for_url("**/j")
    phone.heading("Join a round")


def test_leaving_forgets_the_room(screens: Screens) -> None:
    phone = screens.phone(arriving().join_code)
    phone.press("Leave the room")
    phone.heading("You have left the room.")
    phone.shows("This phone keeps nothing of it. Thank you for listening.")
    phone.is_sound()
    assert phone.page.evaluate("() => Object.keys(sessionStorage).filter((key) => key !== 'ct-theme')") == []
    assert phone.page.evaluate("() => localStorage.length") == 0
    phone.open("/r").page.wait_for_url("**/j")


def test_joining_and_writing_by_keyboard_alone(screens: Screens) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    phone = screens.phone().open("/j")
    keyboard = phone.page.keyboard
    phone.tab_to("#code")
    keyboard.type(round.join_code)
    keyboard.press("Enter")
    phone.is_in()
    phone.tab_to("#react-text")
    keyboard.type("I remember the corridor.")
    phone.tab_to("details.feelings summary")
    keyboard.press("Enter")
    phone.tab_to("input[name=feelings]")
    keyboard.press("Space")
    phone.tab_to("form[data-say=react] button[type=submit]")
    keyboard.press("Enter")
    expect(phone.said("react")).to_contain_text("Saved")
    phone.tab_to("[data-dialog-open=support-card]")
    keyboard.press("Enter")
    expect(phone.page.locator("#support-card")).to_be_visible()
    keyboard.press("Escape")
    expect(phone.page.locator("#support-card")).to_be_hidden()
