"""The page that shows exactly what is stored: on the phone that wrote, the row itself, as the database has it."""

from __future__ import annotations

from playwright.sync_api import expect

from rounds import reactions, sealing, stages
from rounds.models import SealedPost, Spent, Stage
from tests import factories
from tests.browser.screens import Phone, Screens


def look(phone: Phone) -> None:
    phone.page.get_by_text("What you are promised").click()
    phone.follow("See exactly what is stored")


def test_a_phone_sees_its_own_row_until_the_seal_and_others_see_theirs(screens: Screens) -> None:
    round = factories.round_(stage=Stage.REFLECTION, floor=3)
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    phone, listener = screens.phone(round.join_code), screens.phone(round.join_code)
    phone.send("I sat in the car afterwards.")
    mine = SealedPost.objects.get(round=round)
    for number in range(2):
        screens.phone(round.join_code).send(f"Words of another {number}.")

    look(phone)
    phone.heading("Your own rows")
    phone.shows(mine.pk)
    phone.shows(bytes(mine.box)[:24].hex(" ", 4))
    phone.is_sound()
    look(listener)
    listener.shows("You have not written anything in this round")

    reactions.release(round=round, by=alice)
    phone.press("Look again")
    phone.shows("Your words lie among rows like this one, in no order.")
    phone.shows(Spent.objects.get(pk=mine.pk).pk)
    phone.is_sound()

    for seen, to in ((Stage.REFLECTION, Stage.CLOSING), (Stage.CLOSING, Stage.CLOSED)):
        stages.move(round=round, seen=seen, to=to, by=alice)
        round.refresh_from_db()
    sealing.seal(round=round)
    with phone.forgiving("404 POST .*/live/stored"):
        phone.press("Look again")
        phone.shows("the key that led from this phone to a row is destroyed")
    expect(phone.page.get_by_text(mine.pk)).to_have_count(0)
