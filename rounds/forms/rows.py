"""Rows of a form that can be added, removed and moved: storytellers and questions.

Without a script each button posts the whole page and gets it back rearranged, with everything typed still in it;
with htmx the same answer replaces only the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.utils.datastructures import MultiValueDict

from rounds.forms.fields import Line, Token, Words
from rounds.models import ReleasePolicy, Weight

LONG_WORDS: Final = 6000
Values = Mapping[str, str]


class StorytellerRow(forms.Form):
    """One storyteller's own words, in the first person. There is no field for a diagnosis."""

    SAYS: ClassVar = ("role", "what_it_was_like", "what_it_meant")

    role = Line(
        max_length=80,
        label="Who is speaking",
        widget=forms.TextInput(attrs={"placeholder": "Ward clerk, porter, registrar …", "autocomplete": "off"}),
    )
    what_it_was_like = Words(
        max_length=LONG_WORDS, label="What it was like for me", widget=forms.Textarea(attrs={"rows": 5})
    )
    what_it_meant = Words(
        max_length=LONG_WORDS,
        label="What it meant to them",
        help_text="To the person it is about: a patient, a relative, a colleague.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    weight = forms.TypedChoiceField(
        label="How heavy is it",
        choices=Weight.choices,
        coerce=int,
        empty_value=str(Weight.MIDDLING.value),
        initial=Weight.MIDDLING,
        required=False,
        widget=forms.RadioSelect,
    )
    id = Token(max_length=22, required=False, widget=forms.HiddenInput)


class PromptRow(forms.Form):
    SAYS: ClassVar = ("text",)

    text = Line(max_length=300, label="Question", widget=forms.Textarea(attrs={"rows": 2}))
    policy = forms.ChoiceField(
        label="How answers are shown",
        choices=[
            (ReleasePolicy.TOGETHER, "Together, at your word"),
            (ReleasePolicy.FLOWING, "Flowing, as people write"),
        ],
        initial=ReleasePolicy.TOGETHER,
    )


AnyRow = StorytellerRow | PromptRow


@dataclass(frozen=True)
class Act:
    """What a row button asks for: "prompt:up:2", "storyteller:add"."""

    kind: str
    what: str
    index: int = -1

    @classmethod
    def read(cls, value: str) -> Act:
        """Anything that is not a row button's value becomes an act that changes nothing."""
        kind, what, index = [*value.split(":"), "", "", ""][:3]
        return cls(kind, what, int(index) if index.isascii() and index.isdigit() and len(index) < 4 else -1)


class Rows:
    """The rows of one kind, in their order."""

    LIMIT: ClassVar[int] = 12

    def __init__(self, kind: str, row: type[AnyRow], *, initial: Sequence[Values] = ()) -> None:
        self.kind, self.row = kind, row
        self.is_bound = False
        self.focus = ""  # id of the control that should have the focus once the rows were rearranged
        self.forms: list[AnyRow] = self._unbound(initial)

    def bind(self, data: MultiValueDict[str, str]) -> Rows:
        """Read the rows out of what was posted."""
        self.is_bound = True
        self.forms = [self.row(data, prefix=f"{self.kind}-{i}") for i in self._numbers(data)]
        return self

    def rearrange(self, data: MultiValueDict[str, str], act: Act) -> Rows:
        """Read the rows as they were typed, unchecked, and do `act` to them."""
        values = self.typed(data)
        if act.kind == self.kind:
            self._act(values, act)
        self.forms = self._unbound(values)
        return self

    def typed(self, data: MultiValueDict[str, str]) -> list[Values]:
        """What stands in the rows, also in those past the limit: what somebody typed is never dropped in silence."""
        names = list(self.row.base_fields)
        return [{name: data.get(f"{self.kind}-{i}-{name}") or "" for name in names} for i in self._numbers(data)]

    def is_valid(self) -> bool:
        fine = [form.is_valid() for form in self.forms]  # all of them: every row is to show its errors
        return all(fine) and not self.problem

    @property
    def problem(self) -> str:
        """What is wrong with the rows as a whole, in words; empty when nothing is."""
        too_many = self.is_bound and len(self.filled) > self.LIMIT
        return f"There can be {self.LIMIT} at most. Please take some out." if too_many else ""

    @property
    def filled(self) -> list[dict[str, Any]]:
        """The cleaned rows in which something stands. Call once is_valid has looked at them."""
        rows = [form.cleaned_data for form in self.forms]
        return [row for row in rows if any(row.get(name) for name in self.row.SAYS)]

    @property
    def is_out_of_order(self) -> bool:
        """Whether a lighter row comes after a heavier one; the order is proposed, and stays the facilitator's."""
        if "weight" not in self.row.base_fields:
            return False
        weights = [_weight({"weight": str(row["weight"].value() or "")}) for row in self.forms]
        return weights != sorted(weights)

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= self.LIMIT

    def _numbers(self, data: MultiValueDict[str, str]) -> list[int]:
        """The numbers of the rows that were posted, in their order; a page numbers them from 0 without a gap."""
        named = re.compile(rf"{self.kind}-(\d{{1,3}})-(?:{'|'.join(self.row.base_fields)})", re.ASCII)
        return sorted({int(found[1]) for found in map(named.fullmatch, data) if found})

    def _unbound(self, values: Sequence[Values]) -> list[AnyRow]:
        rows = [self.row(initial=dict(row), prefix=f"{self.kind}-{i}") for i, row in enumerate(values)]
        first = next(iter(self.row.base_fields))
        for row in rows:
            if row[first].id_for_label == self.focus:
                row.fields[first].widget.attrs["autofocus"] = True
        return rows

    def _act(self, values: list[Values], act: Act) -> None:
        first = next(iter(self.row.base_fields))
        if act.what == "sort" and "weight" in self.row.base_fields:
            values.sort(key=_weight)
            self.focus = f"{self.kind}-sort"
        elif act.what == "add" and len(values) < self.LIMIT:
            values.append({})
            self.focus = f"id_{self.kind}-{len(values) - 1}-{first}"
        elif act.what == "remove" and 0 <= act.index < len(values):
            del values[act.index]
            self.focus = f"{self.kind}-add"
        elif act.what in ("up", "down") and 0 <= act.index < len(values):
            to = max(0, min(len(values) - 1, act.index + (1 if act.what == "down" else -1)))
            values.insert(to, values.pop(act.index))
            # The first row cannot go further up, nor the last further down: those buttons take no focus.
            what = "down" if to == 0 else "up" if to == len(values) - 1 else act.what
            self.focus = f"{self.kind}-{what}-{to}"


def _weight(values: Values) -> int:
    """How heavy a row says it is, unchecked: in between where it says nothing that can be read."""
    said = values.get("weight") or ""
    return int(said) if said in {str(weight) for weight in Weight.values} else Weight.MIDDLING
