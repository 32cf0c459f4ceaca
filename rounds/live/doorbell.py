"""The doorbell: after a commit it says that a round changed, and nothing of what changed.

The database is the truth. `announce` writes the new revision inside the verb's transaction; only after the
commit are the hubs rung, in this process directly and in others through the channel layer. A lost ring costs
seconds (hubs look by themselves), never data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.db.models import F

from rounds.models import Round, RoundTopic

_ringers: list[Callable[[int], None]] = []
REPLIES: Final = "replies"  # the phones' boxes (ADR 27): new whenever one of these is, not for an answer alone
_LOOK_NEW_WITH: Final = frozenset({"stage", "reactions", "circle", "actions", "themes", "changes"})


def announce(round: Round, *topics: str) -> None:
    """Record that `topics` of the round changed, and ring after the commit.

    Must be called inside the verb's transaction. Sets `round.revision` to the new value.
    """
    Round.objects.filter(pk=round.pk).update(revision=F("revision") + 1)
    round.revision = Round.objects.values_list("revision", flat=True).get(pk=round.pk)
    if not _LOOK_NEW_WITH.isdisjoint(topics):
        topics = (*topics, REPLIES)
    RoundTopic.objects.bulk_create(  # one statement, however many topics, and no failed insert to recover from
        [RoundTopic(round=round, topic=topic, revision=round.revision) for topic in dict.fromkeys(topics)],
        update_conflicts=True,
        unique_fields=["round", "topic"],
        update_fields=["revision"],
    )
    transaction.on_commit(lambda: ring(round.pk))


def ring(round_pk: int) -> None:
    """Tell everyone who answers the bell that this round changed."""
    for ringer in tuple(_ringers):
        ringer(round_pk)


def answer(ringer: Callable[[int], None]) -> None:
    """Have `ringer` called with a round's primary key after each change, from whatever thread made it."""
    if ringer not in _ringers:
        _ringers.append(ringer)
