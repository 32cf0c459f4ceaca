"""Telling a story again: when, and what those read who missed it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from rounds import marks, pointing
from rounds.forms.beginning import BeginningForm
from rounds.forms.fields import Line, Token, Words

LONGEST_TELLING = 6000
MARKED: Final = (
    "Some of it may point to somebody. It is marked below: write it in other words, or leave in what is about nobody."
)


class AgainForm(BeginningForm):
    """The day, the time and the place of a re-run."""

    place = Line(max_length=120, label="Place")


class WindowForm(forms.Form):
    """What those read who missed the round, and that it may be read. Where the machine stops in it, it asks once.

    leave: `mark` of the words in which it stopped; with other words it asks anew.
    """

    telling = Words(
        max_length=LONGEST_TELLING,
        required=True,
        label="What they read",
        help_text="A brief telling in your own words, or the storyteller’s words if they agreed to that.",
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "Please write a few words for those who were not there."},
    )
    is_theirs = forms.BooleanField(
        label="These are the storyteller’s own words, and they have agreed that they are read",
        help_text="Without their word, please tell it briefly, in words of your own.",
        required=False,
    )
    is_checked = forms.BooleanField(
        label="Somebody has checked: nobody can be recognised in it",
        help_text="Not a patient, not a colleague, not a date, a ward or a bed.",
        error_messages={"required": "Before it is read, somebody has to have looked."},
    )
    leave = Token(required=False)
    looked_over: str = ""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.looked_over = said.get("telling", "")
        if self.stops and said.get("leave") != self.mark:
            self.add_error("telling", MARKED)
        return said

    @cached_property
    def pieces(self) -> tuple[pointing.Piece, ...]:
        """What was typed, cut where the machine stopped. Ask once the form was checked."""
        return pointing.pieces(self.looked_over)

    @property
    def stops(self) -> int:
        """At how many places the machine stopped."""
        return pointing.marks(self.pieces)

    @property
    def mark(self) -> str:
        """Of the words that were looked over: sent as `leave` it says that what is marked in them stays."""
        return marks.of(self.looked_over)

    @property
    def said(self) -> dict[str, Any]:
        """What the verbs take. Call once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("telling", "is_theirs", "is_checked")}


def tomorrow_as(starts_at: datetime) -> dict[str, Any]:
    """What the form of a re-run opens with: tomorrow, at the first telling's time of day."""
    return {"date": timezone.localdate() + timedelta(days=1), "time": timezone.localtime(starts_at).time()}
