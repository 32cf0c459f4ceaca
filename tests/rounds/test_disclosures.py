"""What a person should read first is told from what people say every day. Nobody is promised that it is."""

from __future__ import annotations

import pytest

from rounds.disclosures import is_possible


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i dont want to be here any more",
        "Sometimes I think about driving my car into a wall",
        "The world would be better off without me",
        "I feel suicidal",
        "I’ve been cutting again",
        "I can’t go on",
        "I was not safe",
        "I felt unsafe on that corridor",
        "My husband hits me",
        "I’m scared to go home",
        "A patient punched me in the face and we carried on",
        "I saw a colleague slap a patient",
        "She pulled the lady up the bed by the arm, hard",
        "A colleague pulls patients up the bed by the arm, hard",
        "She hit one of them last night",
        "One of the nurses grabbed him by the arm",
        "The new carer is so rough when she washes him",
        "He touched me and nobody said anything",
        "The consultant bullies me",
        "We were told not to report it",
        "I’m afraid I might hurt my baby",
    ],
)
def test_somebody_who_may_be_at_risk_or_was_harmed_is_read_first(text: str) -> None:
    assert is_possible(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "this job is killing me",
        "I could have died of shame",
        "dead on my feet",
        "I could murder a cup of tea",
        "It hit me when I got home",
        "The news hit some of them hard",
        "She took him by the hand and sat with him",
        "I pulled up a chair by the bed",
        "We had a rough night",
        "Staffing was not safe",
        "It was not safe to discharge her",
        "He wanted to die at home and he did",
        "The patient killed himself and we never spoke of it",
        "We can’t go on like this",
        "I held his hand until he died",
        "meh. another tuesday",
        "He was a horrible man and I was glad when he went",
    ],
)
def test_what_people_say_every_day_is_left_alone(text: str) -> None:
    assert not is_possible(text)
