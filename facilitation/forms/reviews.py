"""What is written when an action moves on: a question, an answer, a sponsor, what is told back."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django import forms

from facilitation.named_people import everyone_is_no_one, is_nobody, name_in, say_otherwise
from rounds.forms.fields import Words


class Asked(NamedTuple):
    """The words a move needs. field: the verb's argument. missing: said when they are not there."""

    field: str
    label: str
    hint: str
    missing: str
    rows: int = 5
    longest: int = 2000


_TOLD: Final = "For the people who raised it. The next round opens with these words, and the told-back page shows them."
REHEARSED: Final = "This was a rehearsal: its words are not shown outside it."
ASKED: Final[dict[str, Asked]] = {
    "return_with_question": Asked(
        "question", "Your question", "The facilitators answer it, and it comes back to you.", "What is your question?"
    ),
    "answer": Asked("words", "Your answer", "It goes back to the clinical leads with it.", "What is your answer?"),
    "ask_sponsor": Asked(
        "words", "What is needed of a sponsor", "What somebody higher up would have to say yes to.", "What is needed?"
    ),
    "sponsor": Asked(
        "sponsor",
        "Who stands behind it",
        "A role or a group, for example “The medical director”.",
        "Who is it?",
        1,
        120,
    ),
    "finish": Asked("told_back", "What happened", _TOLD, "Please write what happened, for the people who raised it."),
    "could_not": Asked("told_back", "We couldn’t, because …", _TOLD, "Please write why, for the people who raised it."),
    "tell_back": Asked(
        "told_back", "How it stands", _TOLD, "Please write how it stands, for the people who raised it."
    ),
    "comment": Asked(
        "words", "A note for the history", "Members of the programme see it.", "There is nothing in it yet.", 3
    ),
}


class MoveForm(forms.Form):
    """A move, with the words it needs, if it needs any. `version`: the one whoever moves it saw.

    rehearsed: whether the action comes from a rehearsal, whose words nobody outside it is told.
    """

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, move: str, rehearsed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = ASKED.get(move)
        if self.asked:
            asked = self.asked._replace(hint=REHEARSED) if rehearsed and self.asked.hint == _TOLD else self.asked
            self.fields[asked.field] = _field(asked)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.asked or not (words := said.get(self.asked.field)):
            return said
        is_sponsor = self.asked.field == "sponsor"
        name = name_in(words, is_sentence=not is_sponsor)
        if name:
            self.add_error(self.asked.field, say_otherwise(name))
        elif is_sponsor and is_nobody(words):
            self.add_error(self.asked.field, everyone_is_no_one(words))
        return said

    def words(self) -> dict[str, str]:
        """The verb's arguments. Call once the form is valid."""
        return {self.asked.field: self.cleaned_data[self.asked.field]} if self.asked else {}


def _field(asked: Asked) -> Words:
    widget = forms.TextInput() if asked.rows == 1 else forms.Textarea(attrs={"rows": asked.rows})
    return Words(
        label=asked.label,
        help_text=asked.hint,
        max_length=asked.longest,
        required=True,
        widget=widget,
        error_messages={"required": asked.missing},
    )
