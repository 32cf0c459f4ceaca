"""What facilitators send while they tie themes of different rounds together."""

from __future__ import annotations

from typing import Final

from django import forms

from facilitation.forms.actions import NamesNobody
from facilitation.forms.themes import LONGEST_TITLE
from rounds.forms.console import Press
from rounds.forms.fields import Token, Words

GONE: Final = "That theme is not here any more."


class ThemeForm(Press):
    theme = Token(error_messages={"required": GONE})


class PairForm(ThemeForm):
    """to: a theme or, to be tied to, a thread, by its public id."""

    to = Token(error_messages={"required": GONE})


class NameForm(forms.Form):
    """A thread's name is read by everybody who reads actions: it names nobody."""

    name = NamesNobody(
        label="Name of the thread",
        max_length=LONGEST_TITLE,
        required=True,
        error_messages={"required": "A thread needs a name: a few words people would know it by."},
    )


class SearchForm(forms.Form):
    """Words of a theme's title, from the address. What cannot be read finds nothing."""

    q = Words(label="Words of a title", max_length=100)

    def words(self) -> str:
        return str(self.cleaned_data["q"]) if self.is_valid() else ""
