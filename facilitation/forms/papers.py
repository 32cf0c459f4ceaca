"""What is chosen or changed before something is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from facilitation.models import Action
from rounds.forms.fields import Line, Words

SIZES: Final = (("a4", "A4"), ("a3", "A3"))


class LetterForm(forms.Form):
    """The letter to the board, to be changed freely. Nothing of it is kept."""

    to = Line(max_length=200, label="To", required=True)
    subject = Line(max_length=200, label="What it is about", required=True)
    words = Words(
        max_length=20_000,
        label="The letter",
        required=True,
        help_text="An empty line begins a new paragraph. Nothing of this is kept here: print it, or save the PDF.",
        widget=forms.Textarea(attrs={"rows": 24}),
    )
    signed = Words(max_length=300, label="Signed", widget=forms.Textarea(attrs={"rows": 2}))


class PosterForm(forms.Form):
    """Which tellings are on the poster, and on which paper. What cannot be read chooses the usual."""

    tellings = forms.MultipleChoiceField(label="What is on it", required=False, widget=forms.CheckboxSelectMultiple)
    size = forms.ChoiceField(label="Paper", choices=SIZES, required=False, widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any], *, offered: Sequence[Action], usual: int, most: int) -> None:
        shown = {"tellings": [action.public_id for action in offered[:usual]], "size": "a4"}
        chosen: Any = data if {"tellings", "size"} & set(data) else None
        super().__init__(chosen, initial=shown)
        self.offered = offered
        tellings: Any = self.fields["tellings"]
        tellings.help_text = f"Up to {most}."
        tellings.choices = [(action.public_id, f"We will {action.statement}") for action in offered]

    def chosen(self) -> list[Action]:
        """The actions that were chosen, in the order they are offered in."""
        wanted = self.cleaned_data.get("tellings") if self.is_bound and self.is_valid() else None
        return [action for action in self.offered if action.public_id in (wanted or self.initial["tellings"])]

    def paper(self) -> str:
        """A code of SIZES."""
        return (self.cleaned_data.get("size") if self.is_bound and self.is_valid() else "") or "a4"
