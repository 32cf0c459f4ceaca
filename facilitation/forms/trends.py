"""How the months are narrowed, from the page's address. What cannot be read narrows nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.formats import date_format

from facilitation import taxonomies


class Day(forms.DateField):
    def __init__(self, label: str) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"invalid": "Please write the day like 2027-03-14."}
        super().__init__(label=label, required=False, widget=widget, error_messages=errors)


class NarrowForm(forms.Form):
    since = Day("Rounds from")
    until = Day("Rounds until")
    barrier = forms.ChoiceField(
        label="Barrier", choices=[("", "Any barrier"), *taxonomies.choices(taxonomies.BARRIERS)], required=False
    )
    level = forms.ChoiceField(
        label="Level", choices=[("", "Any level"), *taxonomies.choices(taxonomies.LEVELS)], required=False
    )
    domain = forms.ChoiceField(
        label="What it is about", choices=[("", "Anything"), *taxonomies.choices(taxonomies.DOMAINS)], required=False
    )

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        if since and until and until < since:
            self.add_error("until", "This day lies before the first one.")
        return asked

    def chosen(self) -> dict[str, Any]:
        """What was chosen, by name; empty without a choice."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def for_a_barrier(self) -> str:
        """What else was chosen, as the list of actions reads it in its address: for the link from a barrier there."""
        return urlencode({name: value for name, value in self.chosen().items() if name != "barrier"})

    def in_words(self) -> list[str]:
        """What was narrowed, each as a person would say it; for print, where the form is not."""
        chosen = self.chosen()
        said = [
            f"rounds {word} {date_format(chosen[name], 'j F Y')}"
            for name, word in (("since", "from"), ("until", "until"))
            if name in chosen
        ]
        for name, items in (
            ("barrier", taxonomies.BARRIERS),
            ("level", taxonomies.LEVELS),
            ("domain", taxonomies.DOMAINS),
        ):
            said += [f"“{item.label}”" for item in items if item.code == chosen.get(name)]
        return said
