"""The doorbell: after a commit it says that a round changed, and nothing of what changed.

The database is the truth. `announce` writes the new revision inside the verb's transaction; only after the
commit are the hubs rung, in this process directly and in others through the channel layer. A lost ring costs
seconds (hubs look by themselves), never data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django.db import connection, transaction

from rounds.live.reading import once
from rounds.models import Round, RoundTopic

_ringers: list[Callable[[int], None]] = []
REPLIES: Final = "replies"  # the phones' boxes (ADR 27): new whenever one of these is, not for an answer alone
_LOOK_NEW_WITH: Final = frozenset({"stage", "reactions", "circle", "actions", "themes", "changes"})

# By hand: every verb comes here, and to compose these three anew each time costs more than to carry them out.
_RAISE: Final = "UPDATE rounds_round SET revision = revision + 1 WHERE id = %s"
_READ: Final = "SELECT revision FROM rounds_round WHERE id = %s"
_NOTE: Final = (
    "INSERT INTO rounds_roundtopic (round_id, topic, revision) VALUES (%s, %s, %s)"
    " ON CONFLICT (round_id, topic) DO UPDATE SET revision = excluded.revision"
)


def announce(round: Round, *topics: str) -> None:
    """Record that `topics` of the round changed, and ring after the commit.

    Must be called inside the verb's transaction. Sets `round.revision` to the new value. Raises Round.DoesNotExist.
    """
    if not _LOOK_NEW_WITH.isdisjoint(topics):
        topics = (*topics, REPLIES)
    _note(round, dict.fromkeys(topics))
    transaction.on_commit(lambda: ring(round.pk))


def revisions(round: Round) -> dict[str, int]:
    """The revision at which each topic of the round was last announced; within a look they are read once."""
    return once(
        ("topics", round.pk),
        lambda: dict(RoundTopic.objects.filter(round=round).values_list("topic", "revision")),
    )


def _note(round: Round, topics: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [round.pk])
        cursor.execute(_READ, [round.pk])
        row = cursor.fetchone()
        if row is None:
            raise Round.DoesNotExist
        (round.revision,) = row
        cursor.executemany(_NOTE, [(round.pk, topic, round.revision) for topic in topics])


def ring(round_pk: int) -> None:
    """Tell everyone who answers the bell that this round changed."""
    for ringer in tuple(_ringers):
        ringer(round_pk)


def answer(ringer: Callable[[int], None]) -> None:
    """Have `ringer` called with a round's primary key after each change, from whatever thread made it."""
    if ringer not in _ringers:
        _ringers.append(ringer)
