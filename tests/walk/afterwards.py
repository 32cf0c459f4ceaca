"""What comes of it: the debrief, the write-up, the leads, the board, the months, the next round."""

from __future__ import annotations

import csv
import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from facilitation.models import Action
from rounds.models import Round, Stage, Tally
from rounds.sealing import HEAD_COUNT
from tests import factories
from tests.walk.hour import NAMED
from tests.walk.people import Walk
from tests.walk.record import record
from tests.walk.shaping import PERSON, TEAM, TRAINING, WIDE

CAME = {"nursing_midwifery": 22, "estates_ancillary": 13, "medical_dental": 8, "students": 2}
WHY_NOT = "There is no room for a second chair."


def the_debrief(walk: Walk) -> None:
    desk = walk.desk.open(f"{walk.here}debrief/")
    with record.row(39, desk):
        desk.fill("What went well", "Nobody hurried.")
        with desk.forgiving("422 POST .*/debrief/"):
            desk.press("Complete the debrief")
            desk.page.wait_for_load_state()
        expect(desk.page.locator(".error-summary")).to_be_visible()
        desk.shows_not("The debrief is complete.")
        day = timezone.localdate() + timedelta(days=1)
        desk.page.locator(".check-in input[type=date]").first.fill(day.isoformat())
        desk.press("Complete the debrief")
        desk.shows("The debrief is complete.")


def the_write_up(walk: Walk) -> None:
    desk = walk.desk.open(f"{walk.here}write-up/")
    with record.row(1, desk):
        draft = desk.page.locator("#write-up").input_value()
        heard, agreed = draft.split("WHAT WE AGREED ON")
        assert NAMED in heard
        assert f"We will {TEAM}" in agreed


def action_path(walk: Walk, statement: str) -> str:
    return f"/actions/{Action.objects.get(round=walk.round, statement=statement).public_id}/"


def a_lead_reads(walk: Walk) -> None:
    lead = walk.lead.open(action_path(walk, TEAM))
    with record.row(9, lead):
        lead.shows(PERSON)
        lead.page.get_by_text(PERSON).first.scroll_into_view_if_needed()
    lead.press("Accept")
    lead.press("It is under way")
    with record.row(18, lead):
        lead.follow("It is done")
        lead.fill("What happened", "There are two chairs.")
        lead.press("It is done")
        lead.shows_not("Done, and told back.")
        assert Action.objects.get(statement=TEAM).state != "done"
    lead.open(f"{walk.home}actions/?as=list&domain=education")
    with record.row(31, lead):
        lead.shows(TRAINING)
        lead.shows_not(TEAM)
        lead.page.get_by_text(TRAINING).first.scroll_into_view_if_needed()
    file = lead.page.request.get(f"{lead.url}{walk.home}actions.csv").text()
    lead.open(f"{walk.here}report/")
    with record.row(8, lead):
        told = next(row for row in csv.DictReader(file.lstrip("\ufeff").splitlines()) if TEAM in " ".join(row.values()))
        assert "Too few people, too little time" in told["What stands in the way"]
        assert "Demands" in told["HSE Management Standards"]
        lead.shows(re.compile("HSE Management Standards this is about: .*demands"))


def a_letter_to_the_board(walk: Walk) -> None:
    lead = walk.lead.open(f"{walk.home}letter/")
    with record.row(41, lead):
        words = " ".join(lead.page.locator("main textarea").evaluate_all("all => all.map((one) => one.value)"))
        assert WIDE in words
        lead.press("See it as a page")
        lead.shows(WIDE)


def we_could_not(walk: Walk) -> None:
    lead = walk.lead.open(action_path(walk, TEAM))
    lead.follow("We couldn’t, because …")
    with record.row(43, lead):
        lead.press("We couldn’t, because …")
        lead.shows("Please write why, for the people who raised it.")
        lead.fill("We couldn’t, because …", WHY_NOT)
        lead.press("We couldn’t, because …")
        lead.shows("Ended, and told back.")


def the_next_round_opens_with_it(walk: Walk) -> None:
    following = factories.round_(walk.programme, title="The corridor", stage=Stage.ARRIVAL, floor=3)
    wall, phone = walk.screens.wall(following), walk.screens.phone(following.join_code)
    with record.row(43, wall, phone):
        for screen in (wall, phone):
            screen.heading("Since last time")
            screen.shows(WHY_NOT)


def six_rounds_later(walk: Walk) -> None:
    for month in range(1, 7):
        then = timezone.now() - timedelta(days=30 * month)
        past = factories.round_(
            walk.programme,
            title=f"Month {month}",
            stage=Stage.CLOSED,
            starts_at=then,
            closed_at=then,
            crossed_threshold=True,
        )
        factories.theme(past, title=f"No time, {month}", barriers=["interruptions"])
        Round.objects.filter(pk=past.pk).update(signed_off_at=then)
        if month == 4:
            made = factories.agreed(past, by=walk.alice, barriers=["interruptions"], state="done")
            told = {"told_back": "The bleep stays outside now.", "told_back_at": timezone.now()}
            Action.objects.filter(pk=made.pk).update(**told)
    steering = walk.screens.desk(walk.stella, f"{walk.home}over-the-months/")
    with record.row(32, steering):
        steering.heading("What keeps coming back")
        heard = steering.page.get_by_role("row").filter(has_text="Pulled away, again")
        expect(heard.get_by_role("cell").first).to_have_text("6")
        steering.shows("The bleep stays outside now.")
        heard.scroll_into_view_if_needed()


def who_came(walk: Walk) -> None:
    """Counted as at the goodbye of a full room: of three phones nothing is ever shown."""
    then = timezone.now() - timedelta(days=9)
    full = factories.round_(
        walk.programme,
        title="A full room",
        stage=Stage.CLOSED,
        starts_at=then,
        closed_at=then,
        sealed_at=then,
        staff_groups=list(CAME),
    )
    Tally.objects.bulk_create(
        Tally(round=full, kind=HEAD_COUNT, target=group, count=count) for group, count in CAME.items()
    )
    steering = walk.screens.desk(walk.stella, f"/rounds/{full.public_id}/report/")
    with record.row(21, steering):
        table = steering.page.get_by_role("row")
        expect(table.filter(has_text="Nurses and midwives")).to_contain_text("about")
        expect(table.filter(has_text="Students")).to_contain_text("not shown")
        assert not re.search(r"\b(22|13|8|2)\b", steering.page.get_by_role("table").last.inner_text())
        steering.page.get_by_role("heading", name="Who was there").scroll_into_view_if_needed()


PARTS = (
    the_debrief,
    the_write_up,
    a_lead_reads,
    a_letter_to_the_board,
    we_could_not,
    the_next_round_opens_with_it,
    six_rounds_later,
    who_came,
)
