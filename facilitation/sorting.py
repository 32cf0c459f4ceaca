"""Sorting together: the room says which few sentences belong together, and only counts of pairs are kept.

Every phone is dealt from the same hands and picks one by itself (ADR 14). An answer is sealed like a reaction and
opened with those of others; from then on it is part of the sums.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from facilitation.clustering import sorting as pairs
from facilitation.clustering.sorting import Judgement, PairEvidence
from facilitation.models import Placement, ProposedGroup, SortedPairs, Sorting
from rounds import flowing, gathering, keys, reactions, sealing, staff_acts, stages
from rounds.live.doorbell import announce
from rounds.live.messages import Sender
from rounds.models import Reaction, Round, Stage, User
from rounds.models.programme import LOWEST_FLOOR
from rounds.refusals import Refused, StageMovedOn

BASKET: Final = "sorting"
LASTS: Final = timedelta(minutes=2)
DEALS_APART: Final = 8  # seconds between two openings of the basket: a phone needs time with what it was dealt
HANDS: Final = 12
FEW: Final = "There are too few sentences to sort. You see at once which belong together."
OFF: Final = "Proposals by the machine are switched off here, and sorting together only serves those."
ENDED: Final = "Sorting together has ended. Thank you for what you did."


def begin(*, round: Round, by: User) -> None:
    """Ask the room to sort together, for two minutes. Asking again later goes on from what was found.

    Raises StageMovedOn outside `threads`, Refused while it is going on already, where the machine is off (nothing
    would come of it), and with too few sentences.
    """
    if not round.programme.machine_on:
        raise Refused(OFF)
    hands = _hands(round)  # before the lock: it takes a moment, and nobody's answer should wait for it
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=round.pk)
        if locked.stage != Stage.THREADS:
            raise StageMovedOn("Sorting together belongs to the threads. The round is not there now.")
        if is_open(locked):
            raise Refused("The room is sorting already.")
        if len(sortable(locked)) < pairs.FEWEST:
            raise Refused(FEW)
        Sorting.objects.update_or_create(round=locked, defaults={"is_open": True, "ends_at": timezone.now() + LASTS})
        SortedPairs.objects.update_or_create(round=locked, defaults={"hands": hands})
        staff_acts.note(round=locked, who=by, what="asked the room to sort together")
        announce(locked, "sorting")


@transaction.atomic
def end(*, round: Round, by: User) -> None:
    """End sorting together. Raises Refused when it has ended already."""
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not is_open(locked):
        raise Refused("Sorting together has ended already.")
    _end(locked)
    staff_acts.note(round=locked, who=by, what="ended sorting together")
    announce(locked, "sorting")


@transaction.atomic
def sort(*, sender: Sender, nonce: str, hand: str, cards: Sequence[str], together: Sequence[str]) -> None:
    """Seal what somebody says of a hand: these belong together, or none do.

    Each person counts once for a hand, under whatever nonce. Raises StageMovedOn when the sorting has ended,
    Refused for cards that were never dealt.
    """
    round = Round.objects.select_for_update().get(pk=sender.round.pk)
    once = f"{sender.voice} {hand}"  # the row's key comes of it: a repeat, and a second thought, are the same row
    if gathering.knows(round=round, basket=BASKET, nonce=once):
        return
    if round.stage != Stage.THREADS or not is_open(round):
        raise StageMovedOn(ENDED)
    if not secrets.compare_digest(hand.encode(), mark(round, cards).encode()) or not set(together) <= set(cards):
        raise Refused("These sentences were not dealt. Please take the next ones.")
    payload = {"cards": list(cards), "together": list(together)}
    gathering.put(round=round, basket=BASKET, nonce=once, voice=sender.voice, payload=payload)


@reactions.also_due
def count_due(round: Round) -> None:
    """Open what several people have said of their hands, if enough have, and deal new hands from what is known then."""
    if round.stage != Stage.THREADS or not is_open(round):
        return
    if flowing.is_resting(round=round, basket=BASKET, seconds=DEALS_APART):
        return
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=round.pk)
        if not is_open(locked) or not _count(locked, least=locked.flowing_batch):
            return
    flowing.rest(round=round, basket=BASKET)
    deal(round)


def deal(round: Round) -> None:
    """Deal new hands from what is known by now, if the room is still sorting."""
    hands = _hands(round)  # takes a moment, and no lock
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=round.pk)
        if is_open(locked):
            SortedPairs.objects.filter(round=locked).update(hands=hands)
            announce(locked, "sorting")


def is_open(round: Round) -> bool:
    return Sorting.objects.filter(round_id=round.pk, is_open=True).exists()


def evidence(round: Round) -> PairEvidence:
    """What was sorted wherever the round's story was told; empty when nobody did."""
    rows = SortedPairs.objects.filter(round__in=Round.objects.pool_of(round))
    return PairEvidence({pair: count for row in rows for pair, count in _read(row).pairs.items()})


