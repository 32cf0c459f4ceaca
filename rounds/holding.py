"""Holding: what may name a person, or may be a disclosure, is read by a facilitator before the room sees it.

What is held has counted for the floor, for somebody wrote it; so the rest of its batch is shown only while at least
three people's words are surely left in it. Otherwise all of the batch is held, for company (ADR 27).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rounds import disclosures, gathering, identifiers
from rounds.models import Round
from rounds.models.programme import LOWEST_FLOOR

RISK: Final = "risk"
COMPANY: Final = "company"
SAYS: Final = {
    **identifiers.SAYS,
    RISK: "Please read this first.",
    COMPANY: "Kept with others that are held, so that nobody stands out. It is shown when more is.",
}


def take(*, round: Round, baskets: Iterable[str], joins: bool, held: int) -> list[tuple[dict[str, Any], str]]:
    """Empty these baskets: each payload with why it is held, or nothing; shuffled. Call inside a transaction.

    Each basket's floor is its own (ADR 32). joins: whether this is a rest that comes to what is shown already; then all
    who ever wrote are its company, less the `held` of whom something was kept back before.
    """
    found: list[tuple[dict[str, Any], str]] = []
    for basket in baskets:
        people = gathering.people(round=round, basket=basket, ever=joins) - (held if joins else 0)
        payloads = gathering.take(round=round, basket=basket)
        whys = reasons([payload["text"] for payload in payloads], people=people)
        found += zip(payloads, whys, strict=True)
    secrets.SystemRandom().shuffle(found)
    return found


def reasons(texts: Sequence[str], *, people: int) -> list[str]:
    """For each text of a batch why it is held (a key of SAYS), or nothing when it can be shown.

    people: how many wrote in this batch. Whose is whose nobody knows: each held text may be all that one of them wrote.
    """
    found = [reason(text) for text in texts]
    held = sum(map(bool, found))
    if held and people - held < LOWEST_FLOOR:
        return [why or COMPANY for why in found]
    return found


def reason(text: str) -> str:
    """Why this text is held: RISK, the kind of an identifier, or nothing."""
    if disclosures.is_possible(text):
        return RISK
    noticed = identifiers.noticed(text)
    return noticed.kind if noticed else ""
