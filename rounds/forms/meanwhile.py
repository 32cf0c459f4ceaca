"""What a page of settings carries, so that saving it undoes nothing a colleague has saved since it was opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.formats import date_format, time_format

from rounds.forms.fields import Token
from rounds.refusals import Changed


class SeenForm(forms.Form):
    """seen: the mark of what the page showed (`rounds.marks`)."""

    seen = Token(required=False)


class Meanwhile:
    """For the fragment `rounds/desk/_meanwhile.html`.

    seen: the mark the page was opened with, and after a refusal of this kind the one of what stands now. changed: why
    it was refused. theirs: the fields that stand otherwise than they were typed, in words.
    """

    def __init__(self, *, posted: Mapping[str, Any] | None, mark: str) -> None:
        """posted: what came with the page, if it was sent. mark: of what stands now, read before what is shown of it.

        Read the other way round, a save in between would be marked as seen.
        """
        form = SeenForm(posted)
        # Kept where something else is refused: what a colleague saved before that has not been shown yet.
        self.seen = mark if posted is None else form.cleaned_data["seen"] if form.is_valid() else ""
        self.changed = ""
        self.theirs: list[tuple[str, str]] = []

    def refuse(self, why: Changed, *, mark: str, form: forms.Form, stands: Mapping[str, Any]) -> None:
        """Have the page say so. form: valid, with what was typed. stands: what stands now, by names of its fields."""
        self.seen, self.changed = mark, str(why)
        for name, field in form.fields.items():
            stood = stands.get(name, "")
            typed = form.cleaned_data[name] if name in form.cleaned_data else field.clean(form[name].data)
            if name in stands and typed != stood:
                self.theirs.append((str(field.label), _in_words(stood)))

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        return 409 if self.changed else 200


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "ticked" if value else "not ticked"
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return time_format(value, "H:i") if isinstance(value, time) else str(value) or "nothing"
