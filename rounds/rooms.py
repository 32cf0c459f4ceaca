"""The room's door and its question: who can still join, with which code, and what is asked in the moment."""

from __future__ import annotations

from django.db import transaction

from rounds import join_codes, questions, staff_acts, stages
from rounds.live.doorbell import announce
from rounds.models import Prompt, Round, Stage, User
from rounds.refusals import StageMovedOn


@transaction.atomic
def rotate_code(*, round: Round, seen: str, by: User) -> str:
    """Give the round a new join code and return it; the old one opens nothing any more.

    seen: the code the presser saw. When it is not the round's any more somebody has just changed it: of two
    presses at once only one counts, so that a code just read out to the room stays good: the other raises StageMovedOn.
    Those inside stay.
    """
    locked = _not_over(round)
    if locked.join_code != seen:
        raise StageMovedOn("The code has just been changed already.")
    locked.join_code = join_codes.new_code()
    locked.save(update_fields=["join_code"])
    staff_acts.note(round=locked, who=by, what="changed the join code")
    announce(locked, "stage")
    return locked.join_code


def lock_joining(*, round: Round, by: User) -> None:
    """Let nobody else in. Those inside stay, and can come back with what their phone remembers."""
    _set_locked(round, locked=True, by=by)


def unlock_joining(*, round: Round, by: User) -> None:
    """Let people in again."""
    _set_locked(round, locked=False, by=by)


@transaction.atomic
def ask_in_the_moment(*, round: Round, text: str, seen: str, by: User) -> Prompt:
    """Put a question nobody had planned before the room, and keep it with the round's others.

    A question of the same words is asked again, not kept twice. Raises Refused as stages.ask does; then nothing is
    kept.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    prompt = locked.prompts.filter(text=text).first() or questions.add(round=locked, text=text, by=by)
    stages.ask(round=locked, prompt=prompt, by=by, seen=seen)
    return prompt


@transaction.atomic
def _set_locked(round: Round, *, locked: bool, by: User) -> None:
    found = _not_over(round)
    if found.joining_locked == locked:
        return
    found.joining_locked = locked
    found.save(update_fields=["joining_locked"])
    what, words = _LOCKED if locked else _UNLOCKED
    if found.is_open:
        staff_acts.tell_room(round=found, who=by, what=what, subject="door", words=words)
    else:
        staff_acts.note(round=found, who=by, what=what)
    announce(found, "stage")


_LOCKED = ("locked the door", "The door is locked: nobody else can join.")
_UNLOCKED = ("unlocked the door", "The door is open again: others can join.")


def _not_over(round: Round) -> Round:
    found = Round.objects.select_for_update().get(pk=round.pk)
    if found.stage == Stage.CLOSED:
        raise StageMovedOn("The round is over. Nobody can join it any more.")
    return found
