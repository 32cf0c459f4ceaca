"""How often somebody wants mail, as they choose it."""

from __future__ import annotations

from django import forms

from facilitation.models.mail import Rhythm

_CHOICES = (
    (Rhythm.WEEKLY, "Once a week, on Monday morning"),
    (Rhythm.ON_CHANGE, "When something changes, at most once an hour"),
    (Rhythm.NONE, "Never"),
)


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(
        label="How often would you like it?",
        choices=_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one.", "invalid_choice": "Please choose one."},
    )
