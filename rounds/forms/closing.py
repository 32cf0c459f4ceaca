"""What participants may say at the end: eight lines of feedback, and a staff group for the head-count."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.datastructures import MultiValueDict

from rounds import staff_groups
from rounds.forms.fields import RELOAD
from rounds.statements import ANSWERS

_MOST: Final = 16  # lines; a form of ours has eight
_LONGEST_CODE: Final = 22
_ANSWERS: Final = frozenset(code for code, _ in ANSWERS)


class FeedbackForm(forms.Form):
    """One optional choice per line. Cleaned to `answers`: a line's code to an answer's code, skipped ones left out.

    Its fields are the lines a programme asks, which the verb knows; here everything that was sent must be an answer.
    """

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = cast("MultiValueDict[str, str]", self.data)  # as a message comes, and as a page is posted
        sent = {code: data.getlist(code) for code in data}
        if len(sent) > _MOST or any(len(values) > 1 or len(code) > _LONGEST_CODE for code, values in sent.items()):
            raise forms.ValidationError(RELOAD)
        given = {code: values[0] for code, values in sent.items() if values and values[0]}
        if not _ANSWERS.issuperset(given.values()):
            raise forms.ValidationError("That answer is not on the list.")
        return {"answers": given}


class HeadCountForm(forms.Form):
    group = forms.ChoiceField(
        choices=staff_groups.choices(),
        error_messages={
            "required": "Please choose a group first, or leave it.",
            "invalid_choice": "That group is not on the list.",
        },
    )
