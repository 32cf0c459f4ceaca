"""How the months are narrowed, from the page's address. What cannot be read narrows nothing."""

from __future__ import annotations

from typing import Any

from django import forms

from facilitation import taxonomies
from facilitation.trends import Narrowed


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

    def narrowed(self) -> Narrowed:
        self.is_valid()
        return Narrowed(**{name: value for name, value in self.cleaned_data.items() if value})

    def in_words(self) -> list[str]:
        """What was narrowed, each as a person would say it; for print, where the form is not."""
        narrowed = self.narrowed()
        said = [f"rounds from {narrowed.since:%-d %B %Y}"] if narrowed.since else []
        said += [f"rounds until {narrowed.until:%-d %B %Y}"] if narrowed.until else []
        for items, code in (
            (taxonomies.BARRIERS, narrowed.barrier),
            (taxonomies.LEVELS, narrowed.level),
            (taxonomies.DOMAINS, narrowed.domain),
        ):
            said += [f"“{item.label}”" for item in items if item.code == code]
        return said
