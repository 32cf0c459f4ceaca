"""Planning a round: plan, change, cancel, rehearse it."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from rounds import marks, questions, staff_acts, stories
from rounds.live.doorbell import announce
from rounds.models import Kind, Programme, Prompt, ReleasePolicy, Round, Stage, Story, User
from rounds.models.ids import new_id
from rounds.models.programme import LOWEST_FLOOR
from rounds.plans import Adjustment, Plan, PlannedPrompt, PlannedStory, is_past
from rounds.refusals import Refused, StageMovedOn
from rounds.timings import REHEARSAL, Timings


@transaction.atomic
def plan(*, programme: Programme, plan: Plan, by: User, once: str = "") -> Round:
    """Plan a round. Raises Refused when its time is past or its floor is below three.

    once: a key of the page it was planned on. The same plan from the same page (a second press, a page sent twice) is
    the round that is there already.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    known = _id_of(programme, plan, by, once)
    if earlier := Round.objects.filter(programme=programme, public_id=known).first():
        return earlier
    _check(plan, before=None)
    made = Round.objects.create(programme=programme, public_id=known, **_columns(plan))
    _write_down(made, plan)
    staff_acts.note(round=made, who=by, what="planned the round")
    return made


@transaction.atomic
def change(*, round: Round, plan: Plan, seen: int, by: User) -> Round:
    """Replace the plan with another. `seen` is the round's revision when the planner was opened.

    Raises StageMovedOn once people have been let in, or when a colleague changed the plan in the meantime, and
    Refused for a story that was withdrawn.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.stage != Stage.PLANNED:
        raise StageMovedOn("The doors are open now, so what people were promised stays as it is.")
    if locked.revision != seen:
        raise StageMovedOn(
            "A colleague changed this plan while you were writing. What you typed is still here: "
            "save once more to keep yours, or open the round to see theirs."
        )
    _check(plan, before=locked.starts_at)
    if plan.title == Story.objects.filter(round=locked, withdrawn=True).values_list("title", flat=True).first():
        raise Refused("The storyteller has withdrawn this story. Please write another, or give it back if they ask.")
    read = stories.read_as(locked)
    for name, value in _columns(plan).items():
        setattr(locked, name, value)
    locked.current_prompt = None
    locked.save()
    _write_down(locked, plan, read)
    staff_acts.note(round=locked, who=by, what="changed the plan")
    _announce_words(locked)
    return locked


def mark(round: Round) -> str:
    """A mark of what may be adjusted while the round is open, for telling whether it changed since a page was shown."""
    notes = Story.objects.filter(round=round).values_list("private_notes", flat=True).first()
    return marks.of(round.support_card, notes, *(getattr(round, name) for name in Timings._fields))


@transaction.atomic
def adjust(*, round: Round, adjustment: Adjustment, seen: str, by: User) -> None:
    """Change what no promise depends on while the round is open: timings, support, notes, one more question.

    seen: the mark of what the page showed. A question of the same words is not kept twice. Raises StageMovedOn where
    it is not open yet, or no more, and Changed when a colleague has adjusted something else since.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not locked.is_open:
        raise StageMovedOn("The round is not open any more." if locked.closed_at else "The round is not open yet.")
    before = mark(locked)
    for name, value in adjustment.timings._asdict().items():
        setattr(locked, name, value)
    locked.support_card = adjustment.support_card
    locked.save(update_fields=["support_card", *adjustment.timings._fields])
    Story.objects.filter(round=locked).update(private_notes=adjustment.private_notes)
    marks.check(seen=seen, before=before, after=mark(locked))
    asked = adjustment.another_question
    if asked and not locked.prompts.filter(text=asked).exists():
        questions.add(round=locked, text=asked, by=by)
    staff_acts.note(round=locked, who=by, what="adjusted the round")
    _announce_words(locked)


