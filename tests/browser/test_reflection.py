"""Writing: what is taken, what is refused and in which words, and that nothing typed or said is ever lost."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from rounds import stages
from rounds.models import Prompt, Round, Stage
from tests import factories
from tests.browser.screens import Console, Screens
from tests.live.conftest import House

SAY = """async ([what, fields]) => {
  const message = {ticket: sessionStorage.getItem("ct.ticket"), what, nonce: "n".repeat(22), ...fields};
  const answer = await fetch("/live/say", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(message),
  });
  return (await answer.json()).because;
}"""


def reflecting(**fields: Any) -> Round:
    return factories.round_(stage=Stage.REFLECTION, floor=3, **fields)


def count(round: Round) -> int:
    return round.sealed_posts.count()


def console_of(screens: Screens, round: Round) -> Console:
    return screens.console(factories.facilitator(f"alice-{round.public_id}", of=round.programme), round)


def test_words_a_feeling_both_or_nothing_just_now_are_each_enough(screens: Screens) -> None:
    round = reflecting()
    phone = screens.phone(round.join_code)
    phone.is_sound()
    phone.send("I sat in the car afterwards.")
    phone.feel("tender")
    phone.press("Send")
    expect(phone.page.locator("input[name=feelings]:checked")).to_have_count(0)
    phone.feel("torn", "numb")
    phone.send("Nobody asked.")
    phone.press("Nothing just now")
    expect(phone.button("Nothing just now: noted")).to_have_attribute("aria-pressed", "true")
    assert count(round) == 4
    phone.is_sound()


def test_a_fourth_feeling_waits_until_one_is_given_back(screens: Screens) -> None:
    phone = screens.phone(reflecting().join_code)
    phone.feel("tender", "torn", "numb")
    expect(phone.page.locator("input[value=angry]")).to_be_disabled()
    phone.feel("tender")
    expect(phone.page.locator("input[value=angry]")).to_be_enabled()


def test_an_empty_reaction_is_refused_in_words(screens: Screens) -> None:
    round = reflecting()
    phone = screens.phone(round.join_code)
    phone.press("Send")
    phone.shows("There is nothing in it yet.")
    assert count(round) == 0
    phone.is_sound()


def test_too_long_a_reaction_is_refused_and_stays_in_the_box(screens: Screens) -> None:
    round = reflecting()
    phone = screens.phone(round.join_code)
    phone.page.evaluate("() => document.getElementById('react-text').removeAttribute('maxlength')")
    words = "and then " * 230
    phone.write(words)
    expect(phone.said("react")).to_contain_text("2,000")
    expect(phone.box).to_have_value(words)
    expect(phone.box).to_have_attribute("aria-invalid", "true")
    assert count(round) == 0


def test_pressing_send_twice_counts_once(screens: Screens) -> None:
    round = reflecting()
    phone = screens.phone(round.join_code)
    phone.box.fill("I held the bag.")
    phone.button("Send").dblclick()
    expect(phone.said("react")).to_contain_text("Saved")
    phone.press("Nothing just now")
    expect(phone.button("Nothing just now: noted")).to_be_visible()
    assert count(round) == 2


def test_a_second_tab_is_the_same_person_and_both_can_write(screens: Screens) -> None:
    round = reflecting()
    phone = screens.phone(round.join_code)
    tab = screens.second_tab(phone)
    phone.send("From the first tab.")
    tab.send("From the second.")
    assert count(round) == 2
    console_of(screens, round).other_step("Another silence")
    phone.shows("A moment of quiet")
    tab.shows("A moment of quiet")


def test_nobody_can_write_while_a_story_is_told_or_in_the_silence(screens: Screens) -> None:
    round = factories.round_(stage=Stage.ARRIVAL, room_was_big_enough=True, floor=3)
    prompt = round.current_prompt
    assert prompt is not None
    phone = screens.phone(round.join_code)
    said = {"prompt": prompt.public_id, "text": "Let me in.", "feelings": []}
    console = console_of(screens, round)
    steps = (
        ("Begin the story", "Story", "You can put the phone down"),
        ("Keep a silence", "Silence", "A moment of quiet"),
    )
    for label, stage, words in steps:
        console.step(label, to=stage)
        phone.shows(words)
        expect(phone.box).to_have_count(0)
        with phone.forgiving("422 POST .*/live/say"):
            because = phone.page.evaluate(SAY, ["react", said])
        assert because == "Writing is closed just now. What you typed is still here."
        phone.is_sound()
    assert count(round) == 0


def test_writing_opens_with_the_third_phone_and_stays_open(screens: Screens) -> None:
    round = reflecting(room_was_big_enough=False)
    first, second = screens.phone(round.join_code), screens.phone(round.join_code)
    first.shows("Writing opens when at least three people have joined")
    expect(first.box).to_have_count(0)
    first.is_sound()
    third = screens.phone(round.join_code)
    for phone in (first, second, third):
        expect(phone.box).to_be_visible()
    third.press("Leave the room")
    first.send("I stayed.")


def test_what_is_being_typed_survives_a_change_of_stage_and_a_reload(screens: Screens) -> None:
    round = reflecting()
    phone = screens.phone(round.join_code)
    console = console_of(screens, round)
    phone.box.fill("I was going to say")
    console.other_step("Another silence")
    phone.shows("A moment of quiet")
    phone.page.reload()
    phone.is_in()
    console.step("Open the reflection", to="Reflection")
    expect(phone.box).to_have_value("I was going to say")
    phone.press("Send")
    expect(phone.said("react")).to_contain_text("Saved")
    assert count(round) == 1


def test_a_reaction_to_the_question_before_is_refused_and_can_still_be_read(screens: Screens) -> None:
    round = reflecting()
    phone = screens.phone(round.join_code)
    other = Prompt.objects.create(round=round, position=1, text="What did you do afterwards?")
    phone.box.fill("To the first question.")
    with phone.out_of_reach():
        phone.press("Send")
        stages.ask(round=round, prompt=other, by=factories.facilitator("asks", of=round.programme))
    phone.shows("What did you do afterwards?")
    phone.shows("The question has changed since you wrote this.")
    assert count(round) == 0


def test_without_a_connection_support_is_there_and_what_is_written_waits(screens: Screens) -> None:
    round = reflecting(support_card="Ring the chaplaincy on 4410, at any hour.")
    phone = screens.phone(round.join_code)
    with phone.out_of_reach():
        phone.write("In the lift between floors.")
        phone.press("Support")
        phone.shows("Ring the chaplaincy on 4410, at any hour.")
        phone.press("Close")
        expect(phone.said("react")).to_contain_text("Waiting for the connection")
        expect(phone.box).to_have_value("In the lift between floors.")
        assert count(round) == 0
    expect(phone.said("react")).to_contain_text("Saved")
    expect(phone.box).to_have_value("")
    assert count(round) == 1


def test_a_server_that_dies_and_comes_back_loses_nothing(own_screens: Screens, own_house: House) -> None:
    round = reflecting()
    phones = [own_screens.phone(round.join_code) for _ in range(2)]
    phones[0].send("Acknowledged before the crash.")
    phones[1].box.fill("Half a sentence")
    with phones[0].watch.cut_off(), phones[1].watch.cut_off():
        own_house.kill()
        phones[0].write("Written while nobody answered.")
        expect(phones[0].said("react")).to_contain_text("Waiting for the connection")
        expect(phones[1].page.locator("#connection")).to_contain_text("Reconnecting")
        own_house.start()
        expect(phones[0].said("react")).to_contain_text("Saved")
        expect(phones[1].page.locator("#connection")).not_to_contain_text("Reconnecting")
    expect(phones[1].box).to_have_value("Half a sentence")
    phones[1].press("Send")
    expect(phones[1].said("react")).to_contain_text("Saved")
    assert count(round) == 3
