"""The stage machine: forward, back only between silence, reflection and threads, never over the threshold.

Each move is compare-and-set on the stage its presser saw: of two facilitators pressing at once, one moves the
round and the other is told that it has moved.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from rounds import keys, pools, reactions, staff_acts
from rounds.live.doorbell import announce
from rounds.models import Kind, Prompt, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn

S = Stage
MOVES: Final[dict[str, tuple[str, ...]]] = {
    S.PLANNED: (S.ARRIVAL,),
    S.ARRIVAL: (S.STORY,),
    S.STORY: (S.SILENCE, S.REFLECTION),
    S.SILENCE: (S.REFLECTION,),
    S.REFLECTION: (S.SILENCE, S.THREADS),
    S.THREADS: (S.SILENCE, S.REFLECTION, S.THRESHOLD),
    S.THRESHOLD: (S.CIRCLE,),
    S.CIRCLE: (),
    S.CLOSING: (S.CLOSED,),
    S.CLOSED: (),
}
CIRCLE_MOVES: Final[dict[str, tuple[str, ...]]] = {
    S.PLANNED: (S.ARRIVAL,),
    S.ARRIVAL: (S.CIRCLE,),
    S.CLOSING: (S.CLOSED,),
}
# A window has nobody's pace but one's own: it opens, and it closes.
WINDOW_MOVES: Final[dict[str, tuple[str, ...]]] = {S.PLANNED: (S.WINDOW,), S.WINDOW: (S.CLOSED,)}
WINDOW_HOURS: Final = 48

Listener = Callable[[Round, str], None]
_after_move: list[Listener] = []


def after_move(listener: Listener) -> Listener:
    """Have `listener(round, stage_left)` called inside the transaction of each move (for facilitation)."""
    _after_move.append(listener)
    return listener


def possible(round: Round) -> tuple[str, ...]:
    """The stages the round may move to now; ending kindly is possible from every open stage."""
    if round.cancelled_at is not None:
        return ()
    if round.kind == Kind.WINDOW:
        return WINDOW_MOVES.get(round.stage, ())
    moves = (CIRCLE_MOVES if round.kind == Kind.CIRCLE else MOVES).get(round.stage, ())
    ends = (S.CLOSING,) if round.is_open and round.stage not in (S.CLOSING, S.WINDOW) else ()
    return (*moves, *ends)


@transaction.atomic
def move(*, round: Round, seen: str, to: str, by: User | None) -> Round:
    """Move the round from the stage the presser saw to another. Returns the moved round.

    The day on which the doors open is the round's day, whatever was planned.
    by: None where the clock moves it. Raises StageMovedOn when it is no longer in `seen`, Refused when the stage
    cannot be reached from there.
    """
    rounds = Round.objects.select_for_update(of=("self",)).select_related("programme", "current_prompt")
    locked = rounds.get(pk=round.pk)
    if locked.stage != seen:
        raise StageMovedOn(f"Somebody has already moved the round on. It is at “{locked.get_stage_display()}” now.")
    if to not in possible(locked):
        raise Refused("The round cannot go there from here.")
    reason = obstacle(locked, to)
    if reason:
        raise Refused(reason)
    reactions.step_back(round=locked)  # what was brought forward belongs to the part of the round it came up in
    _enter(locked, to)
    if by is not None:
        staff_acts.note(round=locked, who=by, what=f"moved the round to {Stage(to).label.lower()}")
    for listener in _after_move:
        listener(locked, seen)
    announce(locked, "stage")
    return locked


@transaction.atomic
def lengthen(*, round: Round, seen: str, seconds: int, by: User, seen_end: datetime | None = None) -> None:
    """Give the current stage more time (or less, with a negative number); never less than none.

    seen_end: the end the presser saw; when somebody has changed it since, the press is refused, so that two
    facilitators who both give a minute give one. The pause at the threshold can be lengthened, never cut short, and a
    window neither. Raises Refused then; StageMovedOn where stage or end are others by now.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.stage != seen or locked.stage_ends_at is None:
        raise StageMovedOn("The round has moved on.")
    if seen_end is not None and seen_end != locked.stage_ends_at:
        raise StageMovedOn("The time has just been changed already.")
    if locked.stage == S.WINDOW:
        raise Refused("It is open for 48 hours, and no longer. It can be closed earlier.")
    if seconds < 0 and locked.stage == S.THRESHOLD:
        raise Refused("The pause cannot be cut short. It is short, and it is the point.")
    locked.stage_ends_at = max(timezone.now(), max(locked.stage_ends_at, timezone.now()) + timedelta(seconds=seconds))
    locked.save(update_fields=["stage_ends_at"])
    staff_acts.note(round=locked, who=by, what="changed the time")
    announce(locked, "stage")


