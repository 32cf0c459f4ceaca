"""What an action that is about to be shaped comes from."""

from __future__ import annotations

from django import forms

from rounds.forms.fields import Token


class FromForm(forms.Form):
    """What an address or a form says an action comes from: ids, each empty where there is none that can be read."""

    proposal = Token(required=False)
    theme = Token(required=False)

    def named(self) -> dict[str, str]:
        """Id by name."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
