"""The audit of what staff do in a round or a programme: who, what, when. It never quotes what a participant wrote.

What changes something people were promised is told to the room in the same row: there is no such change without a
line on every phone and on the wall, also for those who come later.
"""

from __future__ import annotations

from rounds.live.doorbell import announce
from rounds.models import Programme, Round, StaffAct, User

LONGEST = 200


def note(*, round: Round, who: User, what: str) -> None:
    """Write down that `who` did `what` (a past-tense phrase). Call inside the verb's transaction."""
    StaffAct.objects.create(round=round, who=who, what=what)


def note_in_programme(*, programme: Programme, who: User, what: str) -> None:
    """As note, for what concerns no single round: people and settings. Names of people may stand in it."""
    StaffAct.objects.create(programme=programme, who=who, what=what[:LONGEST])


def tell_room(*, round: Round, who: User, what: str, subject: str, words: str) -> None:
    """As note; and have `words` stand on every phone and on the wall, in place of earlier words of this subject."""
    StaffAct.objects.create(round=round, who=who, what=what, subject=subject, told=words)
    announce(round, "changes")
