"""After three heavy rounds in a row, a round that asks what made compassion possible is suggested, never asked for."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from rounds import staff_acts
from rounds.models import Programme, Round, User, Weight
from rounds.refusals import Refused

IN_A_ROW: Final = 3
QUESTIONS: Final = (
    "When was compassion possible here, lately?",
    "What made it possible, in the way things were set up?",
    "What would let it happen more often?",
)


def suggested_after(programme: Programme) -> Round | None:
    """The latest of three heavy rounds in a row, those that are planned included.

    None where there are none, and where somebody put the suggestion away after that round was planned.
    """
    rounds = programme.rounds.first_tellings().filter(rehearsal=False)
    latest = list(rounds.order_by("-starts_at", "-pk").only("public_id", "weight")[:IN_A_ROW])
    if [round.weight for round in latest] != [Weight.HEAVY] * IN_A_ROW:
        return None
    return latest[0] if latest[0].public_id != programme.heavy_put_away else None


@transaction.atomic
def put_away(*, programme: Programme, seen: str, by: User) -> None:
    """Put the suggestion away until a further round is heavy as well. `seen`: the round it stood after.

    Raises Refused when it is another one by now, or none.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    after = suggested_after(locked)
    if after is None or after.public_id != seen:
        raise Refused("That suggestion is not here any more.")
    locked.heavy_put_away = seen
    locked.save(update_fields=["heavy_put_away"])
    staff_acts.note_in_programme(programme=locked, who=by, what="put away the suggestion of a lighter round")
