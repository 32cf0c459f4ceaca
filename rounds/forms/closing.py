"""What participants may say at the end: eight lines of feedback, and a staff group for the head-count."""

from __future__ import annotations

from typing import Any

from django import forms

from rounds import staff_groups
from rounds.statements import ANSWERS, STATEMENTS


class FeedbackForm(forms.Form):
    """One optional choice per statement. Cleaned to `answers`: statement code to answer code, skipped ones left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for statement in STATEMENTS:
            self.fields[statement.code] = forms.ChoiceField(
                choices=[("", "Skip"), *ANSWERS],
                required=False,
                error_messages={"invalid_choice": "That answer is not on the list."},
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        return {"answers": {code: answer for code, answer in given.items() if answer}}


class HeadCountForm(forms.Form):
    group = forms.ChoiceField(
        choices=staff_groups.choices(),
        error_messages={
            "required": "Please choose a group first, or leave it.",
            "invalid_choice": "That group is not on the list.",
        },
    )
