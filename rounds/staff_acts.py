"""The audit of what staff do in a round: who, what, when. It never quotes what a participant wrote."""

from __future__ import annotations

from rounds.models import Round, StaffAct, User


def note(*, round: Round, who: User, what: str) -> None:
    """Write down that `who` did `what` (a past-tense phrase). Call inside the verb's transaction."""
    StaffAct.objects.create(round=round, who=who, what=what)
