"""What Django's own fields say when something is missing or cannot be read, in our words.

Django has no setting for them. They are put into its classes once, before any form is made of those (config.apps), so
that no form has to say them again; a field that knows better words gives its own.
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core import validators

NOT_ON_THE_LIST: Final = "That is not on the list. Please choose again."
NOT_READ: Final = "That could not be read. Please choose again."
A_DAY: Final = "Please write the day like 2027-03-14."
A_TIME: Final = "Please write the time like 14:30."
AN_ADDRESS: Final = "That does not look like a web address. It begins with https://."

FIELDS: Final[dict[Any, dict[str, str]]] = {
    forms.Field: {"required": "Something is needed here."},
    forms.ChoiceField: {"required": "Please choose one.", "invalid_choice": NOT_ON_THE_LIST},
    forms.MultipleChoiceField: {"invalid_choice": NOT_ON_THE_LIST, "invalid_list": NOT_READ},
    forms.ModelChoiceField: {"invalid_choice": NOT_ON_THE_LIST},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": NOT_ON_THE_LIST,
        "invalid_list": NOT_READ,
        "invalid_pk_value": NOT_ON_THE_LIST,
    },
    forms.IntegerField: {"invalid": "Please give a whole number."},
    forms.DateField: {"invalid": A_DAY},
    forms.TimeField: {"invalid": A_TIME},
    forms.URLField: {"invalid": AN_ADDRESS},
}
VALIDATORS: Final[dict[Any, str]] = {
    validators.EmailValidator: "That does not look like an e-mail address.",
    validators.URLValidator: AN_ADDRESS,
    validators.MaxLengthValidator: "That is a little too long: please keep it to %(limit_value)d characters.",
    validators.MinValueValidator: "Please give a number from %(limit_value)s on.",
    validators.MaxValueValidator: "Please give a number up to %(limit_value)s.",
    validators.ProhibitNullCharactersValidator: "There is a character in it that cannot be shown.",
}


def take_the_place_of_djangos() -> None:
    """Once, before any app has imported a form. What has been made of a class before keeps the words it had."""
    for field, words in FIELDS.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **words}
    for validator, said in VALIDATORS.items():
        validator.message = said
