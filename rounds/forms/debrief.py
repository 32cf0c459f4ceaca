"""The debrief as a form. Of the people who were noticed it asks for a tick and never for a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils import timezone

from rounds.check_ins import Panellist, Planned
from rounds.forms.fields import LONGEST, Line, Token, Tokens, Words

LATEST_DAYS: Final = 366  # from today: what is later is a slip of the hand
_AREA = forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST})


class SignOffForm(forms.Form):
    """The press that signs the themes off. keep: ids of titles in somebody's own words that may stay as they are."""

    keep = Tokens(required=False)


@dataclass(frozen=True, slots=True)
class CheckInFields:
    """The two fields of one panellist, as the page shows them."""

    who: str
    on: BoundField
    done: BoundField


class DebriefForm(forms.Form):
    """earliest: the first day on which a check-in makes sense. `seen` is the mark of the debrief as it was shown.

    was_read_quietly: whether there was something for which the own procedure is followed; else nobody is asked.
    Each of the panel has two fields, numbered as they sit: the day of the check-in, and whether it has been.
    """

    went_well = Words(label="What went well?", widget=_AREA)
    noticed_someone = forms.BooleanField(
        label="We have talked about whom we noticed, and who of us will speak to them",
        help_text="Only this tick is kept. Please write no name anywhere here.",
        required=False,
    )
    followed_procedure = forms.BooleanField(
        label="We have followed our own procedure",
        help_text="Something was read quietly in this round. Only this tick is kept, and nothing of the words.",
        required=False,
    )
    pass_on = Words(
        label="What did we hear about how things are done here?",
        help_text="A suggestion for practice, a worry, or thanks. What was heard, not who said it.",
        widget=_AREA,
    )
    pass_on_to = Line(
        max_length=200,
        label="Whom will we tell?",
        help_text="A role or a group is enough, for example “the ward manager” or “the porters”.",
    )
    seen = Token(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, earliest: date, panel: list[Panellist], was_read_quietly: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not was_read_quietly:
            del self.fields["followed_procedure"]
        self.earliest = earliest
        self.latest = timezone.localdate() + timedelta(days=LATEST_DAYS)
        self.panel = panel
        for place in range(len(panel)):
            day = forms.DateInput(
                attrs={"type": "date", "min": earliest.isoformat(), "max": self.latest.isoformat()}, format="%Y-%m-%d"
            )
            invalid = {"invalid": "That is not a date. Please write it like 24/11/2026."}
            self.fields[f"on_{place}"] = forms.DateField(label="", required=False, widget=day, error_messages=invalid)
            self.fields[f"done_{place}"] = forms.BooleanField(label="We have spoken", required=False)

    @property
    def check_ins(self) -> list[CheckInFields]:
        rows = enumerate(self.panel)
        return [CheckInFields(one.who, self[f"on_{place}"], self[f"done_{place}"]) for place, one in rows]

    def clean(self) -> dict[str, Any]:
        """The words as they are, and `check_ins` in the panel's order.

        Who has been spoken with was so on some day, today at the latest.
        """
        said = super().clean() or self.cleaned_data
        planned = []
        for place in range(len(self.panel)):
            day, done = said.pop(f"on_{place}", None), said.pop(f"done_{place}", False)
            if day is not None and day < self.earliest:
                self.add_error(f"on_{place}", "That day is before the round. Which day do you mean?")
            if day is not None and day > self.latest:
                self.add_error(f"on_{place}", "That day is more than a year from now. Which day do you mean?")
            planned.append(Planned(day or (timezone.localdate() if done else None), done))
        return {**said, "check_ins": planned}
