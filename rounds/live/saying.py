"""What happens to something said, over the socket and over HTTP alike: form, verb, commit, and only then "saved"."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError
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


class NotNow(Exception):
    """The database did not answer. Nothing is lost: the sender keeps it and sends it again."""


def say(guest: Guest, said: Say) -> dict[str, Any]:
    """The answering frame: saved (and then it is on the disk) or refused, with words. Raises NotNow."""
    try:
        return _said(guest, said)
    except Refused as refusal:
        return frames.refused(said.nonce, str(refusal), getattr(refusal, "field", None))
    except (KeyGone, Round.DoesNotExist):
        return frames.refused(said.nonce, OVER)
    except DatabaseError as error:
        logger.warning("The database did not take a message; it will be sent again")
        raise NotNow from error
    except Exception:  # a verb's bug must not close the room's sockets with 1011
        logger.exception("A message could not be handled")
        return frames.refused(said.nonce, TROUBLE)


def _said(guest: Guest, said: Say) -> dict[str, Any]:
    message = messages.named(said.what)
    if message is None or guest.audience != "room":
        raise Refused(frames.UNREADABLE)
    round = _round(guest)
    if not round.is_open:
        raise Refused(OVER)
    form = message.form(MultiValueDict(said.fields))
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        return frames.refused(said.nonce, str(problems[0]), None if field == "__all__" else field)
    message.verb(sender=Sender(round=round, voice=guest.voice), nonce=said.nonce, **form.cleaned_data)
    return frames.saved(said.nonce)


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
