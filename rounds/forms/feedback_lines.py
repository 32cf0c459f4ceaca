"""The lines of the feedback form, as a programme writes its own."""

from __future__ import annotations

from typing import Any

from django import forms

from rounds.forms.fields import Line
from rounds.statements import STATEMENTS

LONGEST_LINE = 160


class FeedbackLinesForm(forms.Form):
    """Eight lines, any of them empty. Cleaned to `texts`, those with something in them, in their order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, len(STATEMENTS) + 1):
            area = forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
            self.fields[f"line_{number}"] = Line(max_length=LONGEST_LINE, label=f"Line {number}", widget=area)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        return {"texts": [text for text in (said.get(name, "") for name in self.fields) if text]}
