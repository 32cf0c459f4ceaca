"""What is looked for in the case library."""

from __future__ import annotations

from django import forms

from rounds import cases
from rounds.forms.fields import Line


class StoryForm(forms.Form):
    """One story, by its code."""

    story = forms.ChoiceField(required=False, choices=[(one.code, one.title) for one in cases.library()])

    @property
    def chosen(self) -> cases.Case | None:
        """The story that is asked for; None where none is, or one that nobody knows."""
        code = self.cleaned_data["story"] if self.is_valid() else ""
        return cases.case(code) if code else None


class LibraryForm(StoryForm):
    q = Line(max_length=80, label="Look for", widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Every kind"), *((kind, kind.capitalize()) for kind in cases.KINDS)],
    )

    @property
    def found(self) -> list[cases.Case]:
        """Those that fit what is looked for; all of them where nothing can be read."""
        said = self.cleaned_data if self.is_valid() else {}
        return cases.search(said.get("q", ""), kind=said.get("kind", ""))
