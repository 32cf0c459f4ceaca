"""Cards typed in from paper, and which sheets of the paper pack are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.forms import BoundField

from rounds import feelings, identifiers
from rounds.forms.fields import LONGEST, RELOAD, Feelings, Token, Words, is_visible
from rounds.handwritten import Card

BOXES: Final = 6  # as many as one hand holds, and as a screen shows without losing one's place
MOST_LINES: Final = 120
_KEEP: Final = "It points to nobody: keep it as it is"


@dataclass(frozen=True, slots=True)
class Box:
    """One card on the page; `keep` is asked only of words that may point to a person."""

    number: int
    text: BoundField
    feelings: BoundField | None
    keep: BoundField | None


class CardsForm(forms.Form):
    """Some boxes of one card each, and a place to paste many, one a line. Empty boxes are no cards.

    about: (id, words) of what the cards can answer. `sitting` is the mark of the page, for a press that comes twice.
    """

    takes_feelings: ClassVar[bool] = True
    needs_about: ClassVar[bool] = True
    about_label: ClassVar[str] = "Which question do they answer?"

    sitting = Token(widget=forms.HiddenInput)
    lines = Words(
        max_length=40_000,
        label="One card a line",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    keep_lines = forms.BooleanField(required=False, label="They point to nobody: keep them as they are")

    def __init__(self, *args: Any, about: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"] = forms.ChoiceField(
            label=self.about_label,
            choices=about,
            required=self.needs_about,
            widget=forms.RadioSelect if len(about) > 1 else forms.HiddenInput,
            error_messages=dict.fromkeys(("required", "invalid_choice"), RELOAD),
        )
        if self.takes_feelings:
            self.fields["lines"].help_text = "Feelings go into the boxes above."
        self._flagged: set[str] = set()
        for number in range(BOXES):
            first = {"autofocus": True} if number == 0 and not self.is_bound else {}
            area = forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST, **first})
            self.fields[f"text_{number}"] = Words(label=f"Card {number + 1}", widget=area)
            if self.takes_feelings:
                words = forms.CheckboxSelectMultiple(choices=feelings.choices())
                self.fields[f"feelings_{number}"] = Feelings(
                    required=False, label=f"Feelings circled on card {number + 1}", widget=words
                )
            self.fields[f"keep_{number}"] = forms.BooleanField(required=False, label=_KEEP)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for number in range(BOXES):
            self._look_at(f"text_{number}", f"keep_{number}", [said.get(f"text_{number}", "")])
        lines = said.get("lines", "").splitlines()
        self._look_at("lines", "keep_lines", lines)
        if len(lines) > MOST_LINES or any(len(line) > LONGEST for line in lines):
            self.add_error("lines", f"Please paste {MOST_LINES} cards at most, each under {LONGEST:,} letters.")
        return said

    def _look_at(self, name: str, keep: str, texts: Sequence[str]) -> None:
        """Ask once about words that may point to a person, as a phone does before it sends them."""
        found = [noticed for text in texts if (noticed := identifiers.noticed(text)) is not None]
        if not found:
            return
        self._flagged.add(keep)
        if not self.cleaned_data.get(keep):
            words = ", ".join(f"“{one.words}”" for one in found[:5])
            says = identifiers.SAYS[found[0].kind]
            self.add_error(name, f"{says} Have another look at {words}, or keep it as it is.")

    @property
    def cards(self) -> list[Card]:
        """What was typed, box by box and line by line; of a valid form."""
        said = self.cleaned_data
        boxes = [Card(said[f"text_{number}"], tuple(said.get(f"feelings_{number}", ()))) for number in range(BOXES)]
        lines = [Card(line.strip()) for line in said["lines"].splitlines() if is_visible(line)]
        return [card for card in (*boxes, *lines) if card.text or card.feelings]

    @property
    def boxes(self) -> list[Box]:
        return [
            Box(
                number + 1,
                self[f"text_{number}"],
                self[f"feelings_{number}"] if self.takes_feelings else None,
                self[f"keep_{number}"] if f"keep_{number}" in self._flagged else None,
            )
            for number in range(BOXES)
        ]

    @property
    def asks_about_lines(self) -> bool:
        return "keep_lines" in self._flagged


class PackForm(forms.Form):
    """Which sheets to print; all of them when none is named."""

    def __init__(self, *args: Any, sheets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"] = forms.MultipleChoiceField(
            required=False, label="Which sheets?", choices=sheets, widget=forms.CheckboxSelectMultiple
        )
        self._all = [code for code, _ in sheets]
        self.initial.setdefault("sheet", self._all)

    def chosen(self) -> list[str]:
        """The codes of the sheets, in the order of the pack."""
        return (self.cleaned_data["sheet"] if self.is_bound and self.is_valid() else []) or self._all
