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
        "ive been looking at the bridge on the way home",
        "cant be bothered being alive",
        "I do not want to live any more",
        "i dont want to be alive",
        "feeling suicidle again tbh",
        "i make myself throw up in the staff loo",
        "one of our patients told me he is going to do it when he gets home",
        "our manager picks on me in front of everyone",
        "they told me to go back to my own country",
        "he checks how many miles ive done when i get in",
        "i think he is hurting that baby",
        "the night nurse gives them extra sedation so its quiet",
        "the notes were changed before the inquest",
        "there is vodka in my locker",
        "i imagine pushing her down the stairs",
        "I have picked a date",
        "i have sorted my pension and written letters to the kids",
        "One of our juniors has stopped answering his door and I’m worried",
        "She asked the cleaner how high the third floor windows are",
        "he says if i speak he will cancel my visa",
        "the wee one with the cigarette marks",
        "Her son has her bank card and she has no coat and no heating",
        "the two hourly turns were all written at 6am in the same pen",
        "I signed for it and I never saw it given",
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
        "the patient took her own life and I found her coat",
        "I just want to go to bed and not wake up till march",
        "I can't go on the ward round without thinking of it",
        "it caused a lot of worry",
        "I felt assaulted by the noise",
        "I felt my legs go",
        "something inside me broke that day",
        "I went into the toilet, locked the door and cried",
        "he died and nobody asked if we were ok",
        "that review stuck the knife in",
        "he threw the jug at me, confused, poor man",
        "she said go back to your country so I said I finish at 8",
        "I picked a date for the wedding",
    ],
)
def test_what_people_say_every_day_is_left_alone(text: str) -> None:
    assert not is_possible(text)
