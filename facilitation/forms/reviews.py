"""What is written when an action moves on: a question, an answer, a sponsor, what is told back."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from django import forms

from facilitation import taxonomies
from facilitation.action_parts import LABELS
from facilitation.forms.actions import Day, to_come
from facilitation.named_people import everyone_is_no_one, is_nobody, name_in, say_otherwise
from rounds.forms.console import Press
from rounds.forms.fields import LONGEST, RELOAD, Line, Tokens, Words


class Asked(NamedTuple):
    """What a move needs to be told. field: the verb's argument. missing: said when it is not there.

    choices: what it is one of; words of one's own where there are none.
    """

    field: str
    label: str
    hint: str
    missing: str
    rows: int = 5
    longest: int = 2000
    choices: tuple[tuple[str, str], ...] = ()


_TOLD: Final = "For the people who raised it. The next round opens with these words, and the told-back page shows them."
REHEARSED: Final = "This was a rehearsal: its words are not shown outside it."
ASKED: Final[dict[str, tuple[Asked, ...]]] = {
    "return_with_question": (
        Asked(
            "question",
            "Your question",
            "The facilitators answer it, and it comes back to you.",
            "What is your question?",
        ),
    ),
    "answer": (Asked("words", "Your answer", "It goes back to the clinical leads with it.", "What is your answer?"),),
    "hand_on": (
        Asked("holder", "Who holds it from now on", "A role or a group.", "Who is it?", 1, 120),
        Asked(
            "holder_level",
            LABELS["holder_level"],
            "",
            "How far does their say reach?",
            choices=tuple(taxonomies.choices(taxonomies.LEVELS)),
        ),
        Asked("words", "Why, and what they need to know", "It stands in the history.", "A few words, please.", 3),
    ),
    "ask_sponsor": (
        Asked(
            "words",
            "What is needed of a sponsor",
            "What somebody higher up would have to say yes to.",
            "What is needed?",
        ),
    ),
    "sponsor": (
        Asked(
            "sponsor",
            "Who stands behind it",
            "A role or a group, for example “The medical director”.",
            "Who is it?",
            1,
            120,
        ),
    ),
    "finish": (
        Asked("told_back", "What happened", _TOLD, "Please write what happened, for the people who raised it."),
    ),
    "could_not": (
        Asked("told_back", "We couldn’t, because …", _TOLD, "Please write why, for the people who raised it."),
    ),
    "tell_back": (
        Asked("told_back", "How it stands", _TOLD, "Please write how it stands, for the people who raised it."),
    ),
    "comment": (
        Asked("words", "A note for the history", "Members of the programme see it.", "There is nothing in it yet.", 3),
    ),
}
_NO_SENTENCE: Final = ("sponsor", "holder")


class WordsOfAMove(forms.Form):
    """What a move needs to be told, if anything. rehearsed: all of it comes from rehearsals, told to nobody outside."""

    def __init__(self, *args: Any, move: str, rehearsed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = ASKED.get(move, ())
        for asked in self.asked:
            hint = REHEARSED if rehearsed and asked.hint == _TOLD else asked.hint
            self.fields[asked.field] = _field(asked._replace(hint=hint))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for asked in self.asked:
            words = "" if asked.choices else said.get(asked.field, "")
            in_one_line = asked.field in _NO_SENTENCE
            name = name_in(words, is_sentence=not in_one_line)
            if name:
                self.add_error(asked.field, say_otherwise(name))
            elif in_one_line and is_nobody(words):
                self.add_error(asked.field, everyone_is_no_one(words))
        return said

    def words(self) -> dict[str, Any]:
        """The verb's arguments. Call once the form is valid."""
        return {asked.field: self.cleaned_data[asked.field] for asked in self.asked}


class MoveForm(WordsOfAMove):
    """A move of one action. `version`: the one whoever moves it saw.

    Whoever tells back how it stands may say, too, when it is looked at again.
    """

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, move=move, **kwargs)
        if move == "tell_back":
            self.fields["review_on"] = Day(label="When do we look again?", help_text="Left empty, the day stays.")

    def clean_review_on(self) -> date | None:
        day: date | None = self.cleaned_data["review_on"]
        return to_come(day) if day else None

    def words(self) -> dict[str, Any]:
        day = self.cleaned_data.get("review_on")
        return {**super().words(), **({"review_on": day} if day else {})}


def _field(asked: Asked) -> forms.Field:
    if asked.choices:
        return forms.ChoiceField(
            label=asked.label,
            choices=asked.choices,
            widget=forms.RadioSelect,
            error_messages={"required": asked.missing, "invalid_choice": asked.missing},
        )
    widget = forms.TextInput() if asked.rows == 1 else forms.Textarea(attrs={"rows": asked.rows})
    return Words(
        label=asked.label,
        help_text=asked.hint,
        max_length=asked.longest,
        required=True,
        widget=widget,
        error_messages={"required": asked.missing},
    )


class TogetherForm(WordsOfAMove):
    """A move of several actions. tick: an action's id and, after a full stop, the version that was seen of it."""

    tick = Tokens(required=False)

    def clean_tick(self) -> dict[str, int]:
        """The version that was seen of each action, by its id."""
        parts = [one.rpartition(".") for one in self.cleaned_data["tick"]]
        if not all(version.isdecimal() and len(version) < 10 for _, _, version in parts):
            raise forms.ValidationError(RELOAD)
        return {public_id: int(version) for public_id, _, version in parts}


class KeepForm(forms.Form):
    """What a view is called, and whether the programme's clinical leads have it too. address: the page's own."""

    name = Line(max_length=60, required=True, label="What do you call it?")
    shared = forms.BooleanField(label="The clinical leads have it too", required=False)
    address = forms.CharField(max_length=LONGEST, required=False, widget=forms.HiddenInput)


class ViewPress(Press):
    """A press beside a kept view."""

    what = forms.ChoiceField(choices=[(what, what) for what in ("share", "unshare", "remove")])
