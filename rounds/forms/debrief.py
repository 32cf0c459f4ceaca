"""The debrief as a form. Of the people who were noticed it asks for a tick and never for a name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from rounds.forms.fields import LONGEST, Token, Tokens, Words

_AREA = forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST})


class SignOffForm(forms.Form):
    """The press that signs the themes off. keep: ids of titles in somebody's own words that may stay as they are."""

    keep = Tokens(required=False)


class DebriefForm(forms.Form):
    """earliest: the first day on which a check-in makes sense. `seen` is the mark of the debrief as it was shown."""

    went_well = Words(label="What went well?", widget=_AREA)
    noticed_someone = forms.BooleanField(
        label="We have talked about whom we noticed, and who of us will speak to them",
        help_text="Only this tick is kept. Please write no name anywhere here.",
        required=False,
    )
    panel_check_in = forms.DateField(
        label="When do you check in with the panel?",
        help_text="Best the next day, when those who told their story often feel it. The debrief is complete with it.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "That is not a date. Please write it like 24/11/2026."},
    )
    pass_on = Words(
        label="What should be passed on, and to whom?",
        help_text="For example a worry for the ward manager, or thanks for the porters.",
        widget=_AREA,
    )
    seen = Token(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        self.fields["panel_check_in"].widget.attrs["min"] = earliest.isoformat()

    def clean_panel_check_in(self) -> date | None:
        day: date | None = self.cleaned_data["panel_check_in"]
        if day is not None and day < self.earliest:
            raise forms.ValidationError("That day is before the round. Which day do you mean?")
        return day
