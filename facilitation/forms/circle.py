"""What the room says in the circle, and what facilitators decide there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from facilitation import taxonomies
from facilitation.models import Offer
from rounds.forms.beginning import FURTHEST, TOO_FAR
from rounds.forms.console import Press
from rounds.forms.fields import Token, Words
from rounds.forms.paper import CardsForm
from rounds.forms.reaction import REPLY_KEY

MOST_BARRIERS: Final = 3  # in one go, so that a person says what weighs most and does not fill in a list
CLOCKS_CHANGE: Final = (
    "The clocks change that night: there is no such time, or there are two of it. Please choose another."
)


class Barriers(forms.MultipleChoiceField):
    """Codes of barriers, as a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=taxonomies.choices(taxonomies.BARRIERS),
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "Choose one at least, or leave this theme as it is.",
                "invalid_choice": "That is not on the list.",
                "invalid_list": "That is not on the list.",
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(super().to_python([value] if isinstance(value, str) and value else value)))


class BarrierForm(forms.Form):
    """What one person sends of a theme."""

    theme = Token()
    barrier = Barriers()

    def clean_barrier(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["barrier"]
        if len(chosen) > MOST_BARRIERS:
            raise forms.ValidationError("Please choose three at most: those that weigh most.")
        return chosen


class FixBarriersForm(Press):
    """What the facilitator writes down for a theme; none is an answer too."""

    barriers = Barriers(required=False, label="What stands in the way here")


class ProposeForm(forms.Form):
    theme = Token(required=False)
    offer = forms.ChoiceField(choices=Offer.choices, error_messages={"invalid_choice": "That could not be read."})
    text = Words()
    reply = Token(required=False, max_length=REPLY_KEY)


class ProposalCardsForm(CardsForm):
    """Proposals on paper, typed in by a facilitator: about one theme, or about none."""

    takes_feelings = False
    needs_about = False
    about_label = "Which theme are they about?"


class HelpForm(forms.Form):
    proposal = Token()


class SetAsideForm(Press):
    proposal = Token()
    aside = forms.BooleanField(required=False)


class LocalTime(forms.DateTimeField):
    """A day and a time as the hospital's clocks show them, once and only once."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code == "ambiguous_timezone":
                raise forms.ValidationError(CLOCKS_CHANGE) from None
            raise


class AnotherDayForm(Press):
    starts_at = LocalTime(
        label="Day and time of the circle",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": "Please choose a day and a time.",
            "invalid": "Please write the day and the time like 2026-03-14 15:30.",
        },
    )

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if starts_at > timezone.now() + FURTHEST:
            raise forms.ValidationError(TOO_FAR)
        return starts_at
