"""What happens to something said, over the socket and over HTTP alike: form, verb, commit, and only then "saved"."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.datastructures import MultiValueDict

from rounds import reactions, stages
from rounds.keys import KeyGone
from rounds.live import frames, messages, presence
from rounds.live.frames import Say
from rounds.live.messages import Sender
from rounds.live.tickets import Guest
from rounds.models import Round
from rounds.refusals import Refused

logger = logging.getLogger(__name__)
OVER = "This round is over."
TROUBLE = "Something went wrong on our side. What you wrote is still here. Please try again."

Reply = dict[str, Any]


class NotNow(Exception):
    """The database did not answer. Nothing is lost: the sender keeps it and sends it again."""


def say(guest: Guest, said: Say) -> Reply:
    """The answering frame: saved (and then it is on the disk) or refused, with words. Raises NotNow."""
    try:
        return _said(guest, said, _round(guest))
    except Exception as problem:  # noqa: BLE001  a verb's bug must not close the room's sockets with 1011
        return _refusal(said, problem)


def say_together(several: Sequence[tuple[Guest, Say]]) -> list[Reply | None]:
    """As say, for several people of one round in one transaction: the disk is waited for once, not for each.

    What one of them runs into is undone for that one alone. Nobody is told "saved" unless the commit went
    through; None stands for NotNow.
    """
    committed: list[bool] = []
    replies: list[Reply | None] = []
    try:
        with transaction.atomic():
            # A transaction that was broken along the way ends without an exception, and without calling this.
            transaction.on_commit(lambda: committed.append(True))
            round = _round(several[0][0])
            replies = [_said_apart(guest, said, round) for guest, said in several]
    except Round.DoesNotExist:
        return [frames.refused(said.nonce, OVER) for _, said in several]
    except DatabaseError:
        logger.warning("The database did not take what several people said; it will be sent again")
    return replies if committed else [None] * len(several)


def _said_apart(guest: Guest, said: Say, round: Round) -> Reply | None:
    with suppress(NotNow):
        try:
            with transaction.atomic():
                return _said(guest, said, round)
        except Exception as problem:  # noqa: BLE001  as in say
            return _refusal(said, problem)
    return None


def _said(guest: Guest, said: Say, round: Round) -> Reply:
    message = messages.named(said.what)
    if message is None or guest.audience != "room":
        raise Refused(frames.UNREADABLE)
    if not round.is_open:
        raise Refused(OVER)
    form = message.form(MultiValueDict(said.fields))
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        return frames.refused(said.nonce, str(problems[0]), None if field == "__all__" else field)
    message.verb(sender=Sender(round=round, voice=guest.voice), nonce=said.nonce, **form.cleaned_data)
    return frames.saved(said.nonce)


def _refusal(said: Say, problem: Exception) -> Reply:
    match problem:
        case Refused():
            return frames.refused(said.nonce, str(problem), getattr(problem, "field", None))
        case KeyGone() | Round.DoesNotExist():
            return frames.refused(said.nonce, OVER)
        case DatabaseError():
            logger.warning("The database did not take a message; it will be sent again")
            raise NotNow from problem
    logger.error("A message could not be handled", exc_info=problem)
    return frames.refused(said.nonce, TROUBLE)


def release_due(guest: Guest) -> None:
    """Release what is due. After the answer: nothing that fails here may turn "saved" into anything else."""
    try:
        reactions.release_due(round=_round(guest))
    except (KeyGone, Round.DoesNotExist):
        return  # sealed or removed in the meantime
    except Exception as error:  # noqa: BLE001  the next post or beat tries again
        logger.warning("What was due could not be released (%s)", type(error).__name__)


def is_company(guest: Guest) -> bool:
    """Whether so many people are here, for the first time as far as we know, that writing may open."""
    round = guest.round
    waits = guest.audience == "room" and round.is_open and not round.room_was_big_enough
    return waits and presence.count(round.pk) >= round.floor


def note_company(guest: Guest) -> None:
    """Open writing, once and for good, when as many people are here as the round asks for."""
    if is_company(guest):
        try:
            stages.note_room_big_enough(round=_round(guest))
        except (DatabaseError, Round.DoesNotExist):
            logger.warning("The room's size could not be noted; the next arrival tries again")


def _round(guest: Guest) -> Round:
    return Round.objects.select_related("programme", "current_prompt").get(pk=guest.round.pk)
