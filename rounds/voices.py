"""Voices: one per person, kind and target, without a link to the person.

"This is mine too", "this rings true", "I'd help", a barrier chosen, a staff group at the head-count: each is a
keyed hash that cannot be tied to another of the same person's and dies with the round's key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count

from rounds import keys
from rounds.models import Round, Tally, Voice

COMPANY = 3  # from three on a reaction says "others too"; never a number (PRODUCT, rule 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A voice for a target."""

    kind: str
    target: str
    voice: str


def say(*, round: Round, kind: str, target: str, voice: str) -> bool:
    """Count this voice for the target, once. Returns whether it is new. Call inside a transaction."""
    return say_together(round=round, said=[Said(kind=kind, target=target, voice=voice)]) > 0


def say_together(*, round: Round, said: Iterable[Said]) -> int:
    """Count each of these once; returns how many are new. Call inside a transaction that has locked the round."""
    asked = _hashed(round, said)
    # In the order of the hashes: a row's place must not say who came before whom.
    new = [(pk, asked[pk]) for pk in sorted(asked.keys() - _here(asked))]
    rows = [Voice(pk=pk, round=round, kind=one.kind, target=one.target) for pk, one in new]
    Voice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def has_said(*, round: Round, kind: str, target: str, voice: str) -> bool:
    """Whether this voice counts for the target already: what a repeat must be told after the stage moved on."""
    return bool(already_said(round=round, said=[Said(kind=kind, target=target, voice=voice)]))


def already_said(*, round: Round, said: Iterable[Said]) -> set[Said]:
    """As has_said, for many: those that count already."""
    asked = _hashed(round, said)
    return {asked[pk] for pk in _here(asked)}


def has_chosen(*, round: Round, kind: str, target: str, voice: str) -> bool:
    """As has_said, for what say_one counts."""
    voice_id = keys.keyed_hash(round.public_id, "voice", voice, kind)
    return Voice.objects.filter(pk=voice_id, target=target).exists()


def say_one(*, round: Round, kind: str, target: str, voice: str) -> None:
    """Count this voice for the target only: a second choice of the same kind replaces the first."""
    voice_id = keys.keyed_hash(round.public_id, "voice", voice, kind)
    Voice.objects.update_or_create(pk=voice_id, defaults={"round": round, "kind": kind, "target": target})


def counts(*, round: Round, kind: str) -> Counter[str]:
    """How many voices each target has, before or after the seal. Not for a screen as it is."""
    found = Counter(
        dict(
            Voice.objects.filter(round=round, kind=kind)
            .values("target")
            .annotate(count=Count("pk"))
            .values_list("target", "count")
        )
    )
    found.update(dict(Tally.objects.filter(round=round, kind=kind).values_list("target", "count")))
    return found


def in_company(*, round: Round, kind: str) -> frozenset[str]:
    """The targets at least three people joined in."""
    return frozenset(target for target, count in counts(round=round, kind=kind).items() if count >= COMPANY)


def fold(*, round: Round) -> None:
    """Replace the round's voices by their sums: what the seal leaves. Call inside a transaction."""
    sums = Voice.objects.filter(round=round).values("kind", "target").annotate(count=Count("pk")).order_by()
    Tally.objects.bulk_create(
        [Tally(round=round, kind=row["kind"], target=row["target"], count=row["count"]) for row in sums],
        update_conflicts=True,
        update_fields=["count"],
        unique_fields=["round", "kind", "target"],
    )
    Voice.objects.filter(round=round).delete()


def _hashed(round: Round, said: Iterable[Said]) -> dict[str, Said]:
    hashed = keys.hasher(round.public_id, "voice")
    return {hashed(one.voice, one.kind, one.target): one for one in said}


def _here(voice_ids: Collection[str]) -> set[str]:
    return set(Voice.objects.filter(pk__in=voice_ids).values_list("pk", flat=True))
