"""The preparation of a panel as forms: one for each storyteller, and one for the note to oneself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone

from rounds.forms.fields import Words
from rounds.models import Preparation, Storyteller

EARLIEST: Final = timedelta(days=366)  # before the round: longer ago it is a slip of the hand


class PreparationForm(forms.Form):
    """Ticks and a day. Each remembers what it was when the page was shown, so that only a change is kept."""

    meet_on = forms.DateField(
        label="The day you meet",
        required=False,
        show_hidden_initial=True,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Please write the day like 2027-03-14."},
    )

    def __init__(self, data: Any = None, *, teller: Storyteller) -> None:
        self.teller = teller
        self.to_do = Preparation.steps_of(teller.story.round)
        kept: Preparation = getattr(teller, "preparation", None) or Preparation()
        usual = teller.usual_meeting
        day = kept.meet_on or (usual if usual >= timezone.localdate() else None)
        initial = {"meet_on": day, **{step: getattr(kept, step) for step in self.to_do}}
        super().__init__(data, initial=initial, prefix=teller.public_id)
        if usual >= timezone.localdate():
            self.fields["meet_on"].label = "The day you meet, about a week before"
        for step in self.to_do:
            label = str(Preparation._meta.get_field(step).verbose_name)  # type: ignore[union-attr]
            self.fields[step] = forms.BooleanField(
                label=label[0].upper() + label[1:], required=False, show_hidden_initial=True
            )

    def clean_meet_on(self) -> date | None:
        day: date | None = self.cleaned_data["meet_on"]
        held = timezone.localdate(self.teller.story.round.starts_at)
        if day is not None and day > held:
            raise forms.ValidationError("That is after the round. Which day do you mean?")
        if day is not None and day < held - EARLIEST:
            raise forms.ValidationError("That is more than a year before the round. Which day do you mean?")
        return day

    @property
    def steps(self) -> list[forms.BoundField]:
        return [self[step] for step in self.to_do]

    @property
    def changed(self) -> dict[str, Any]:
        """What differs from what the page showed. Call once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class OwnNoteForm(forms.Form):
    words = Words(
        label="What in this story touches something of your own?",
        help_text="And what will you do if it comes up in the room?",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
