"""A field that takes one value is sent one, and words are sent as words: everything else is refused, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from rounds.live import frames, messages, saying
from rounds.live.frames import Say, Unreadable
from rounds.live.tickets import Guest
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
EVERY_FIELD = [
    (name, field)
    for name, message in sorted(messages._registered.items())
    for field, made in message.form().fields.items()
    if not getattr(made.widget, "allow_multiple_selected", False)
]


def said(what: str, **fields: list[str]) -> dict[str, Any]:
    guest = Guest(audience="room", round=factories.round_(stage="reflection"), voice="v" * 22)
    return saying.say(guest, Say(what=what, nonce="n" * 22, fields=fields))


@pytest.mark.parametrize(("what", "field"), EVERY_FIELD)
def test_several_values_for_one_field_are_refused_whatever_the_message(what: str, field: str) -> None:
    answer = said(what, **{field: ["x", "y"]})
    assert (answer["t"], answer["because"]) == ("refused", frames.UNREADABLE)


def test_there_are_fields_that_take_several() -> None:
    feelings = said("react", prompt=["gone"], text=["x"], feelings=["numb", "tender"])
    assert feelings["because"] != frames.UNREADABLE


@pytest.mark.parametrize("value", [7, 7.5, [7], {"a": "b"}, [["x"]]])
def test_what_is_no_text_cannot_be_said(value: object) -> None:
    with pytest.raises(Unreadable):
        frames.read_say({"t": "say", "what": "react", "nonce": "n" * 22, "text": value})
