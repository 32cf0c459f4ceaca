"""What a phone sends of a hand of sentences: which it was, and which of them belong together."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from rounds.forms.fields import Token, Tokens

LARGEST_HAND: Final = 8
AT_LEAST_TWO: Final = "Tap two or more that belong together, or “None of these”."


class SortForm(forms.Form):
    """hand: the server’s own mark on the cards. cards: ids, with spaces. together: the ticked ones; none: an answer."""

    hand = Token(max_length=43)
    cards = Token(max_length=40 * LARGEST_HAND)
    together = Tokens(required=False)
    none = forms.BooleanField(required=False)

    def clean_cards(self) -> list[str]:
        return str(self.cleaned_data["cards"]).split()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.pop("none", False):
            said["together"] = []
        elif not self.errors and len(said["together"]) < 2:
            raise forms.ValidationError(AT_LEAST_TWO)
        return said
