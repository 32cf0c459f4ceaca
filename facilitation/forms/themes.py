"""What facilitators send while they weave themes, and what the room says of them."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from rounds.forms.console import Press
from rounds.forms.fields import Token, Tokens, Words

LONGEST_TITLE: Final = 120


class Title(Words):
    """A theme's title, on one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST_TITLE,
            required=True,
            error_messages={"required": "A theme needs a title: a few words people would know it by."},
            **kwargs,
        )


class RenameForm(Press):
    """seen: the title that was on the screen when another was written."""

    title = Title()
    seen = Words(max_length=LONGEST_TITLE)


class MakeForm(Press):
    title = Title()
    reaction = Tokens(required=False)


class PlaceForm(Press):
    """theme: a theme or a proposed group, by its public id; nothing for the loose ones; or one of two other places."""

    LEFT_OUT, ASIDE = "left-out", "aside"

    theme = Token(required=False)
    reaction = Tokens(error_messages={"required": "Tick one sentence or several first."})


class SplitForm(Press):
    title = Title()
    reaction = Tokens(error_messages={"required": "Tick the sentences that belong together first."})


class MergeForm(Press):
    theme = Token(error_messages={"required": "That theme is not here any more."})
    into = Token(error_messages={"required": "Choose the theme to merge it with."})


class HeldForm(Press):
    held = forms.BooleanField(required=False)


class ChooseForm(Press):
    """new: whether to go on with what was found on looking again."""

    new = forms.BooleanField(required=False)


class UndoForm(Press):
    """step: which one; the presser's own last one where it is not said."""

    step = Token(required=False)


class TakeForm(Press):
    """A title chosen from people's words, or one's own; one's own wins. None where it is for a theme there is."""

    into = forms.BooleanField(required=False)
    title = Words(max_length=LONGEST_TITLE)
    own_title = Words(max_length=LONGEST_TITLE)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not (told.get("own_title") or told.get("title") or told.get("into")):
            raise forms.ValidationError("Choose a title, or write your own.")
        return told


class RingsTrueForm(forms.Form):
    theme = Token()
