"""What the room still has to say about an action before it can agree on it: one short form, on the console."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django import forms

from facilitation.forms.actions import NEEDED, AgainForm, ResponsibilityForm, VoiceForm, WhereForm, values_of
from facilitation.models import Action

_VOICE: Final = {"patient_voice", "patient_voice_why"}  # together, or the why would stand there without its question
_PARTS: Final = ("where", "responsibility", "voice", "again")


class AgreeForm(ResponsibilityForm, VoiceForm, AgainForm):
    """Only what is missing, and the day, which may be another one than the usual.

    missing: the fields of `actions.missing`. With “later” it is kept without the room’s word, and may have gaps.
    """

    level = WhereForm.base_fields["level"]
    barriers = WhereForm.base_fields["barriers"]
    field_order = ("holder", "holder_level", "level", "barriers", "patient_voice", "patient_voice_why", "review_on")

    def __init__(self, data: Any, *, action: Action, missing: Collection[str]) -> None:
        initial = {name: value for part in _PARTS for name, value in values_of(action, part).items()}
        super().__init__(data, action=action, initial=initial)
        self.agrees = "later" not in self.data
        asked = {"version", "review_on", *missing, *(_VOICE if _VOICE & set(missing) else ())}
        for name in self.fields.keys() - asked:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        needed = self.fields.keys() - self.errors.keys() - {"version", "patient_voice_why"} if self.agrees else ()
        for name in needed:
            if not said.get(name):
                self.add_error(name, forms.ValidationError(NEEDED))
        return said
