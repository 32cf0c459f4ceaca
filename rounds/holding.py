"""Holding: what may name a person, or may be a disclosure, is read by a facilitator before the room sees it.

One rule for phones and cards, reactions and proposals, each basket alone (ADR 27): whose is whose nobody knows, so each
text that is held may be all that one person wrote. The first of a basket's words come to the room only while the people
who wrote in it, less the texts still held, are three at least; until then all of them wait, for company.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from rounds import disclosures, gathering, identifiers, replies, voices
from rounds.models import Round
from rounds.models.programme import LOWEST_FLOOR
from rounds.voices import Said

RISK: Final = "risk"
COMPANY: Final = "company"
FROM_A_CARD: Final = "card"  # of what is held: locked, and gone once it is shown
SAYS: Final = {
    **identifiers.SAYS,
    RISK: "Please read this first.",
    COMPANY: "Kept with others that are held, so that nobody stands out. It is shown when more is.",
}
WAITED: Final = "Kept with others that are held, so that nobody stands out."  # once nothing can be shown any more
ALL_HELD: Final = "Nothing is shown yet: all of it is held, for you to read first."
NOT_SEEN: Final = "The room has not seen it yet. It stays held, or you give it back."
WAITS: Final = "It waits until enough can be shown together. What else you give back is shown with it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A question, or the circle. rows: what was taken of it. as_shown: the columns of one that is shown."""

    round: Round
    rows: QuerySet[Any]
    phones: str
    cards: str
    as_shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What lay in a basket, and why it is held (a key of SAYS), or nothing."""

    payload: dict[str, Any]
    why: str
    basket: str


def take(*, place: Place, baskets: Iterable[str], joins: bool) -> list[Taken]:
    """Empty these baskets, shuffled, and show what waited for company if it has it now. Call inside a transaction.

    joins: whether this is a rest that may come to what is shown of its basket already, however few wrote it.
    """
    found = [one for basket in baskets for one in _take(place, basket, joins=joins)]
    secrets.SystemRandom().shuffle(found)
    return found


def keep(*, place: Place, made: Sequence[tuple[str, Taken]]) -> None:
    """Remember of what is held (its row's id first) what is needed to let it go, or to answer. In a transaction."""
    cards = [pk for pk, one in made if one.why and one.basket == place.cards]
    voices.say_together(round=place.round, said=[_from_a_card(pk) for pk in cards])
    at_risk = [(pk, one.payload.get("reply", "")) for pk, one in made if one.why == RISK]
    replies.keep(round=place.round, found=at_risk)


def let_go(*, place: Place, one: str) -> bool:
    """A facilitator has read this row and lets it be shown; whether it is, or waits until enough can be with it."""
    is_card = bool(voices.already_said(round=place.round, said=[_from_a_card(one)]))
    basket = place.cards if is_card else place.phones
    place.rows.filter(pk=one).update(held_for=COMPANY)
    replies.forget(round=place.round, about=one)
    unread = len(_held(place, basket) - _held(place, basket, waiting=True))
    if gathering.is_shown(round=place.round, basket=basket) or gathering.had_people(
        round=place.round, basket=basket, least=LOWEST_FLOOR + unread
    ):
        _show(place, basket)
        return True
    return False


def _take(place: Place, basket: str, *, joins: bool) -> list[Taken]:
    people, ever = (gathering.people(round=place.round, basket=basket, ever=ever) for ever in (False, True))
    payloads = gathering.take(round=place.round, basket=basket)
    whys = [reason(payload["text"]) for payload in payloads]
    held = sum(map(bool, whys))
    is_enough = people - held >= LOWEST_FLOOR
    if gathering.is_shown(round=place.round, basket=basket):
        is_enough = is_enough or joins
    elif not is_enough:  # with all that waits from before; now that the basket is empty, `ever` wrote just that
        before = len(_held(place, basket) - _held(place, basket, waiting=True))
        is_enough = ever - before - held >= LOWEST_FLOOR
        gathering.note_people(round=place.round, basket=basket, people=ever)
    if is_enough:
        _show(place, basket)
    else:
        whys = [why or COMPANY for why in whys]
    return [Taken(payload=payload, why=why, basket=basket) for payload, why in zip(payloads, whys, strict=True)]


def _show(place: Place, basket: str) -> None:
    """From now on the basket's words are shown: those that waited for company too."""
    gathering.note_shown(round=place.round, basket=basket)
    ready = _held(place, basket, waiting=True)
    place.rows.filter(pk__in=ready).update(**place.as_shown, held_for="")
    voices.unsay(round=place.round, said=map(_from_a_card, ready))


def _held(place: Place, basket: str, *, waiting: bool = False) -> set[str]:
    """The rows of this basket the room has not seen; waiting: of these, what waits for nothing but company."""
    rows = place.rows.filter(held_for=COMPANY) if waiting else place.rows.exclude(held_for="")
    ids = set(rows.values_list("pk", flat=True))
    cards = {said.target for said in voices.already_said(round=place.round, said=map(_from_a_card, ids))}
    return ids & cards if basket == place.cards else ids - cards


def _from_a_card(row: str) -> Said:
    return Said(kind=FROM_A_CARD, target=row, voice=FROM_A_CARD)


def says(*, round: Round, held_for: str) -> str:
    """Why something is held, for facilitators; of a round that is over nothing is promised any more."""
    return WAITED if held_for == COMPANY and not round.is_open else SAYS.get(held_for, "")


def reason(text: str) -> str:
    """Why this text is held: RISK, the kind of an identifier, or nothing."""
    if disclosures.is_possible(text):
        return RISK
    noticed = identifiers.noticed(text)
    return noticed.kind if noticed else ""
