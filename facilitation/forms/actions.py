"""What facilitators and leads write into an action, part by part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone

from facilitation import taxonomies
from facilitation.action_parts import LABELS
from facilitation.models import Action, Theme
from facilitation.named_people import (
    everyone_is_no_one,
    everyone_teaches_no_one,
    incident_in,
    is_nobody,
    name_in,
    report_it_there,
    say_otherwise,
)
from rounds.forms.beginning import FURTHEST, TOO_FAR
from rounds.forms.console import Press
from rounds.forms.fields import Token, Words

NEEDED: Final = "Needed before it can be agreed."


class NamesNobody(Words):
    """A person's own words about an action, on one line: they may not name a person."""

    def __init__(self, *, label: str, is_sentence: bool = True, rows: int = 0, **kwargs: Any) -> None:
        self.is_sentence = is_sentence
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows, "class": "brief"})
        super().__init__(label=label, **kwargs)

    def clean(self, value: object) -> str:
        words = " ".join(str(super().clean(value)).split())
        if incident := incident_in(words):
            raise forms.ValidationError(report_it_there(incident))
        if name := name_in(words, is_sentence=self.is_sentence):
            raise forms.ValidationError(say_otherwise(name))
        return words


class Day(forms.DateField):
    """A day to come, within five years. One that was there already may have passed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"invalid": "Please write the day like 2027-03-14."}
        super().__init__(required=False, widget=widget, error_messages=errors, **kwargs)


def to_come(day: date) -> date:
    """The day. Raises ValidationError where it has passed, or is too far away."""
    if day < timezone.localdate():
        raise forms.ValidationError("That day has passed. Please choose one to come.")
    if day > timezone.localdate() + FURTHEST:
        raise forms.ValidationError(TOO_FAR)
    return day


class PartForm(forms.Form):
    """One part of an action. `version`: the one whoever fills it in saw.

    offered: the themes of its round whose titles they may read; no other can be chosen, or let go of.
    """

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: Action, offered: Iterable[Theme] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.theme_of = {theme.public_id: theme for theme in offered}

    def values(self) -> dict[str, Any]:
        """The action's fields as they were filled in. Call once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "themes")}

    def _check_day(self, field: str) -> date | None:
        day: date | None = self.cleaned_data[field]
        return day if day is None or day == getattr(self.action, field) else to_come(day)


def _level(label: str, *, hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=taxonomies.choices(taxonomies.LEVELS),
        required=False,
        widget=forms.RadioSelect,
        help_text=hint,
    )


