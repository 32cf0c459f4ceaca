"""Telling a story again: when, and what those read who missed it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from rounds.forms.beginning import BeginningForm
from rounds.forms.fields import Line, Words

LONGEST_TELLING = 6000


class AgainForm(BeginningForm):
    """The day, the time and the place of a re-run."""

    place = Line(max_length=120, label="Place")


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
