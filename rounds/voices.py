"""Voices: one per person, kind and target, without a link to the person.

"This is mine too", "this rings true", "I'd help", a barrier chosen, a staff group at the head-count: each is a
keyed hash that cannot be tied to another of the same person's and dies with the round's key. What it is for is
locked with that key, each time differently and in one length: rows lie in the order in which people tapped, and a
thief of the database must not read there what each of them tapped on.
"""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import QuerySet

from rounds import keys
from rounds.models import Round, Tally, Voice

WAITS: Final = "waits"  # who has something in a basket now
WROTE: Final = "wrote"  # and who ever had, until the seal
TAKEN: Final = "taken"  # so many rows as people had, when a basket was emptied of which nothing is shown yet
SHOWN: Final = "shown"  # one row of a basket of which enough people's words are shown
# These say no more than the sealed posts beside them, and are counted at every post: they stand as they are.
OPEN_KINDS: Final = frozenset({WAITS, WROTE, TAKEN, SHOWN})
LOCKED: Final = "locked"  # the kind of all other rows; the real one is in the box
IV_BYTES: Final = 12
PLAIN_BYTES: Final = 120  # a kind of 20 letters, a target of 80, and what JSON puts around them
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
    box = boxer(round.public_id)
    rows = [Voice(pk=pk, round=round, **box(pk, one.kind, one.target)) for pk, one in new]
    Voice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def unsay(*, round: Round, said: Iterable[Said]) -> None:
    """Drop each of these, where it counts. Call inside a transaction."""
    Voice.objects.filter(pk__in=list(_hashed(round, said))).delete()


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
    chosen = Voice.objects.filter(round=round, pk=voice_id)
    return (kind, target) in {(its_kind, its_target) for _, its_kind, its_target in _opened(round, chosen)}


def say_one(*, round: Round, kind: str, target: str, voice: str) -> None:
    """Count this voice for the target only: a second choice of the same kind replaces the first."""
    voice_id = keys.keyed_hash(round.public_id, "voice", voice, kind)
    Voice.objects.update_or_create(
        pk=voice_id, defaults={"round": round, **boxer(round.public_id)(voice_id, kind, target)}
    )


def counts(*, round: Round, kind: str) -> Counter[str]:
    """How many voices each target has, before or after the seal. Not for a screen as it is."""
    voices = Voice.objects.filter(round=round, kind=kind if kind in OPEN_KINDS else LOCKED)
    found = Counter(target for _, its_kind, target in _opened(round, voices) if its_kind == kind)
    found.update(dict(Tally.objects.filter(round=round, kind=kind).values_list("target", "count")))
    return found


def in_company(*, round: Round, kind: str) -> frozenset[str]:
    """The targets at least three people joined in."""
    return frozenset(target for target, count in counts(round=round, kind=kind).items() if count >= COMPANY)


def fold(*, round: Round) -> None:
    """Replace the round's voices by their sums: what the seal leaves. Call inside a transaction."""
    voices = Voice.objects.filter(round=round)
    sums = Counter((kind, target) for _, kind, target in _opened(round, voices))
    Tally.objects.bulk_create(
        [Tally(round=round, kind=kind, target=target, count=count) for (kind, target), count in sums.items()],
        update_conflicts=True,
        update_fields=["count"],
        unique_fields=["round", "kind", "target"],
    )
    voices.delete()


def forget(*, round: Round, kinds: Collection[str], unless: Callable[[str], bool]) -> None:
    """Drop what was said, or its sums, of these kinds and of every target that `unless` does not keep."""
    opened = _opened(round, Voice.objects.filter(round=round))
    gone = [pk for pk, kind, target in opened if kind in kinds and not unless(target)]
    Voice.objects.filter(pk__in=gone).delete()
    sums = Tally.objects.filter(round=round, kind__in=kinds)
    sums.filter(pk__in=[pk for pk, target in sums.values_list("pk", "target") if not unless(target)]).delete()


def forget_of(*, round: Round, targets: Collection[str]) -> None:
    """Drop what was said of these targets, or its sums: they are going."""
    gone = [pk for pk, _, target in _opened(round, Voice.objects.filter(round=round)) if target in targets]
    Voice.objects.filter(pk__in=gone).delete()
    Tally.objects.filter(round=round, target__in=targets).delete()


def boxer(round_id: str) -> Callable[[str, str, str], dict[str, str]]:
    """A function from a row's id, kind and target to what its columns hold of them. Raises keys.KeyGone."""
    cipher = AESGCM(keys.derived(round_id, "target"))

    def boxed(pk: str, kind: str, target: str) -> dict[str, str]:
        if kind in OPEN_KINDS:
            return {"kind": kind, "target": target}
        plain = json.dumps([kind, target], ensure_ascii=False).encode()
        if len(plain) > PLAIN_BYTES:
            raise ValueError("the target does not fit a box")
        iv = os.urandom(IV_BYTES)
        box = iv + cipher.encrypt(iv, plain.ljust(PLAIN_BYTES), pk.encode())
        return {"kind": LOCKED, "target": base64.b64encode(box).decode()}

    return boxed


def _opened(round: Round, rows: QuerySet[Voice]) -> Iterator[tuple[str, str, str]]:
    """(id, kind, target) of each of these rows of a round. When its key is gone, of none that is locked."""
    cipher = None
    for pk, kind, target in rows.values_list("pk", "kind", "target"):
        if kind != LOCKED:
            yield pk, kind, target
            continue
        if cipher is None:
            try:
                cipher = AESGCM(keys.derived(round.public_id, "target"))
            except keys.KeyGone:
                return
        box = base64.b64decode(target)
        plain = json.loads(cipher.decrypt(box[:IV_BYTES], box[IV_BYTES:], pk.encode()))
        yield pk, *plain


def _hashed(round: Round, said: Iterable[Said]) -> dict[str, Said]:
    hashed = keys.hasher(round.public_id, "voice")
    return {hashed(one.voice, one.kind, one.target): one for one in said}


def _here(voice_ids: Collection[str]) -> set[str]:
    return set(Voice.objects.filter(pk__in=voice_ids).values_list("pk", flat=True))
