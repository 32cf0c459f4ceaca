"""Telling a story again: when, and what those read who missed it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from rounds.forms.fields import Line, Words
from rounds.forms.planning import A_PAST_DAY, A_PAST_TIME, FURTHEST, NO_SUCH_TIME
from rounds.plans import is_on_the_clock, is_past

LONGEST_TELLING = 6000
A_DAY = {"required": "On which day?", "invalid": "Please write the day like 2027-03-14."}
A_TIME = {"required": "At what time?", "invalid": "Please write the time like 14:30."}


class AgainForm(forms.Form):
    """The day, the time and the place of a re-run; `starts_at` is among the cleaned data of a valid form."""

    date = forms.DateField(
        label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=A_DAY
    )
    time = forms.TimeField(
        label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), error_messages=A_TIME
    )
    place = Line(max_length=120, label="Place")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, hour = cleaned.get("date"), cleaned.get("time")
        if day is None or hour is None:
            return cleaned
        today = timezone.localdate()
        if day < today:
            self.add_error("date", A_PAST_DAY)
        elif day > today + FURTHEST:
            self.add_error("date", "Please choose a day within the next five years.")
        elif not is_on_the_clock(datetime.combine(day, hour)):
            self.add_error("time", NO_SUCH_TIME)
        elif is_past(starts_at := timezone.make_aware(datetime.combine(day, hour))):
            self.add_error("time", A_PAST_TIME)
        else:
            cleaned["starts_at"] = starts_at
        return cleaned


class WindowForm(forms.Form):
    """What those read who missed the round, and that it may be read."""

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
        help_text="Not a patient, not a colleague, not a date or a bed.",
        error_messages={"required": "Before it opens, somebody has to have looked."},
    )


def tomorrow_as(starts_at: datetime) -> dict[str, Any]:
    """What the form of a re-run opens with: tomorrow, at the first telling's time of day."""
    return {"date": timezone.localdate() + timedelta(days=1), "time": timezone.localtime(starts_at).time()}
