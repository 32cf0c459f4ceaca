"""What a facilitator's press on the console carries."""

from __future__ import annotations

from typing import Any

from django import forms

from rounds.forms.fields import Token, Words
from rounds.models import Reaction, Stage
from rounds.refusals import Refused

LONGEST_PROMPT = 300
LONGEST_ANSWER = 400
_STAGES = [(value, value) for value in Stage.values]
_MOVED_ON = {"required": "The round has moved on.", "invalid_choice": "The round has moved on."}


class Press(forms.Form):
    """A press of a button; what cannot be used is refused in words."""

    def read(self) -> dict[str, Any]:
        """The cleaned data. Raises Refused with the first thing that is wrong."""
        if not self.is_valid():
            raise Refused(next(str(words) for errors in self.errors.values() for words in errors))
        return self.cleaned_data


class MovePress(Press):
    """seen: the stage the presser saw. to: where the round should go."""

    seen = forms.ChoiceField(choices=_STAGES, error_messages=_MOVED_ON)
    to = forms.ChoiceField(choices=_STAGES, error_messages=_MOVED_ON)


class TimePress(Press):
    """A minute more, five minutes more, or the time is up. `end` is the end the presser saw."""

    SECONDS = {"minute": 60, "five": 300, "up": -24 * 60 * 60}

    seen = forms.ChoiceField(choices=_STAGES, error_messages=_MOVED_ON)
    end = forms.DateTimeField(required=False)
    change = forms.ChoiceField(
        choices=[(name, name) for name in SECONDS], error_messages={"required": "How much time?"}
    )


class AskPress(Press):
    """One of the round's questions, or one written in the moment. `seen` is the question that stood there."""

    seen = Token(required=False)
    prompt = Token(required=False)
    text = Words(max_length=LONGEST_PROMPT)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if not self.errors and not asked.get("prompt") and not asked.get("text"):
            raise forms.ValidationError("There is no question in it yet.")
        return asked


class ReactionPress(Press):
    reaction = Token(error_messages={"required": "That reaction is not here any more."})
    to = forms.ChoiceField(choices=Reaction.State.choices, error_messages={"required": "What should become of it?"})


class DisclosurePress(Press):
    """about: the id of what may be a disclosure. words: the answer to it."""

    about = Token(error_messages={"required": "That is not here any more."})
    do = forms.ChoiceField(choices=[("answer", "answer"), ("leave", "leave")])
    words = Words(max_length=LONGEST_ANSWER)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if not self.errors and asked.get("do") == "answer" and not asked.get("words"):
            raise forms.ValidationError("There are no words in it yet.")
        return asked


class CodePress(Press):
    """seen: the join code the presser saw."""

    seen = Token(error_messages={"required": "The code has just been changed already."})


class LockPress(Press):
    locked = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda value: value == "yes",
        error_messages={"required": "Open or locked?"},
    )


class RehearsePress(Press):
    """How many rehearsal guests to invite; nothing but `home` sends them home."""

    FEWEST, MOST = 6, 40
    _between = f"Please choose between {FEWEST} and {MOST} guests."

    home = forms.BooleanField(required=False)
    people = forms.IntegerField(
        min_value=FEWEST,
        max_value=MOST,
        required=False,
        error_messages={"invalid": _between, "min_value": _between, "max_value": _between},
    )

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if not self.errors and not asked.get("home") and not asked.get("people"):
            raise forms.ValidationError(self._between)
        return asked
