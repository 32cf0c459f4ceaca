"""The fields untrusted bytes pass through: words, ids, feelings. Refusals are in words a person can read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.db import connection

from rounds.feelings import MAX_FEELINGS, is_feeling

LONGEST = 2000
MOST_TOKENS: Final = 1000  # a large room's reactions in one press
RELOAD: Final = "That could not be read. Please reload the page."

# Letters and symbols by their class that show nothing: Hangul fillers and the empty Braille pattern.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# They turn the order of the letters after them around, on a card also of somebody else's words.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# They take no room and change nothing that is seen. Joiners, and marks of the direction of a letter, are writing.
_NO_ROOM: Final = re.compile("[\xad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb]")
# Unicode's Cc and Cs, without the line break and the tab.
_UNSHOWABLE: Final = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def one_each(form: forms.BaseForm, sent: Mapping[str, Sequence[str]]) -> bool:
    """Whether every field that takes one value was sent one at most; a plain field would keep the last of several."""
    several = (form.fields[name] for name, values in sent.items() if len(values) > 1 and name in form.fields)
    return all(getattr(field.widget, "allow_multiple_selected", False) for field in several)


def is_visible(text: str) -> bool:
    """Whether anything of it can be seen: not only spaces, joiners, marks without a letter, and blank letters."""
    return any(unicodedata.category(c)[0] not in "CMZ" and c not in _BLANK for c in text)


class Words(forms.CharField):
    """A person's own words: control characters are refused in words, spaces around them do not count.

    Text in which nothing can be seen is no text. What turns the direction of writing around is taken out, and what
    takes no room: nobody would see that it is there, and it would hide a word from whatever looks for words.
    """

    def __init__(self, *, max_length: int = LONGEST, required: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})["max_length"] = (
            f"That is a little too long: please keep it under {max_length:,} characters."
        )
        kwargs["error_messages"].setdefault("required", "A few words are needed here.")
        super().__init__(max_length=max_length, required=required, **kwargs)

    def to_python(self, value: object) -> str:
        if value is not None and not isinstance(value, str):
            raise forms.ValidationError("That could not be read as text.")
        text = unicodedata.normalize("NFC", (value or "").replace("\r\n", "\n").replace("\r", "\n"))
        if _UNSHOWABLE.search(text):
            raise forms.ValidationError("There is a character in it that cannot be shown. Please type it again.")
        text = _NO_ROOM.sub("", _TURNS.sub("", text))
        return str(super().to_python(text if is_visible(text) else ""))


class Line(Words):
    """Words that stand on one line, also in the subject of a mail: line breaks become spaces."""

    def to_python(self, value: object) -> str:
        return " ".join(super().to_python(value).split())


class Feelings(forms.Field):
    """Up to three feeling words people chose, as a list of codes."""

    widget = forms.SelectMultiple  # reads every value of the name; a plain field would keep the last one only
    default_error_messages = {"required": RELOAD}

    def to_python(self, value: object) -> list[str]:
        chosen = value if isinstance(value, list) else [value] if value else []
        if not all(isinstance(code, str) and is_feeling(code) for code in chosen):
            raise forms.ValidationError("That feeling is not on the list.")
        unique = list(dict.fromkeys(chosen))
        if len(unique) > MAX_FEELINGS:
            raise forms.ValidationError("Please choose three feelings at most.")
        return unique


class Token(forms.CharField):
    """An id from a screen: short, plain, opaque."""

    default_error_messages = dict.fromkeys(("required", "max_length", "null_characters_not_allowed"), RELOAD)

    def __init__(self, *, max_length: int = 40, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: object) -> str:
        if value is not None and not isinstance(value, str):
            raise forms.ValidationError(RELOAD)
        return str(super().to_python(value))


class Tokens(forms.Field):
    """Several ids from a screen, as a list; one alone, or none, is a list as well."""

    widget = forms.SelectMultiple  # reads every value of the name; a plain field would keep the last one only

    def to_python(self, value: object) -> list[str]:
        chosen = value if isinstance(value, list) else [value] if value else []
        if len(chosen) > MOST_TOKENS or not all(_is_token(one) for one in chosen):
            raise forms.ValidationError("That could not be read. Please choose again.")
        return list(dict.fromkeys(chosen))


def _is_token(one: object) -> bool:
    return isinstance(one, str) and 0 < len(one) <= 40 and "\0" not in one  # PostgreSQL cannot be asked for a NUL


class SeveralOf(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker alone
    """Several rows of a table, by primary keys from a screen. A number no database can hold is not a choice."""

    def clean(self, value: Any) -> Any:
        for one in value if isinstance(value, (list, tuple)) else ():
            if not self._can_be_stored(one):
                raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": one})
        return super().clean(value)

    def _can_be_stored(self, value: object) -> bool:
        rows: Any = self.queryset
        low, high = connection.ops.integer_field_range(rows.model._meta.pk.get_internal_type())
        try:
            return bool(low <= int(str(value)) <= high)
        except ValueError:
            return True  # no number at all: the field says so itself
