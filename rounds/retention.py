"""Retention: how long what people wrote is kept, and the press that starts the last days of it.

A round's words go WORDS_DAYS after its themes are signed off, and in any case so many days after the round
(`Round.words_go_on`); what the programme had settled when the doors opened is what counts. Themes, barriers and
actions stay. Letting the words go is `rounds.purge`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from rounds import pools, staff_acts, stages
from rounds.live.doorbell import announce
from rounds.models import Round, Stage, User
from rounds.refusals import Refused, StageMovedOn

STILL_TO_COME: Final = "This story is still to be told again, or still open. Sign the themes off once that is over."
GRACE: Final = timedelta(days=1)  # nobody's round is disturbed for it so long


@dataclass(frozen=True, slots=True)
class Title:
    """A theme as it is signed off. word_for_word: what somebody wrote; held: of it, what the room may not see.

    is_read: others read it already; before the sign-off, with an action the room agreed on.
    """

    id: str
    words: str
    word_for_word: bool = False
    held: bool = False
    is_read: bool = False
    sentences: str = ""  # about how many lay in it, once they have gone; empty where that is not shown


Titles = Callable[[Round], list[Title]]
_titles: list[Titles] = []
_signed: list[Callable[[Round], None]] = []


def signs_off(titles: Titles) -> Titles:
    """Have what `titles(round)` returns signed off (for facilitation's themes)."""
    _titles.append(titles)
    return titles


def once_signed_off(listener: Callable[[Round], None]) -> Callable[[Round], None]:
    """Have `listener(round)` called inside the transaction in which a round's themes are signed off."""
    _signed.append(listener)
    return listener


def titles(round: Round) -> list[Title]:
    """What there is to sign off in a round, in its order."""
    return [title for listed in _titles for title in listed(round)]


@transaction.atomic
def sign_off(*, round: Round, keep: Collection[str], by: User) -> Round:
    """Say that the round's themes are ours: from now on others may read them, and the words' last days begin.

    Of a story that was told again, the themes of all tellings, with the first one; each telling's words then have
    the last days its own people were promised. keep: ids of the titles that may stay although somebody wrote them
    word for word. Raises StageMovedOn before the round is closed, Refused for such a title that is not among them,
    for a re-run or a window alone, and while one is still to come. Doing it twice is doing it once.
    """
    locked = _locked(round)
    if locked.stage != Stage.CLOSED:
        raise StageMovedOn("Themes are signed off once the round is closed.")
    if locked.signed_off_at is not None:
        return locked
    if locked.retells_id:
        raise Refused("Its words lie in the themes of the first telling. They are signed off there, all together.")
    if pools.still_to_come(locked):
        raise Refused(STILL_TO_COME)
    for title in titles(locked):
        if title.word_for_word and title.id not in keep:
            raise Refused(f"“{title.words}” is what somebody wrote. Give it other words, or tick that it may stay.")
    locked.signed_off_at = timezone.now()
    locked.save(update_fields=["signed_off_at"])
    locked.retellings.filter(stage=Stage.CLOSED).update(signed_off_at=locked.signed_off_at)
    for listener in _signed:
        listener(locked)
    staff_acts.note(round=locked, who=by, what="signed the themes off")
    announce(locked, "themes", "closing")
    return locked


@transaction.atomic
def take_back(*, round: Round, by: User) -> Round:
    """Undo a sign-off: the themes can be changed again, and others read only what the room made an action of.

    Raises Refused once the words are gone.
    """
    locked = _locked(round)
    if locked.retells_id:
        return locked
    if Round.objects.pool_of(locked).exclude(words_gone_at=None).exists():
        raise Refused("What people wrote has gone already, so the themes stay as they were signed off.")
    if locked.signed_off_at is not None:
        locked.signed_off_at = None
        locked.save(update_fields=["signed_off_at"])
        locked.retellings.update(signed_off_at=None)
        staff_acts.note(round=locked, who=by, what="took the sign-off of the themes back")
        announce(locked, "themes", "closing")
    return locked


def day_if_signed_off(round: Round) -> date | None:
    """The day on which the words would go if the themes were signed off now."""
    latest = round.words_go_on
    return latest and min(latest, timezone.localdate() + timedelta(days=round.days_after_sign_off))


def due(today: date) -> list[Round]:
    """The rounds whose words go today or should have gone before."""
    return [round for round in with_words() if round.words_go_on is not None and round.words_go_on <= today]


def overdue(today: date) -> list[Round]:
    """The rounds whose words should have gone and are still there although nobody's round stood in the way."""
    return [round for round in due(today) if round.words_go_on is not None and round.words_go_on + GRACE < today]


def with_words() -> list[Round]:
    """The closed rounds of which there still is what people wrote, the oldest first."""
    closed = Round.objects.filter(stage=Stage.CLOSED, sealed_at__isnull=False, words_gone_at=None)
    return list(closed.select_related("programme").order_by("closed_at", "pk"))


def _locked(round: Round) -> Round:
    return Round.objects.select_for_update(of=("self",)).select_related("programme").get(pk=round.pk)


@stages.after_move
def _promise(round: Round, left: str) -> None:
    """Keep what the programme says as the doors open: what people are promised then cannot be made longer."""
    if left == Stage.PLANNED:
        round.words_days = round.programme.words_days
        round.words_days_at_most = round.programme.words_days_at_most
        round.save(update_fields=["words_days", "words_days_at_most"])
