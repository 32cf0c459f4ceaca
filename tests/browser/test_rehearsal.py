"""A rehearsal, as one person lives through it on a laptop: the demonstration's round, with simulated guests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from facilitation.demo import build
from facilitation.models import Theme
from rounds.live.doorbell import announce
from rounds.models import Reaction, Round, User
from tests.browser.screens import Screens
from tests.live.conftest import House


@contextmanager
def hurried_guests(house: House, round: Round) -> Iterator[None]:
    """Guests as the console invites them, ten times as fast."""
    command = [sys.executable, "manage.py", "rehearse", f"--round={round.public_id}", "--people=8", "--pace=10"]
    process = subprocess.Popen(
        [*command, "--url", f"http://127.0.0.1:{house.port}", "--seed", "7"],
        cwd=settings.BASE_DIR,
        env=house.surroundings(),
        stdout=subprocess.DEVNULL,
    )
    yield
    assert process.wait(timeout=60) == 0  # they go home by themselves when the round is closed


def test_an_hour_is_rehearsed_with_guests(screens: Screens, house: House) -> None:
    round = build.load().round
    robin = User.objects.get(email="facilitator@demo.example")
    console, wall, phone = screens.console(robin, round), screens.wall(round), screens.phone(round.join_code)
    console.page.get_by_label("How many").fill("6")
    console.press("Invite rehearsal guests", exact=False)
    console.is_told("The rehearsal guests are on their way.")
    expect(console.button("Send them home")).to_be_visible()
    console.shows("The room is big enough to write in.")
    with hurried_guests(house, round):
        console.step("Begin the story", to="Story")
        console.step("Keep a silence", to="Silence")
        console.step("Open the reflection", to="Reflection")
        expect(console.page.locator("#region-released > li").nth(11)).to_be_visible(timeout=60_000)
        expect(phone.page.locator("#region-reactions > li").nth(11)).to_be_visible()
        assert Reaction.objects.of(round).count() >= 5
        console.step("On to the threads", to="Threads")
        console.press("Propose groups")
        group = console.page.locator("[id^='group-']").filter(has=console.button("Make it a theme")).first
        group.get_by_role("textbox").fill("Time to care")
        console.press("Make it a theme", within=group)
        expect(wall.page.locator(".pile")).to_have_count(1)
        assert Theme.objects.get(round=round).made_by == robin
        console.step("Pause at the threshold", to="Threshold")
        Round.objects.filter(pk=round.pk).update(stage_ends_at=timezone.now())
        announce(Round.objects.get(pk=round.pk), "stage")
        expect(console.button("Open the circle now")).not_to_have_attribute("aria-disabled", "true")
        console.step("Open the circle now", to="Circle")
        expect(console.page.locator("#region-proposals > li").first).to_be_visible(timeout=60_000)
        console.is_sound()
        console.step("On to the closing", to="Closing")
        console.press("Close the round", within=console.page.locator(".next-step"))
        console.press("Close and seal it")
        console.at("Closed")
    wall.heading("This round is over")
