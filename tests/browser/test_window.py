"""A window on a phone, walked with the keyboard alone: read, be still, write, go on, leave."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from rounds import gathering, windows
from rounds.models import Prompt, Round, Stage
from tests import factories
from tests.browser.screens import Screens

TOLD = "There was no chair. " * 60  # takes a minute to read, as the page has it


def opened() -> Round:
    over: dict[str, Any] = {"closed_at": timezone.now(), "sealed_at": timezone.now(), "starts_at": timezone.now()}
    first = factories.round_(stage=Stage.CLOSED, may_stay_open=True, silence_seconds=1, **over)
    Prompt.objects.create(round=first, text="What got in its way?", position=1)
    alice = factories.facilitator(f"alice-{first.public_id}", of=first.programme)
    return windows.begin(first=first, telling=TOLD, is_theirs=False, is_checked=True, by=alice)


def test_a_phone_walks_a_window_with_the_keyboard(screens: Screens) -> None:
    window = opened()
    phone = screens.phone(window.join_code)
    page = phone.page
    page.clock.install()
    page.reload()
    on = page.locator("[data-step]:not([hidden]) [data-step-next]")
    phone.heading("A cut finger")
    expect(page.locator("textarea:visible")).to_have_count(0)
    phone.is_sound()
    on.press("Enter")
    phone.shows("There was no chair.")
    expect(page.locator(":focus")).to_have_text("A cut finger")
    on.press("Enter")  # too early: nothing happens
    phone.shows("There was no chair.")
    page.clock.fast_forward("01:05")
    expect(on).not_to_have_attribute("aria-disabled", "true")
    on.press("Enter")
    phone.heading("A moment of quiet")
    expect(on).not_to_have_attribute("aria-disabled", "true")
    on.press("Enter")
    page.locator("textarea:visible").press_sequentially("I sat down.")
    phone.is_sound()
    on.press("Enter")
    phone.shows("This is not sent yet.")
    page.keyboard.press("Enter")  # the focus is on “Send”
    phone.shows("It waits with what others write")
    page.reload()
    expect(page.locator("textarea:visible")).to_have_value("")  # where it was, and empty: it was sent
    on.press("Enter")
    expect(page.locator(":focus")).to_have_text("What got in its way?")
    on.press("Enter")
    phone.heading("Thank you")
    phone.is_sound()
    basket = window.prompts.all()[0].basket
    assert gathering.waiting(round=window, basket=basket) == 1
    page.locator("[data-step]:not([hidden]) [data-leave]").press("Enter")
    phone.heading("You have left the room.")
