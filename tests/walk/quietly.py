"""A whole round with the machine off and not one reaction; and a round on paper."""

from __future__ import annotations

from playwright.sync_api import expect

from rounds.models import Reaction, Stage, Voice
from tests import factories
from tests.walk.people import Walk, let_the_pause_pass
from tests.walk.record import record

STEPS = (
    ("Begin the story", "Story"),
    ("Keep a silence", "Silence"),
    ("Open the reflection", "Reflection"),
    ("On to the threads", "Threads"),
    ("Pause at the threshold", "Threshold"),
    ("Open the circle now", "Circle"),
    ("On to the closing", "Closing"),
)


def nobody_writes_a_word(walk: Walk) -> None:
    round = factories.round_(walk.programme, title="A quiet one", stage=Stage.ARRIVAL, floor=3)
    console = walk.screens.console(walk.alice, round)
    phone = walk.screens.phone(round.join_code)
    with record.row(4, console, phone):
        for button, stage in STEPS:
            if stage == "Circle":
                let_the_pause_pass(round)
            console.step(button, to=stage)
        console.press("Close the round", within=console.page.locator(".next-step"))
        console.press("Close and seal it")
        console.at("Closed")
        console.shows("What was written is sealed")
        expect(console.page.locator("dialog[open]")).to_have_count(0)
        phone.heading("This round is over")
        assert not Reaction.objects.of(round).exists()
        assert not Voice.objects.filter(round=round).exists()
    desk = walk.desk.open(f"/rounds/{round.public_id}/write-up/")
    with record.row(1, desk):
        draft = desk.page.locator("#write-up").input_value()
        assert "Held, not fixed" in draft.split("WHAT WE AGREED ON")[1]


def on_paper(walk: Walk) -> None:
    round = factories.round_(walk.programme, title="On paper", stage=Stage.REFLECTION, floor=3)
    desk = walk.desk.open(f"/rounds/{round.public_id}/paper/cards/")
    console = walk.screens.console(walk.alice, round)
    with record.row(45, desk, console):
        for number in range(5):
            desk.page.locator(f"[name=text_{number}]").fill(f"There was no chair, said card {number + 1}.")
        desk.press("Keep these cards")
        console.press("Show them now")
        console.shows("There was no chair, said card 3.")
        assert Reaction.objects.of(round).count() == 5


PARTS = (nobody_writes_a_word, on_paper)
