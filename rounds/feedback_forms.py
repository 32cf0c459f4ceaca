"""The lines of a programme's feedback form: ours, until the programme writes its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from django.db import transaction

from rounds import marks, staff_acts
from rounds.models import FeedbackLine, Programme, Stage, User
from rounds.models.ids import new_id
from rounds.refusals import Refused
from rounds.statements import STATEMENTS, Statement

MOST: Final = len(STATEMENTS)
_OURS: Final = {statement.text: statement.code for statement in STATEMENTS}


def asked(programme: Programme) -> tuple[Statement, ...]:
    """What people are asked in this programme from now on, in its order."""
    lines = FeedbackLine.objects.filter(programme=programme, asked=True).values_list("code", "text")
    return tuple(Statement(*line) for line in lines) or STATEMENTS


def with_codes(programme: Programme, codes: Collection[str]) -> tuple[Statement, ...]:
    """The lines these answers were given to, also those that are not asked any more: first in the order of today."""
    lines = FeedbackLine.objects.filter(programme=programme).order_by("-asked", "position", "pk")
    known = [Statement(line.code, line.text) for line in lines]
    written = {line.code for line in known}
    return tuple(line for line in [*known, *(s for s in STATEMENTS if s.code not in written)] if line.code in codes)


def mark(programme: Programme) -> str:
    """A mark of the lines as they stand, for telling whether they have changed since a page was shown."""
    return marks.of(*(line.text for line in asked(programme)))


@transaction.atomic
def write(*, programme: Programme, texts: Sequence[str], seen: str, by: User) -> None:
    """Ask these from now on; none: ours again. A line whose words stay keeps its code, and so do earlier answers.

    seen: the mark of the lines the page showed. Raises Changed when a colleague has written others since, Refused for
    more than eight, for the same twice, and while a round of the programme is being closed: half a room would have
    answered other lines than the rest.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    if len(texts) > MOST or len(set(texts)) != len(texts):
        raise Refused("Please write each line once, and eight at the most.")
    if locked.rounds.filter(stage=Stage.CLOSING).exists():
        raise Refused("A round is saying goodbye just now, with the lines as they are. Please try again after it.")
    before = mark(locked)
    FeedbackLine.objects.filter(programme=locked).update(asked=False)
    known = {line.text: line for line in FeedbackLine.objects.filter(programme=locked)}
    for position, text in enumerate(texts if tuple(texts) != tuple(_OURS) else ()):
        line = known.get(text) or FeedbackLine(programme=locked, text=text, code=_OURS.get(text) or new_id())
        line.position, line.asked = position, True
        line.save()
    marks.check(seen=seen, before=before, after=mark(locked))
    staff_acts.note_in_programme(programme=locked, who=by, what="changed the lines of the feedback form")