def _barriers(*, hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=LABELS["barriers"],
        choices=taxonomies.choices(taxonomies.BARRIERS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=hint,
    )


def _statement() -> NamesNobody:
    return NamesNobody(
        label=LABELS["statement"],
        max_length=300,
        required=True,
        rows=2,
        error_messages={"required": "What will we do? One sentence is enough."},
        help_text="Finish the sentence, in the group’s words. About how things are set up. No names.",
    )


def _first_step() -> NamesNobody:
    return NamesNobody(label=LABELS["first_step"], max_length=300, help_text="Something for this month.")


class ShapeForm(forms.Form):
    """The first pass, made in the room: four fields. The proposal and the theme come with the page."""

    statement = _statement()
    first_step = _first_step()
    level = _level(LABELS["level"], hint=NEEDED)
    barriers = _barriers(hint=NEEDED)
    proposal = Token(required=False, widget=forms.HiddenInput)
    theme = Token(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, first_barriers: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = list(first_barriers)
        barriers: Any = self.fields["barriers"]
        barriers.choices = sorted(barriers.choices, key=lambda choice: choice[0] not in first)


class WhatForm(PartForm):
    statement = _statement()
    first_step = _first_step()


class WhereForm(PartForm):
    themes = forms.MultipleChoiceField(
        label=LABELS["themes"],
        help_text="Others read their titles with the action once it is agreed and the round is over.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    barriers = _barriers()
    level = _level(LABELS["level"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["themes"]
        field.choices = [(code, theme.title) for code, theme in self.theme_of.items()]
        if not self.theme_of:
            del self.fields["themes"]

    def chosen_themes(self) -> list[Theme]:
        return [self.theme_of[code] for code in self.cleaned_data.get("themes", [])]


class ResponsibilityForm(PartForm):
    holder = NamesNobody(
        label=LABELS["holder"], max_length=120, is_sentence=False, help_text="For example “The booking office”."
    )
    holder_level = _level(LABELS["holder_level"])

    def clean_holder(self) -> str:
        holder: str = self.cleaned_data["holder"]
        if is_nobody(holder):
            raise forms.ValidationError(everyone_is_no_one(holder))
        return holder


class VoiceForm(PartForm):
    patient_voice = forms.ChoiceField(
        label=LABELS["patient_voice"],
        choices=[("yes", "Yes"), ("not_yet", "Not yet")],
        required=False,
        widget=forms.RadioSelect,
    )
    patient_voice_why = NamesNobody(label=LABELS["patient_voice_why"], max_length=300, rows=2)
    for_the_person = NamesNobody(label=LABELS["for_the_person"], max_length=300, rows=2)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("patient_voice") == "not_yet" and not said.get("patient_voice_why") and not self.errors:
            self.add_error("patient_voice_why", "Please say why not yet. One sentence is enough.")
        if said.get("patient_voice") == "yes":
            said["patient_voice_why"] = ""
        return said


class AccountabilityForm(PartForm):
    learn_from = NamesNobody(
        label=LABELS["learn_from"], max_length=200, is_sentence=False, help_text="For example “people who were there”."
    )
    learn_by = NamesNobody(label=LABELS["learn_by"], max_length=200, help_text="For example “asking at handover”.")
    learn_tell = NamesNobody(
        label=LABELS["learn_tell"], max_length=200, is_sentence=False, help_text="For example “the next round”."
    )
    learn_on = Day(label=LABELS["learn_on"])

    def clean_learn_from(self) -> str:
        source: str = self.cleaned_data["learn_from"]
        if is_nobody(source):
            raise forms.ValidationError(everyone_teaches_no_one(source))
        return source

    def clean_learn_on(self) -> date | None:
        return self._check_day("learn_on")


class KindForm(PartForm):
    strength_kind = forms.ChoiceField(
        label=LABELS["strength_kind"],
        choices=[("", "Not said yet"), *taxonomies.change_kind_choices()],
        required=False,
    )
    domain = forms.ChoiceField(
        label=LABELS["domain"],
        choices=taxonomies.choices(taxonomies.DOMAINS),
        required=False,
        widget=forms.RadioSelect,
    )
    table_1 = forms.MultipleChoiceField(
        label=LABELS["table_1"],
        choices=taxonomies.choices(taxonomies.TABLE_1),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class EasierForm(PartForm):
    easier = NamesNobody(label=LABELS["easier"], max_length=300, rows=3)


class ReadyForm(PartForm):
    """Five questions, each yes or no, or left open."""

    ANSWERS: Final = (("yes", "Yes"), ("no", "No"), ("", "Not sure yet"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in taxonomies.READINESS:
            field = forms.ChoiceField(
                label=question.label, choices=self.ANSWERS, required=False, widget=forms.RadioSelect
            )
            said = self.action.readiness.get(question.code)
            field.initial = "" if said is None else "yes" if said else "no"
            self.fields[question.code] = field

    def values(self) -> dict[str, Any]:
        said = {question.code: self.cleaned_data[question.code] for question in taxonomies.READINESS}
        return {"readiness": {code: answer == "yes" for code, answer in said.items() if answer}}


class AgainForm(PartForm):
    review_on = Day(label=LABELS["review_on"])

    def clean_review_on(self) -> date | None:
        return self._check_day("review_on")


FORMS: Final[dict[str, type[PartForm]]] = {
    "what": WhatForm,
    "where": WhereForm,
    "responsibility": ResponsibilityForm,
    "voice": VoiceForm,
    "accountability": AccountabilityForm,
    "kind": KindForm,
    "easier": EasierForm,
    "ready": ReadyForm,
    "again": AgainForm,
}


def values_of(action: Action, part: str) -> dict[str, Any]:
    """What the form of a part opens with."""
    values = {name: getattr(action, name) for name in FORMS[part].base_fields if name not in ("version", "themes")}
    if part == "where":
        values["themes"] = [theme.public_id for theme in action.themes.all()]
    return {**values, "version": action.version}


class AgreePress(Press):
    """version: the one the presser saw."""

    version = forms.IntegerField(
        min_value=0,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"), "That could not be read. Please load the page again."
        ),
    )
