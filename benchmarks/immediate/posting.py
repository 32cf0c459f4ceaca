"""Posts that every screen shows at once: the release policy "immediate", which the product does not have.

`store` is the whole way of a reaction without the waiting: a row in the database, committed, and the room's own
list of reactions rendered by its own code. `announce` leaves the row out: a fragment in memory and an announced
topic, so that what remains is the doorbell, the look and the sending.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Sequence

from django import forms
from django.db import transaction

from rounds.live import messages, regions
from rounds.live.doorbell import announce as ring
from rounds.live.messages import Heard, Message, Sender, Trouble
from rounds.models import Reaction, Round
from rounds.models.ids import new_id

KEPT = 200  # reactions on a screen: a full room's. Older ones make way, a hundred at a time
LUMP = 100
_stored: deque[str] = deque()
_announced: deque[tuple[str, str]] = deque(maxlen=KEPT + LUMP)


class Words(forms.Form):
    text = forms.CharField(max_length=2000)


def store(*, sender: Sender, nonce: str, text: str) -> None:
    """Store a reaction as released."""
    store_together(round=sender.round, several=[Heard(voice=sender.voice, nonce=nonce, fields={"text": text})])


@transaction.atomic
def store_together(*, round: Round, several: Sequence[Heard]) -> list[Trouble]:
    """As store, for several who spoke in the same moment: as the product takes its own reactions."""
    locked = Round.objects.select_for_update(of=("self",)).select_related("current_prompt").get(pk=round.pk)
    assert locked.current_prompt is not None
    made = [Reaction(prompt=locked.current_prompt, text=one.fields["text"]) for one in several]
    _stored.extend(row.pk for row in Reaction.objects.bulk_create(made))
    while len(_stored) >= KEPT + LUMP:
        Reaction.objects.filter(pk__in=[_stored.popleft() for _ in range(LUMP)]).delete()
    ring(locked, "reactions")
    return [None] * len(several)


@transaction.atomic
def announce(*, sender: Sender, nonce: str, text: str) -> None:
    """Say that a fragment, kept in this process, is to be shown."""
    _announced.append((new_id(), text))
    ring(Round.objects.select_for_update().get(pk=sender.round.pk), "benchmark")


def fragments(round: Round) -> Iterable[tuple[str, Hashable]]:
    return tuple(_announced)


def register() -> None:
    """Make both sayable, and give what is announced a place in the room."""
    messages.register(Message(name="store", form=Words, verb=store, together=store_together))
    messages.register(Message(name="announce", form=Words, verb=announce))
    regions.register(
        regions.ListRegion(
            name="benchmark",
            audience="room",
            template="immediate/_fragment.html",
            rows=fragments,
            topics=frozenset({"benchmark"}),
        )
    )
