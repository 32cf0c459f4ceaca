"""A round's questions while people are in the room: one more can be added, and never one that protects less."""

from __future__ import annotations

from django.db.models import Max

from rounds import staff_acts, stored
from rounds.models import Prompt, ReleasePolicy, Round, User


def add(*, round: Round, text: str, by: User) -> Prompt:
    """Put one more question after the others. Call inside the verb's transaction, with the round locked.

    Its answers are gathered together: nothing added later may protect less than was promised. Where everything
    else flows that is another promise than the one on the phones, and the room is told so.
    """
    last = round.prompts.aggregate(last=Max("position"))["last"]
    ways = set(round.prompts.values_list("policy", flat=True))
    made = Prompt.objects.create(
        round=round, position=0 if last is None else last + 1, text=text, policy=ReleasePolicy.TOGETHER
    )
    if ways == {ReleasePolicy.FLOWING.value}:
        staff_acts.tell_room(
            round=round,
            who=by,
            what="added a question whose answers are shown together",
            subject="questions",
            words="One question was added. Its answers are shown at the facilitator’s word, "
            f"{stored.people_at_once(round.floor)}.",
        )
    return made
