"""On paper: cards that people wrote by hand, typed in by a facilitator; gathered, shown and sealed like phones' words.

Each card is one person's. Cards wait in a basket of their own: whoever typed them could tell the others from them, so
that neither may fill up what the other lacks (ADR 32). Once shown, nothing tells a typed row from a sent one.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import transaction

from rounds import gathering, reactions, staff_acts
from rounds.gathering import Written
from rounds.handwritten import Card
from rounds.live.doorbell import announce
from rounds.models import Prompt, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn

TYPING: Final = frozenset({Stage.REFLECTION, Stage.THREADS})


@transaction.atomic
def write_in(*, round: Round, prompt: str, cards: Sequence[Card], sitting: str, by: User) -> None:
    """Seal these cards as answers to one of the round's prompts, which need not be the one that is asked now.

    sitting: the random mark of the page they were typed on. The same cards from the same page again change nothing; a
    card that was mended or added is taken. Raises Refused, in words, outside reflection and threads, for a prompt that
    is not the round's, and when there is no card at all: then none of them is kept.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    found = locked.prompts.filter(public_id=prompt).first()
    if found is None:
        raise Refused("That question is not one of this round’s any more.")
    _keep(locked, found, cards, sitting, by)
    reactions.release_due(round=locked)


def _keep(round: Round, prompt: Prompt, cards: Sequence[Card], sitting: str, by: User) -> None:
    payloads = [{"text": card.text, "feelings": list(card.feelings)} for card in cards]
    basket = prompt.card_basket
    is_typing = round.stage in TYPING
    if not is_typing and not (
        round.is_open and all_known(round=round, basket=basket, payloads=payloads, sitting=sitting)
    ):
        raise StageMovedOn("Cards can be typed in during the reflection and the threads. What you typed is still here.")
    put(round=round, basket=basket, payloads=payloads, sitting=sitting, by=by)


def put(*, round: Round, basket: str, payloads: Sequence[dict[str, Any]], sitting: str, by: User) -> None:
    """Seal what stands on these cards into a basket, each from a voice of its own. Call with the round locked.

    Raises Refused when there is none.
    """
    if not payloads:
        raise Refused("There is no card yet. A word or a feeling on one of them is enough.")
    marks = list(_marks(payloads, sitting))
    if len(gathering.known(round=round, sent=[(basket, mark) for mark in marks])) == len(marks):
        return
    written = [Written(nonce=mark, voice=mark, payload=said) for mark, said in zip(marks, payloads, strict=True)]
    for trouble in gathering.put_together(round=round, basket=basket, several=written):
        if trouble is not None:
            raise trouble
    staff_acts.note(round=round, who=by, what="typed in cards from paper")
    announce(round, "gathered")


def all_known(*, round: Round, basket: str, payloads: Sequence[dict[str, Any]], sitting: str) -> bool:
    """Whether all of these cards are here already: a repeat whose answer got lost."""
    sent = {(basket, mark) for mark in _marks(payloads, sitting)}
    return bool(sent) and gathering.known(round=round, sent=sent) == sent


def _marks(payloads: Sequence[dict[str, Any]], sitting: str) -> Iterator[str]:
    """A nonce for each card, of its page and its words: the browser's way back must not lose what was added since."""
    seen: Counter[str] = Counter()
    for said in payloads:
        words = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        seen[words] += 1
        yield f"{sitting} {words} {seen[words]}"
