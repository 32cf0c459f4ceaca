"""A name in an action's words is noticed, and the words of a hospital are left alone. All names are invented."""

import pytest

from facilitation.named_people import incident_in, is_nobody, name_in


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ask Dr Smith to stop", "Dr Smith"),
        ("have Nurse Jones trained", "Nurse Jones"),
        ("let Sister Ann decide", "Sister Ann"),
        ("Dr. J. Smith will do it", "Dr. J. Smith"),
        ("tell the nurse Dr Ashdown asked", "Dr Ashdown"),
        ("speak to mr smith", "mr smith"),
        ("give Mrs O’Hara a chair", "Mrs O’Hara"),
        ("move Dr Smith’s clinic", "Dr Smith’s"),
        ("ask Professor Ågren", "Professor Ågren"),
        ("have consultant Ashdown agree", "consultant Ashdown"),
        ("ask Priya Lund to order them", "Priya Lund"),
        ("ask Kieran to order them", "Kieran"),
        ("Ask Priya Lund", "Priya Lund"),
        ("with Anne-Marie Ashdown on Ward 4", "Anne-Marie Ashdown"),
    ],
)
def test_a_name_is_noticed(text: str, name: str) -> None:
    assert name_in(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "put a chair by every bed",
        "ask the Trust Board in March",
        "the Freedom to Speak Up Guardian",
        "we miss Ramadan every year",
        "the MS Society and the MR Scanner",
        "the sister in charge, a Matron’s round, the nurse Call bells",
        "Consultant Anaesthetists and Nurse Practitioners",
        "put up signs. Each Ward has one",
        "open Great Ormond Street",
        "put NHS Datix forms into Microsoft Teams",
        "Make A Quiet Room Near Bay Four Today",
        "the doctor who is on call",
        "the father of the child",
    ],
)
def test_the_words_of_a_hospital_are_no_names(text: str) -> None:
    assert name_in(text) is None


def test_in_the_name_of_a_holder_the_first_two_words_count_too() -> None:
    assert name_in("Ilkin Ashdown", is_sentence=False) == "Ilkin Ashdown"
    assert name_in("Ilkin Ashdown") is None


@pytest.mark.parametrize(
    "holder", ["Practice Educators", "Ward Manager", "Chief Nurse", "Booking Office", "Information governance"]
)
def test_roles_and_groups_may_be_written_in_capitals(holder: str) -> None:
    assert name_in(holder, is_sentence=False) is None


@pytest.mark.parametrize("holder", ["staff", "All staff.", "everyone on the ward", "all of us", "Nurses", "THE STAFF"])
def test_everyone_is_no_one(holder: str) -> None:
    assert is_nobody(holder)


@pytest.mark.parametrize("holder", ["", "ward clerks", "the nurses on Ward 4", "the booking office", "staff side"])
def test_a_role_or_a_group_is_somebody(holder: str) -> None:
    assert not is_nobody(holder)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("what Datix 448812 says", "Datix 448812"),
        ("the serious incident no. 2026/118", "serious incident no. 2026/118"),
        ("what went wrong with 943 476 5919", "943 476 5919"),
        ("report incidents within 24 hours", None),
        ("meet on 12/03/2027", None),
        ("put a clock in bay 4", None),
    ],
)
def test_an_incident_is_told_where_incidents_are_reported(text: str, found: str | None) -> None:
    assert incident_in(text) == found
