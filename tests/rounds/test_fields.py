"""The fields untrusted bytes pass through: what counts as words, and what is said when nothing can be made of it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from rounds.forms.fields import Feelings, Line, Token, Words
from rounds.forms.reaction import ReactionForm


def refusal(field: forms.Field, value: Any) -> str:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    (message,) = refused.value.messages
    return str(message)


@pytest.mark.parametrize(
    "nothing",
    [
        "\u200b",
        "\u200b \u200d\ufeff",
        "\u2800\u2800",
        "\u3164",
        "\u115f\u1160\uffa0",
        "\u0301\u0302",
        "\u00ad",
        "\ufe0f",
        "\u00a0\u2003",
    ],
)
def test_text_in_which_nothing_can_be_seen_is_empty(nothing: str) -> None:
    assert Words().clean(nothing) == Line().clean(nothing) == ""
    assert refusal(Words(required=True), nothing) == "A few words are needed here."
    form = ReactionForm({"prompt": "p", "text": nothing, "feelings": []})
    assert form.is_valid()
    assert form.cleaned_data["text"] == ""  # what is kept then is "nothing just now"


@pytest.mark.parametrize("text", ["a", "👩🏽‍⚕️", "e\u0301", "…", "می‌خواهم", "한글", "⠓⠊", "❤️", "1"])
def test_text_in_any_writing_stays_as_it_is(text: str) -> None:
    assert Words().clean(f" {text}\n") == unicodedata.normalize("NFC", text)


def test_what_turns_the_direction_of_writing_around_is_taken_out() -> None:
    turns = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
    assert Words().clean(f"one {turns}two") == "one two"
    assert Line().clean(f"{turns}one\n{turns}two") == "one two"
    assert Words().clean(turns) == ""
    assert Words().clean("\u200fשלום\u200e") == "\u200fשלום\u200e"


def test_what_takes_no_room_is_taken_out_and_what_joins_letters_is_not() -> None:
    unseen = "".join(map(chr, [0xAD, 0x180E, 0x200B, *range(0x2060, 0x2065), 0xFEFF, *range(0xFFF9, 0xFFFC)]))
    assert Line().clean(f"{unseen}Ward{unseen} {unseen} 4\u202e{unseen}") == "Ward 4"
    assert Words().clean(f"{unseen}Wa{unseen}rd\n{unseen}4\u202e{unseen}") == "Ward\n4"
    for text in ("می‌خواهم", "👩🏽‍⚕️", "\u200fשלום\u200e"):
        assert Line().clean(text) == Words().clean(text) == text


def test_an_id_that_cannot_be_read_is_refused_in_our_own_words() -> None:
    again = "That could not be read. Please reload the page."
    for value in ("", None, "x" * 41, 7, "a\0b"):
        assert refusal(Token(), value) == again
    assert refusal(Feelings(), []) == again
    assert refusal(Token(error_messages={"required": "Choose one."}), "") == "Choose one."


def test_in_a_summary_of_errors_a_question_is_followed_by_no_colon() -> None:
    class Both(forms.Form):
        voice = forms.CharField(label="Have they a voice?", error_messages={"required": "Needed."})
        name = forms.CharField(label="Name", error_messages={"required": "Needed, too."})

    said = render_to_string("components/error_summary.html", {"form": Both({})})
    assert ">Have they a voice? Needed.</a>" in said
    assert ">Name: Needed, too.</a>" in said
