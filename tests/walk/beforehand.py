"""Before the doors open: the planner, the library, the guide, the paper."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from rounds.models import Stage, Weight
from tests import factories
from tests.walk.people import TITLE, Walk
from tests.walk.record import record

SMALL = {"small": ("A cut finger",), "good+day": ("The allotment",), "funny": ("Odd slippers",)}
TEN_MINUTES = {
    "story_minutes": 3,
    "silence_seconds": 30,
    "reflection_minutes": 3,
    "threads_minutes": 1,
    "threshold_seconds": 30,
    "circle_minutes": 2,
}


def after_three_heavy_rounds(walk: Walk) -> None:
    for month in (1, 2, 3):
        then = timezone.now() - timedelta(days=30 * month)
        factories.round_(
            walk.programme,
            title=f"Heavy {month}",
            stage=Stage.CLOSED,
            starts_at=then,
            weight=Weight.HEAVY,
            closed_at=then,
        )
    desk = walk.desk.open(walk.home)
    with record.row(7, desk):
        desk.shows("Three heavy rounds in a row: perhaps the next one asks what made compassion possible")
        desk.follow("Plan such a round")
        asked = desk.page.locator("[name=prompt-0-text]")
        expect(asked).to_have_value("When was compassion possible here, lately?")
        asked.scroll_into_view_if_needed()
    walk.programme.rounds.all().delete()


def the_library(walk: Walk) -> None:
    desk = walk.desk
    for kind, titles in SMALL.items():
        desk.open(f"{walk.home}stories/?kind={kind}")
        with record.row(16, desk):
            for title in titles:
                desk.heading(title)
    desk.open(f"{walk.home}stories/?q=dashboard")
    with record.row(24, desk):
        desk.heading("Red on the dashboard")


def the_guide(walk: Walk) -> None:
    desk = walk.desk.open("/guide/all/")
    with record.row(31, desk):
        desk.shows("listen")
        desk.shows("ehears")  # its last chapter is a rehearsal


def a_round_is_planned(walk: Walk) -> None:
    desk = walk.desk.open(f"{walk.home}rounds/new/")
    page = desk.page
    with record.row(3, desk):
        desk.fill("What it was like for me", "I had thought of it as a finger.")
        desk.fill("What it meant to them", "She plays the flute.")
        assert "diagnos" not in page.content().lower()
    with record.row(14, desk):
        asked = [page.locator(f"[name=prompt-{number}-text]").input_value() for number in range(3)]
        assert {"When was compassion possible here?", "What got in its way?"} <= set(asked)
        page.locator("[name=prompt-2-text]").scroll_into_view_if_needed()
    with record.row(35, desk):
        assert asked[0] == "What stays with you, after hearing this?"
        page.locator("[name=prompt-0-text]").scroll_into_view_if_needed()
    with record.row(15, desk):
        expect(page.get_by_text("How heavy is it").first).to_be_visible()
        page.get_by_text("How heavy is it").first.scroll_into_view_if_needed()
    with record.row(26, desk):
        page.locator("[name=prompt-2-text]").fill("What stood in the way of it?")
    desk.fill("Title", TITLE)
    page.locator("[name=date]").fill((timezone.localdate() + timedelta(days=1)).isoformat())
    page.locator("[name=time]").fill("13:00")
    desk.fill("Storyteller 1", "Physiotherapist")
    page.locator("summary").filter(has_text="In the room").click()
    desk.fill("Smallest room in which anyone can write", "3")
    desk.press("Plan the round")
    desk.heading(TITLE)
    desk.follow("Check that nobody can be recognised in the story")
    desk.press("Nobody can be recognised: I have read it")
    desk.heading(TITLE)


def nobody_forces_a_plan(walk: Walk) -> None:
    administrator = walk.screens.desk(walk.ada)
    with record.row(26, administrator):
        with administrator.forgiving("404 GET"):
            administrator.open(f"{walk.here}edit/")
        administrator.shows_not("What stood in the way of it?")
        administrator.open(f"{walk.home}settings/")
        assert administrator.page.locator("[name*=prompt], [name*=question]").count() == 0


def it_can_be_cancelled_kindly(walk: Walk) -> None:
    desk = walk.desk.open(walk.here)
    with record.row(44, desk):
        summary = desk.page.locator("summary").filter(has_text="This round cannot take place")
        summary.click()
        desk.shows("Nothing is lost, and it can be planned again.")


def the_paper_pack(walk: Walk) -> None:
    desk = walk.desk.open(f"{walk.here}paper/")
    with record.row(45, desk):
        assert desk.page.locator(".papers > *").count() >= 8
        desk.page.get_by_role("heading", name="Three people, ten minutes").scroll_into_view_if_needed()
        assert len(re.findall(rb"/Type /Page\b", desk.page.pdf())) >= 8  # what a printer would get


def in_ten_minutes(walk: Walk) -> None:
    desk = walk.desk.open(f"{walk.home}rounds/new/")
    page = desk.page
    with record.row(45, desk):
        page.get_by_role("radio", name="Pop-up, 15 minutes").check()
        desk.shows(re.compile("about 1[0-9] minutes on the clock"))
        page.locator("#plan-times summary").click()
        for name, length in TEN_MINUTES.items():
            page.locator(f"[name={name}]").fill(str(length))
        desk.fill("Title", "Ten minutes")
        page.locator("[name=date]").fill((timezone.localdate() + timedelta(days=2)).isoformat())
        page.locator("[name=time]").fill("07:30")
        desk.press("Plan the round")
        desk.heading("Ten minutes")
        desk.shows("Pop-up, 15 minutes")
        page.locator(".hour").scroll_into_view_if_needed()
    walk.programme.rounds.filter(title="Ten minutes").delete()


PARTS = (
    after_three_heavy_rounds,
    the_library,
    the_guide,
    a_round_is_planned,
    nobody_forces_a_plan,
    it_can_be_cancelled_kindly,
    the_paper_pack,
    in_ten_minutes,
)