def sortable(round: Round) -> list[str]:
    """The ids of the reactions that can be sorted: shown to the room, with words in them."""
    return list(Reaction.objects.of(round).shown().exclude(text="").values_list("pk", flat=True))


def mark(round: Round, cards: Sequence[str]) -> str:
    """The server's mark on a hand: nobody can make one for sentences that were not dealt together."""
    return keys.keyed_hash(round.public_id, "hand", *sorted(cards))


def people(round: Round) -> int:
    """How many people have sorted something. For bands; never shown as it is."""
    return gathering.people(round=round, basket=BASKET, ever=True)


def _end(round: Round) -> None:
    Sorting.objects.filter(round=round).update(is_open=False)
    _count(round, least=LOWEST_FLOOR)
    SortedPairs.objects.filter(round=round).update(hands=[])


def _count(round: Round, *, least: int) -> bool:
    """Add what has been said to the sums, unless fewer than `least` people have said it. Returns whether it did.

    What fewer have said stays sealed: it joins what is said later, or goes with the seal.
    """
    if gathering.people(round=round, basket=BASKET) < least:
        return False
    said = gathering.take(round=round, basket=BASKET)
    _write(round, _own(round).plus(Judgement(tuple(one["cards"]), frozenset(one["together"])) for one in said))
    return True


def _hands(round: Round) -> list[list[str]]:
    """New hands, from what people sorted and from the groups there are by now."""
    seed = secrets.randbits(32)
    dealt = pairs.hands(sortable(round), _own(round), how_many=HANDS, seed=seed, start=_known_groups(round))
    return [list(hand) for hand in dealt]


def _known_groups(round: Round) -> list[Collection[str]]:
    waiting = ProposedGroup.objects.filter(round=round.origin_pk, state=ProposedGroup.State.WAITING)
    themes: dict[int, list[str]] = {}
    for theme, reaction in Placement.objects.filter(reaction__prompt__round=round).values_list("theme", "reaction"):
        themes.setdefault(theme, []).append(reaction)
    here = set(sortable(round))
    groups = [[one for one in ids if one in here] for ids in waiting.values_list("reaction_ids", flat=True)]
    return [*themes.values(), *groups]


def _own(round: Round) -> PairEvidence:
    """What this room sorted, in what it was shown itself."""
    row = SortedPairs.objects.filter(round=round).first()
    return _read(row) if row else PairEvidence()


def _read(row: SortedPairs) -> PairEvidence:
    return PairEvidence({(row.ids[one], row.ids[other]): (yes, seen) for one, other, yes, seen in row.pairs})


def _write(round: Round, found: PairEvidence) -> None:
    ids = sorted({one for pair in found.pairs for one in pair})
    place = {one: number for number, one in enumerate(ids)}
    rows = [[place[one], place[other], *count] for (one, other), count in found.pairs.items()]
    SortedPairs.objects.update_or_create(round=round, defaults={"ids": ids, "pairs": rows})


@stages.after_move
def _end_with_the_threads(round: Round, left: str) -> None:
    """Leaving the threads ends sorting together: nobody can answer any more, and nothing said is lost."""
    if left == Stage.THREADS and is_open(round):
        _end(round)


@sealing.rewrites
def _follow_the_seal(round: Round, new_ids: Mapping[str, str]) -> None:
    """Write the sums anew under the new ids, for the themes that are named after the round; the rest goes."""
    kept = _own(round).renamed(new_ids)
    SortedPairs.objects.filter(round=round).delete()
    if kept.pairs:
        _write(round, kept)
