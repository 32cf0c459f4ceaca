"""The facilitators' console, and what it does to the wall and the phones."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from playwright.sync_api import WebSocketRoute, expect

from rounds import reactions
from rounds.live.doorbell import announce
from rounds.live.messages import Sender
from rounds.models import Prompt, Round, Stage, User
from tests import factories
from tests.browser.screens import Screens

OTHERS = "Others too"


def reflecting(*words: str, **fields: Any) -> tuple[Round, User]:
    """A round whose room has been shown these reactions, and who holds it."""
    round = factories.round_(stage=Stage.REFLECTION, floor=3, **fields)
    for text in words:
        factories.reaction(round, text)
    return round, factories.facilitator(f"alice-{round.public_id}", of=round.programme)


def gathered(round: Round, *words: str) -> None:
    """Reactions that were written and wait to be shown."""
    assert round.current_prompt is not None
    for number, text in enumerate(words):
        sender = Sender(round=round, voice=f"voice-{number}")
        nonce = f"{number}-{round.public_id}"
        reactions.post(sender=sender, nonce=nonce, prompt=round.current_prompt.public_id, text=text, feelings=[])


def test_what_was_gathered_is_shown_at_the_facilitators_word_and_not_before(screens: Screens) -> None:
    round, alice = reflecting()
    gathered(round, "One thing.", "Another thing.")
    console, phone = screens.console(alice, round), screens.phone(round.join_code)
    console.shows("Few or none are waiting")
    expect(console.button("Show them now")).to_have_count(0)
    phone.send("A third thing.")
    console.press("Show them now")
    console.is_told("What was gathered is on the phones now, shuffled.")
    for words in ("One thing.", "Another thing.", "A third thing."):
        expect(console.card(words)).to_be_visible()
        phone.shows(words)
    console.is_sound()
    phone.is_sound()


def test_a_reaction_is_brought_forward_held_set_aside_and_given_back(screens: Screens) -> None:
    words = "I still hear the flute."
    round, alice = reflecting(words, "Something else.", "A third.")
    console, wall, phone = screens.console(alice, round), screens.wall(round), screens.phone(round.join_code)
    console.press("Bring forward", within=console.card(words))
    wall.shows_large(words)
    console.shows("On the wall now")
    wall.is_sound()
    console.press("Hold", within=console.card(words))
    expect(console.card(words, shelf="held")).to_have_count(1)
    wall.shows_not(words)
    phone.shows_not(words)
    phone.shows("Something else.")
    console.press("Give back to the room", within=console.card(words, shelf="held"))
    phone.shows(words)
    console.press("Set aside for later", within=console.card(words))
    expect(console.card(words, shelf="aside")).to_have_count(1)
    phone.shows_not(words)
    console.is_sound()


def test_company_is_told_from_three_on_and_never_as_a_number(screens: Screens) -> None:
    round, alice = reflecting("It was the waiting.")
    console = screens.console(alice, round)
    phones = [screens.phone(round.join_code) for _ in range(3)]
    for phone in phones[:2]:
        phone.press("This is mine too")
        expect(phone.button("Mine too")).to_have_attribute("aria-pressed", "true")
    phones[0].press("Mine too")
    expect(console.card("It was the waiting.")).not_to_contain_text(OTHERS)
    phones[2].press("This is mine too")
    for screen in (*phones, console):
        screen.shows(re.compile(OTHERS))
    for card in (console.card("It was the waiting."), phones[0].page.locator("article.quote")):
        expect(card).not_to_contain_text(re.compile(r"\d"))


def test_of_two_facilitators_who_press_at_once_one_is_told(screens: Screens) -> None:
    round, alice = reflecting("A word.")
    bob = factories.facilitator(f"bob-{round.public_id}", of=round.programme)
    one, other = screens.console(alice, round), screens.console(bob, round, deaf=True)
    one.step("On to the threads", to="Threads")
    with other.forgiving("409 POST .*/console/move/"):
        other.press("On to the threads", within=other.page.locator(".next-step"))
        other.is_told("Somebody has already moved the round on. It is at “Threads” now.")
    other.at("Reflection")
    other.page.reload()
    other.at("Threads")


def test_the_pause_at_the_threshold_is_kept_by_the_server(screens: Screens) -> None:
    round = factories.round_(stage=Stage.THREADS, floor=3, threshold_seconds=900)
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    console, wall, phone = screens.console(alice, round), screens.wall(round), screens.phone(round.join_code)
    console.step("Pause at the threshold", to="Threshold")
    for screen in (wall, phone):
        screen.heading("Until now nothing had to be solved.")
        screen.is_sound()
    waiting = console.button("Open the circle now")
    expect(waiting).to_have_attribute("aria-disabled", "true")
    waiting.click(force=True)
    console.is_told("The pause is not over yet. It is short, and it is the point.")
    console.page.evaluate("() => document.querySelector('[data-opens]').removeAttribute('data-opens')")
    with console.forgiving("409 POST .*/console/move/"):
        waiting.click(force=True)
        console.is_told("The pause is not over yet.")
    console.is_sound()
    Round.objects.filter(pk=round.pk).update(stage_ends_at=timezone.now())
    announce(Round.objects.get(pk=round.pk), "stage")
    expect(waiting).not_to_have_attribute("aria-disabled", "true")
    console.step("Open the circle now", to="Circle")
    console.shows_not("Another silence")


def test_another_stage_begins_at_the_top_and_the_closing_is_quiet(screens: Screens) -> None:
    round = factories.round_(stage=Stage.CIRCLE, floor=3)
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    for number in range(12):
        factories.proposal(round, f"A chair by bed {number}")
    console = screens.console(alice, round)
    console.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    assert console.page.evaluate("() => scrollY") > 0
    console.step("On to the closing", to="Closing")
    expect(console.page.get_by_role("heading", name="The room is saying goodbye")).to_be_in_viewport()
    assert console.page.evaluate("() => scrollY") == 0
    console.shows_not("A chair by bed 1")
    console.page.get_by_text("Themes and proposals, for the write-up").click()
    console.shows("A chair by bed 1")
    console.is_sound()


def test_what_is_written_from_a_proposal_far_down_comes_into_view(screens: Screens) -> None:
    round = factories.round_(stage=Stage.CIRCLE, floor=3)
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    for number in range(12):
        factories.proposal(round, f"A chair by bed {number}")
    console = screens.console(alice, round)
    console.page.get_by_role("button", name="Shape into an action").last.click()
    statement = console.page.get_by_label("We will …")
    expect(statement).to_be_focused()
    expect(statement).to_be_in_viewport()


def test_another_question_is_asked_and_the_earlier_answers_stay(screens: Screens) -> None:
    round, alice = reflecting("To the first.")
    Prompt.objects.create(round=round, position=1, text="What did it ask of you?")
    console, wall, phone = screens.console(alice, round), screens.wall(round), screens.phone(round.join_code)
    phone.send("To the first, too.")
    console.press("Ask: What did it ask of you?")
    wall.shows_large("What did it ask of you?")
    phone.shows("What did it ask of you?")
    expect(phone.said("react")).to_have_text("")  # that it is saved was about the first
    phone.shows("To the earlier question")
    console.press("Write one now", exact=False)
    console.fill("The question", "And what helped?")
    console.is_sound()
    console.press("Ask it")
    wall.shows_large("And what helped?")
    phone.shows("And what helped?")


def test_the_door_is_locked_and_the_code_renewed_from_the_console(screens: Screens) -> None:
    round, alice = reflecting()
    console = screens.console(alice, round)
    old = round.join_code
    console.press("Joining and the wall", exact=False)
    console.is_sound()
    console.press("New code", exact=False)
    console.shows("There is a new code.")
    round.refresh_from_db()
    assert round.join_code != old
    console.press("Lock the door", exact=False)
    console.shows("The door is locked: nobody else can join.")
    late = screens.phone()
    with late.forgiving("409 POST .*/live/join"):
        late.join(round.join_code)
        late.shows("This round is not letting anybody else in just now.")


def test_a_round_ends_kindly_from_any_stage_after_asking_once(screens: Screens) -> None:
    round, alice = reflecting("A word.")
    console, phone = screens.console(alice, round), screens.phone(round.join_code)
    console.other_step("End the round kindly")
    console.shows("End the round kindly?")
    console.press("Stay in the round")
    console.at("Reflection")
    console.other_step("End the round kindly")
    console.press("End it kindly")
    console.at("Closing")
    phone.heading("Thank you for being here")


def test_a_stranger_finds_nothing_of_another_programme(screens: Screens) -> None:
    round, _ = reflecting("A word.")
    charlie = factories.facilitator(f"charlie-{round.public_id}", of=factories.programme("Another house"))
    here = f"/rounds/{round.public_id}/"
    desk = screens.desk(charlie)
    for path in (
        here,
        f"{here}console/",
        f"{here}poster/",
        f"{here}edit/",
        f"/programmes/{round.programme.public_id}/",
    ):
        with desk.forgiving("404 GET"):
            desk.open(path)
        desk.shows_not(round.title)
    desk.is_sound()


def test_a_menu_opened_before_the_first_snapshot_stays_open_when_it_comes(screens: Screens) -> None:
    round, alice = reflecting()
    held: list[str | bytes] = []
    desk = screens.desk(alice)
    line: list[WebSocketRoute] = []

    def wait(socket: WebSocketRoute) -> None:
        line.append(socket)
        socket.connect_to_server().on_message(lambda frame: held.append(frame))  # noqa: PLW0108  Playwright marks the handler

    desk.page.route_web_socket(re.compile("/live/"), wait)
    desk.open(f"/rounds/{round.public_id}/console/")
    menu = desk.page.locator(".quiet-steps details")
    menu.locator("summary").click()
    while not held:
        desk.page.wait_for_timeout(50)
    line[0].send(held[0])
    desk.page.wait_for_timeout(500)
    assert menu.evaluate("(menu) => menu.open")