@transaction.atomic
def cancel(*, round: Round, by: User) -> None:
    """Cancel a planned round; nothing of it is lost. Raises StageMovedOn once people have been let in."""
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.stage != Stage.PLANNED:
        raise StageMovedOn("People have been let in already. The round can be ended kindly from its console.")
    if locked.cancelled_at is None:
        locked.cancelled_at = timezone.now()
        locked.save(update_fields=["cancelled_at"])
        staff_acts.note(round=locked, who=by, what="cancelled the round")
        announce(locked, "stage")


@transaction.atomic
def plan_again(*, round: Round, by: User) -> None:
    """Take a cancellation back. Doing it twice is doing it once."""
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.cancelled_at is not None:
        locked.cancelled_at = None
        locked.save(update_fields=["cancelled_at"])
        staff_acts.note(round=locked, who=by, what="planned the round again")
        announce(locked, "stage")


@transaction.atomic
def rehearsal_copy(*, round: Round, by: User) -> Round:
    """A copy to rehearse with: same questions, short timings, open to simulated participants.

    Of the story only the title comes along: who tells it, and in which words, stays where it can be withdrawn, and the
    rehearsal's console reads it there.
    """
    copy = Round.objects.create(
        programme=round.programme,
        title=f"Rehearsal: {round.shown_title}"[:120],
        kind=Kind.ROUND if round.kind in (Kind.CIRCLE, Kind.WINDOW) else round.kind,
        starts_at=timezone.now(),
        rehearsal=True,
        rehearses=round.origin.rehearses or round.origin,
        **{name: getattr(round, name) for name in _COPIED},
        **REHEARSAL._asdict(),
    )
    copy.facilitators.set(round.facilitators.all())
    told = stories.tell(round=copy, planned=PlannedStory())
    Story.objects.filter(pk=told.pk).update(no_identifiers=True)  # there is nothing in it to read
    for position, prompt in enumerate(round.origin.prompts.all()):
        _add_prompt(copy, PlannedPrompt(text=prompt.text, policy=prompt.policy), position)
    staff_acts.note(round=copy, who=by, what="made this rehearsal")  # no title: its story may be withdrawn later
    return copy


_COPIED: Final = ("content_note", "ground_rules", "support_card", "staff_groups", "weight", "floor")


def _announce_words(round: Round) -> None:
    """Say that what the story says may have changed, wherever a console reads it."""
    for one in stories.told_in(round):
        announce(one, "stage")


def _id_of(programme: Programme, plan: Plan, by: User, once: str) -> str:
    """A new id; with a page's key the same one for the same plan, which nobody without the server's secret can tell."""
    if not once:
        return new_id()
    told = salted_hmac("planned once", f"{programme.pk} {by.pk} {once} {plan!r}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(told[:16]).rstrip(b"=").decode()


def _check(plan: Plan, *, before: datetime | None) -> None:
    if plan.starts_at != before and is_past(plan.starts_at):
        raise Refused("That time has passed. Please choose one still to come.")
    if plan.floor < LOWEST_FLOOR:
        raise Refused("Fewer than three people cannot write together without standing out.")


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "title": plan.title,
        "kind": plan.kind,
        "starts_at": plan.starts_at,
        "place": plan.place,
        "weight": plan.weight,
        "floor": plan.floor,
        "content_note": plan.content_note,
        "ground_rules": plan.ground_rules,
        "support_card": plan.support_card,
        "staff_groups": list(plan.staff_groups),
        "may_be_told_again": plan.may_be_told_again,
        "may_stay_open": plan.may_stay_open,
        **plan.timings._asdict(),
    }


def _write_down(round: Round, plan: Plan, read: str = "") -> None:
    round.facilitators.set(plan.facilitators)
    if plan.story is not None:
        stories.tell(round=round, planned=plan.story, read=read)
        round.prompts.all().delete()
        for position, prompt in enumerate(plan.prompts):
            _add_prompt(round, prompt, position)


def _add_prompt(round: Round, prompt: PlannedPrompt, position: int) -> None:
    Prompt.objects.create(round=round, text=prompt.text, policy=ReleasePolicy(prompt.policy), position=position)
