"""What is said of a story: that it was read for names, and that it, or a part of it, is withdrawn."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from rounds.forms.console import Press
from rounds.forms.fields import Token
from rounds.models import Story

ALL_OF_IT: Final = "all"
KEEP: Final = "keep"
LET_GO: Final = "let-go"


class ReadForm(forms.Form):
    """seen: the mark of the words that were read. leave: what the machine stopped at in them stays, and is meant to."""

    seen = Token()
    leave = forms.BooleanField(required=False)


class GiveBackPress(Press):
    """storyteller: whose part, where several tell it; empty for the whole story."""

    storyteller = Token(required=False)


class WithdrawForm(forms.Form):
    """Whose part, where several tell it, and what becomes of what people wrote, where anything may go."""

    whose = forms.ChoiceField(
        label="What is taken back",
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of these."},
    )
    written = forms.ChoiceField(
        label="What becomes of what people wrote",
        choices=[
            (KEEP, "It stays, without the story. It answers the questions of the round, and themes can be made of it."),
            (LET_GO, "It goes too: every reaction and proposal, shown or not, for good."),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of these, with the storyteller."},
    )

    def __init__(self, *args: Any, story: Story, may_go: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._was_withdrawn = story.withdrawn
        whose: Any = self.fields["whose"]
        parts = [(teller.public_id, f"{teller}: their part alone") for teller in story.tellers]
        whose.choices = [*parts, (ALL_OF_IT, "The whole story, with its title")]
        if len(parts) < 2:  # with the last of them the whole story goes
            del self.fields["whose"]
        if not may_go:
            del self.fields["written"]
        elif self.data.get("whose", ALL_OF_IT) != ALL_OF_IT:
            self.fields["written"].required = False  # what people wrote stays with the others' parts in any case

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("written") == LET_GO and said.get("whose", ALL_OF_IT) != ALL_OF_IT:
            self.add_error("written", "What people wrote was to the whole story. It can only go with all of it.")
        return said

    @property
    def done(self) -> str:
        """What to say once it is done."""
        if self.choice["let_go"]:
            return "It is withdrawn, and what people wrote has been let go of."
        return "What people wrote stays." if self._was_withdrawn else "It is withdrawn, and off every screen."

    @property
    def choice(self) -> dict[str, Any]:
        """What `stories.withdraw` takes. Call once the form is valid."""
        whose = self.cleaned_data.get("whose", ALL_OF_IT)
        return {
            "storyteller": "" if whose == ALL_OF_IT else whose,
            "let_go": self.cleaned_data.get("written") == LET_GO,
        }