@transaction.atomic
def ask(*, round: Round, prompt: Prompt, by: User, seen: str | None = None) -> None:
    """Put a prompt before the room. What was written to the earlier one stays, and stays with it.

    seen: the public id of the prompt that stood there for the presser; refused when another does by now.
    Asking what is being asked already changes nothing. Raises StageMovedOn before the silence, past the threads, for
    a prompt of another round, and for a press that was late.
    """
    locked = Round.objects.select_for_update(of=("self",)).select_related("current_prompt").get(pk=round.pk)
    if locked.stage not in (S.SILENCE, S.REFLECTION, S.THREADS) or prompt.round_id != locked.pk:
        raise StageMovedOn("A question can be asked once the story has been told, and before the threshold.")
    if locked.current_prompt_id == prompt.pk:
        return
    if seen is not None and locked.current_prompt is not None and locked.current_prompt.public_id != seen:
        raise StageMovedOn("Somebody has just asked another question. Have a look at it first.")
    reactions.release_rest(round=locked)
    reactions.step_back(round=locked)
    locked.current_prompt = prompt
    locked.save(update_fields=["current_prompt"])
    staff_acts.note(round=locked, who=by, what="changed the question")
    announce(locked, "stage")


def is_another_day(round: Round) -> bool:
    """Whether the round was planned for another day than today. A rehearsal has no day of its own."""
    return not round.rehearsal and timezone.localdate(round.starts_at) != timezone.localdate()


@transaction.atomic
def note_room_big_enough(*, round: Round) -> None:
    """Latch that the room has reached its floor once, so that writing opens and stays open."""
    if Round.objects.filter(pk=round.pk, room_was_big_enough=False).update(room_was_big_enough=True):
        announce(round, "stage")


def obstacle(round: Round, to: str) -> str | None:
    """What still stands between the round and a stage it could move to, in words; None when nothing does."""
    if to == S.ARRIVAL and round.retells is not None:
        return pools.why_no_more(round.retells) or _missing(round)
    if to == S.ARRIVAL and round.kind != Kind.CIRCLE:
        return _missing(round)
    if to == S.THRESHOLD and not round.reached_reflection:
        return "There has been no reflection yet. Reflection comes before action."
    ends = round.stage_ends_at
    if to == S.CIRCLE and round.stage == S.THRESHOLD and ends is not None and timezone.now() < ends:
        return "The pause is not over yet. It is short, and it is the point."
    return None


def _missing(round: Round) -> str | None:
    story = getattr(round, "story", None)
    if story is not None and not story.withdrawn and not story.no_identifiers:
        return "Before the doors open: has somebody checked that nobody can be recognised in the story?"
    if not round.prompts.exists():
        return "Before the doors open: the round needs at least one question for the room."
    return None


def _enter(round: Round, to: str) -> None:
    round.stage = to
    round.stage_started_at = timezone.now()
    seconds = _seconds(round, to)
    round.stage_ends_at = round.stage_started_at + timedelta(seconds=seconds) if seconds else None
    if to == S.ARRIVAL and is_another_day(round):
        # Certificates, and every page that tells of the round, name this day.
        round.starts_at = round.stage_started_at.replace(second=0, microsecond=0)
    if to in (S.ARRIVAL, S.WINDOW):
        keys.make(round)
    if to == S.WINDOW:
        round.room_was_big_enough = True  # nobody is in a room: reactions.end_window counts instead
    if to == S.CLOSED and round.kind == Kind.WINDOW:
        reactions.end_window(round=round)
        round.telling = ""  # it has been read, and nobody needs it any more
    if to in (S.STORY, S.SILENCE, S.REFLECTION) and round.current_prompt is None:
        round.current_prompt = round.prompts.first()
    if to in (S.THREADS, S.THRESHOLD, S.CLOSING):
        reactions.release_rest(round=round, for_good=to != S.THREADS)
    round.reached_reflection = round.reached_reflection or to == S.REFLECTION
    round.crossed_threshold = round.crossed_threshold or to == S.CIRCLE
    if to == S.CLOSED:
        round.closed_at = round.stage_started_at
    round.save()


def _seconds(round: Round, stage: str) -> int:
    return {
        S.STORY: round.story_minutes * 60,
        S.SILENCE: round.silence_seconds,
        S.REFLECTION: round.reflection_minutes * 60,
        S.THREADS: round.threads_minutes * 60,
        S.THRESHOLD: round.threshold_seconds,
        S.CIRCLE: round.circle_minutes * 60,
        S.WINDOW: WINDOW_HOURS * 60 * 60,
    }.get(Stage(stage), 0)
