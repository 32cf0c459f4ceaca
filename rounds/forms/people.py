"""People and programme settings, as an administrator types them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator, URLValidator

from rounds.forms.fields import Line, Words
from rounds.models import Role
from rounds.models.programme import (
    ESCALATION,
    LOWEST_FLOOR,
    PLAIN_NAME,
    WORDS_AT_MOST_LEAST,
    WORDS_AT_MOST_MOST,
    WORDS_DAYS_LEAST,
    WORDS_DAYS_MOST,
)


class RoleForm(forms.Form):
    """One person in one role: to invite, to give, to take, to send again."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, error_messages={"invalid_choice": "Please choose a role."}
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


_PLAIN = RegexValidator(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", "Please use letters from a to z, digits and hyphens.")


class PlainName(Line):
    """A name that stands in an address: what is typed with capitals or spaces becomes what an address can hold."""

    def to_python(self, value: object) -> str:
        return "-".join(super().to_python(value).lower().split())


class SettingsForm(forms.Form):
    name = Line(max_length=120, required=True, label="Name of the programme")
    support_card = Words(
        required=True,
        label="Support card",
        help_text="One tap away on every phone: who to turn to, here. Names of services, numbers, hours.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    floor = forms.IntegerField(
        label="Smallest room in which anyone can write",
        min_value=LOWEST_FLOOR,
        max_value=40,
        help_text="Writing opens once so many people are here. Five is usual; below three, nobody would be hidden.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    machine_on = forms.BooleanField(
        label="Let the machine propose groups of similar reactions",
        required=False,
        help_text="It runs on this server; nothing leaves it. People make the themes, with or without it.",
    )
    own_model_on = forms.BooleanField(
        label="Let the organisation’s own language model propose groups as well",
        required=False,
        help_text="Then what is shown to the room is also sent to that model, on the organisation’s network. People "
        "are told so before they write. Rounds whose doors are open stay as they were.",
    )
    words_days = forms.IntegerField(
        label="Days what people wrote is kept once the themes are signed off",
        min_value=WORDS_DAYS_LEAST,
        max_value=WORDS_DAYS_MOST,
        help_text=f"{WORDS_DAYS_LEAST} to {WORDS_DAYS_MOST}. Themes and actions stay. Fourteen is usual.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    words_days_at_most = forms.IntegerField(
        label="Days it is kept at most, also when nobody signs the themes off",
        min_value=WORDS_AT_MOST_LEAST,
        max_value=WORDS_AT_MOST_MOST,
        help_text=f"{WORDS_AT_MOST_LEAST} to {WORDS_AT_MOST_MOST}, counted from the round.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    told_back_is_public = forms.BooleanField(
        label="Anyone with its link can read what was told back",
        required=False,
        help_text="It shows signed-off theme titles, which may be words somebody wrote, and what became of actions.",
    )
    told_back_name = PlainName(
        label="A plain address for it",
        help_text="One that can be remembered, and guessed, such as riverside. Empty: only the link nobody can guess.",
        max_length=PLAIN_NAME,
        validators=[_PLAIN],
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    escalation = Words(
        label="What facilitators do when a person may be at risk",
        help_text="They see it beside what is held for them to read first. Whom to tell, which number, what to say.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    incident_link = forms.URLField(label="Where incidents are reported", required=False, assume_scheme="https")
    speak_up_link = forms.URLField(label="Where concerns are raised", required=False, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("incident_link", "speak_up_link"):
            # A link people follow from their phones leads to a page, never to a file transfer or a script.
            self.fields[name].validators = [URLValidator(schemes=["http", "https"])]
        if not settings.OWN_MODEL_URL:
            del self.fields["own_model_on"]

    def clean_escalation(self) -> str:
        """Without words of the programme's own, ours: facilitators must find some."""
        return self.cleaned_data["escalation"] or ESCALATION

    def clean(self) -> dict[str, Any]:
        settled = super().clean() or self.cleaned_data
        settled.setdefault("own_model_on", False)  # not offered where the installation has none: off
        return settled
