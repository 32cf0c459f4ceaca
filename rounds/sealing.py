"""The seal: what makes a closed round unreadable as a sequence of people.

Rows are rewritten in random order under new ids in one transaction, voices are folded into sums, what was
never released is dropped, the file is compacted, and the round's key is destroyed. Doing it again, or after a
crash half-way, ends in the same place.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from rounds import gathering, keys, voices
from rounds.compacting import compact, turn_journal
from rounds.live.doorbell import announce
from rounds.models import Disclosure, Feedback, Reaction, Round, RoundTopic, SealedPost, Spent, Stage, Tally
from rounds.models.ids import new_id

FEEDBACK = "feedback"
HEAD_COUNT = "staff_group"
Rewriter = Callable[[Round, Mapping[str, str]], None]
_rewriters: list[Rewriter] = []
_after: list[Callable[[Round], None]] = []


def rewrites(rewriter: Rewriter) -> Rewriter:
    """Have `rewriter(round, new_ids)` called inside the seal, to follow reactions to their new ids.

    It is called after the new rows exist and before the old ones go (for facilitation's placements).
    """
    _rewriters.append(rewriter)
    return rewriter


def once_sealed(listener: Callable[[Round], None]) -> Callable[[Round], None]:
    """Have `listener(round)` called at the end of the seal's transaction, before the files are compacted.

    For the purge of what was let go in the hour: between the seal and it nobody could read what was written since.
    """
    _after.append(listener)
    return listener


def seal(*, round: Round) -> bool:
    """Seal a closed round; returns whether it is done. Does nothing for one that is open; idempotent and resumable.

    The key is destroyed last, once the files are compacted: as long as it is there, the next tick goes on here.
    """
    _rewrite(round)
    if _is_rewritten(round) and keys.exists(round) and compact(apps.get_models(include_auto_created=True)):
        turn_journal()
        keys.destroy(round)
    return is_done(round)


def is_done(round: Round) -> bool:
    """Whether the round is sealed for good: while somebody reads on, its rows are written anew and its key is there."""
    return _is_rewritten(round) and not keys.exists(round)


def seal_all_closed() -> int:
    """Seal every closed round that is not, and destroy keys that outlived their seal; returns how many are done now."""
    closed = Round.objects.filter(stage=Stage.CLOSED)
    due = [round for round in closed if round.sealed_at is None or keys.exists(round)]
    return sum(seal(round=round) for round in due)


def _is_rewritten(round: Round) -> bool:
    return Round.objects.filter(pk=round.pk, sealed_at__isnull=False).exists()


@transaction.atomic
def _rewrite(round: Round) -> None:
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.stage != Stage.CLOSED or locked.sealed_at is not None:
        return
    _release_feedback(locked)
    gathering.forget_people(round=locked)
    voices.fold(round=locked)
    _drop_small_sums(locked)
    new_ids = _rewrite_reactions(locked)
    for rewriter in _rewriters:
        rewriter(locked, new_ids)
    Reaction.objects.filter(pk__in=new_ids).delete()
    SealedPost.objects.filter(round=locked).delete()
    Disclosure.objects.filter(round=locked).delete()
    Spent.objects.filter(round=locked).delete()
    RoundTopic.objects.filter(round=locked).delete()
    locked.sealed_at = timezone.now()
    locked.save(update_fields=["sealed_at"])
    for listener in _after:
        listener(locked)
    # A screen that had not looked since the round closed would find no topic and show the closing for ever.
    announce(locked, "stage")


def _release_feedback(round: Round) -> None:
    try:
        forms = gathering.take(round=round, basket=FEEDBACK)
    except keys.KeyGone:  # a backup from before the seal: what was sealed then stays unreadable, as promised
        return
    Feedback.objects.bulk_create(Feedback(round=round, answers=form["answers"]) for form in forms)


def _drop_small_sums(round: Round) -> None:
    """Let the sums go that no screen ever shows; the head-count suppresses its own, and needs them for its total.

    What was shown last had no time to find anybody's company: having no sum at all would tell it from the rest.
    """
    Tally.objects.filter(round=round, count__lt=voices.COMPANY).exclude(kind=HEAD_COUNT).delete()


def _rewrite_reactions(round: Round) -> dict[str, str]:
    """Write every reaction anew in random order; returns old id to new id. The old rows are still there."""
    old = list(Reaction.objects.of(round))
    secrets.SystemRandom().shuffle(old)
    new_ids = {reaction.pk: new_id() for reaction in old}
    Reaction.objects.bulk_create(
        Reaction(
            pk=new_ids[reaction.pk],
            prompt_id=reaction.prompt_id,
            text=reaction.text,
            feelings=reaction.feelings,
            held_for=reaction.held_for,
            state=Reaction.State.RELEASED if reaction.state == Reaction.State.FORWARD else reaction.state,
        )
        for reaction in old
    )
    tallies = list(Tally.objects.filter(round=round))
    Tally.objects.filter(round=round).delete()
    secrets.SystemRandom().shuffle(tallies)
    Tally.objects.bulk_create(
        Tally(round=round, kind=t.kind, target=new_ids.get(t.target, t.target), count=t.count) for t in tallies
    )
    return new_ids
