"""What happens to something said, over the socket and over HTTP alike: form, verb, commit, and only then "saved"."""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, transaction
from django.forms import BaseForm
from django.utils.datastructures import MultiValueDict

from rounds import reactions, stages
from rounds.forms.fields import one_each
from rounds.keys import KeyGone
from rounds.live import frames, messages, pictures, presence
from rounds.live.frames import Say
from rounds.live.messages import Heard, Message, Sender
from rounds.live.tickets import Guest
from rounds.models import Round
from rounds.refusals import Refused

logger = logging.getLogger(__name__)
LONG_SECONDS = 2
OVER = "This round is over."
TROUBLE = "Something went wrong on our side. What you wrote is still here. Please try again."

Reply = dict[str, Any]
Several = Sequence[tuple[Guest, Say]]


class NotNow(Exception):
    """The database did not answer. Nothing is lost: the sender keeps it and sends it again."""


def say(guest: Guest, said: Say) -> Reply:
    """The answering frame: saved (and then it is on the disk) or refused, with words. Raises NotNow."""
    reply = say_together([(guest, said)])[0]
    if reply is None:
        raise NotNow
    return reply


def say_together(several: Several) -> list[Reply | None]:
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
            replies = _replies(_lately(several[0][0]), several)
    except Round.DoesNotExist:
        return [frames.refused(said.nonce, OVER) for _, said in several]
    except DatabaseError:
        logger.warning("The database did not take what was said; it will be sent again")
    return replies if committed else [None] * len(several)


def _replies(round: Round, several: Several) -> list[Reply | None]:
    """Each one's answer, in its place. What people say in the same moment is taken kind by kind."""
    kinds: dict[str, list[int]] = {}
    for place, (_, said) in enumerate(several):
        kinds.setdefault(said.what, []).append(place)
    replies: dict[int, Reply | None] = {}
    for what, places in kinds.items():
        of_one_kind = [several[place] for place in places]
        message = messages.named(what)
        at_once = _at_once(round, message, of_one_kind) if message is not None and message.together else None
        replies |= zip(places, at_once or [_apart(round, *one) for one in of_one_kind], strict=True)
    return [replies[place] for place in range(len(several))]


def _at_once(round: Round, message: Message, several: Several) -> list[Reply | None] | None:
    """The answers to several of a kind whose verb takes them together; None when that failed, and did nothing."""
    form = message.form()
    replies: list[Reply | None] = []
    heard: dict[int, Heard] = {}
    for place, (guest, said) in enumerate(several):
        problem = None if guest.audience == "room" else frames.refused(said.nonce, frames.UNREADABLE)
        replies.append(problem or _problem(round, form, said))
        if replies[-1] is None:
            heard[place] = Heard(voice=guest.voice, nonce=said.nonce, fields=form.cleaned_data)
    began = time.monotonic()
    try:
        with transaction.atomic():
            troubles = message.together(round=round, several=list(heard.values())) if message.together else []
    except Exception as failure:  # noqa: BLE001  whatever it is, it may be one's alone: each is tried apart, and says so
        _give_up_if_slow(failure, began)
        return None
    for (place, one), trouble in zip(heard.items(), troubles, strict=True):
        replies[place] = frames.saved(one.nonce) if trouble is None else _refusal(round, one.nonce, trouble)
    return replies


def _apart(round: Round, guest: Guest, said: Say) -> Reply | None:
    """One answer; whatever goes wrong is undone for this one alone."""
    message = messages.named(said.what)
    if message is None or guest.audience != "room":
        return frames.refused(said.nonce, frames.UNREADABLE)
    form = message.form()
    problem = _problem(round, form, said)
    if problem is not None:
        return problem
    began = time.monotonic()
    try:
        with transaction.atomic():
            message.verb(sender=Sender(round=round, voice=guest.voice), nonce=said.nonce, **form.cleaned_data)
    except Exception as trouble:  # noqa: BLE001  a verb's bug must not close the room's sockets with 1011
        _give_up_if_slow(trouble, began)
        return _refusal(round, said.nonce, trouble)
    return frames.saved(said.nonce)


def _give_up_if_slow(trouble: Exception, began: float) -> None:
    """Raise what a database says that let us wait for it: it would do so for each of many, one after the other."""
    if isinstance(trouble, DatabaseError) and time.monotonic() - began > LONG_SECONDS:
        raise trouble


def _problem(round: Round, form: BaseForm, said: Say) -> Reply | None:
    """What the form finds wrong with it; None, and then its cleaned_data are this message's.

    One form reads many messages: most of a form's cost is making it.
    """
    if not one_each(form, said.fields):
        return frames.refused(said.nonce, frames.UNREADABLE)
    form.data = MultiValueDict(said.fields)
    form.is_bound = True
    form.full_clean()
    if form.is_valid():
        return None
    if not round.is_open:
        return frames.refused(said.nonce, OVER)
    field, problems = next(iter(form.errors.items()))
    return frames.refused(said.nonce, str(problems[0]), None if field == "__all__" else field)


def _refusal(round: Round, nonce: str, trouble: Exception) -> Reply | None:
    match trouble:
        case Refused():  # a verb lets a repeat pass before it refuses: after the close only that is left
            if not round.is_open:
                return frames.refused(nonce, OVER)
            return frames.refused(nonce, str(trouble), getattr(trouble, "field", None))
        case KeyGone() | Round.DoesNotExist():
            return frames.refused(nonce, OVER)
        case DatabaseError():
            logger.warning("The database did not take a message; it will be sent again")
            return None
    logger.error("A message could not be handled", exc_info=trouble)
    return frames.refused(nonce, TROUBLE)


def release_due(guest: Guest) -> None:
    """Release what is due. After the answer: nothing that fails here may turn "saved" into anything else."""
    try:
        reactions.release_due(round=_lately(guest))
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


def _lately(guest: Guest) -> Round:
    """The round as it was read within the last seconds: every verb locks it, and reads it again, before it decides."""
    lately = pictures.known(guest.round.public_id)
    return copy.copy(lately) if lately is not None else _round(guest)


def _round(guest: Guest) -> Round:
    return Round.objects.select_related("programme", "current_prompt").get(pk=guest.round.pk)
