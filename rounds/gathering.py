"""Gathering: what people write is sealed at once and released together, shuffled, never one by one.

A basket is where one prompt's reactions, the circle's proposals or the feedback forms wait. Only `take` opens
it. The nonce's keyed hash is the row's key, so that sending a thing five times is sending it once.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rounds import keys, voices
from rounds.models import Round, SealedPost, Spent, Voice
from rounds.voices import OPEN_KINDS, SHOWN, TAKEN, WAITS, WROTE, Said

BOX_BYTES = 9216  # 2,000 characters of four bytes and everything around them: every box has this one size
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One thing to put into a basket: under which nonce, from whose voice, and what."""

    nonce: str
    voice: str
    payload: Mapping[str, Any]


def put(*, round: Round, basket: str, nonce: str, voice: str, payload: Mapping[str, Any]) -> None:
    """As put_together, one alone. Raises the ValueError, too."""
    written = Written(nonce=nonce, voice=voice, payload=payload)
    for trouble in put_together(round=round, basket=basket, several=[written]):
        if trouble is not None:
            raise trouble


def put_together(*, round: Round, basket: str, several: Sequence[Written]) -> list[ValueError | None]:
    """Seal each payload into the basket, once per nonce. Call inside a transaction that has locked the round.

    voice: the sender's, so that floors count people and not posts; no post is tied to it.
    Returns for each the ValueError of a payload that does not fit a box, or None: the others are put all the same.
    Raises keys.KeyGone when the round is sealed.
    """
    hashed = keys.hasher(round.public_id, "nonce")
    cipher = AESGCM(keys.derived(round.public_id, "post"))
    post_ids = [hashed(basket, one.nonce) for one in several]
    spent = _among(Spent, post_ids)  # released already: the answer got lost on its way, the sentence did not
    posts: dict[str, SealedPost] = {}
    said: list[Said] = []
    troubles: list[ValueError | None] = []
    for post_id, one in zip(post_ids, several, strict=True):
        troubles.append(None)
        if post_id in spent or post_id in posts:
            continue
        try:
            box = _sealed(cipher, post_id, one.payload)
        except ValueError as trouble:
            troubles[-1] = trouble
            continue
        posts[post_id] = SealedPost(pk=post_id, round=round, basket=basket, box=box)
        said += [Said(kind=kind, target=basket, voice=one.voice) for kind in (WAITS, WROTE)]
    # In the order of the hashes: a row's place must not say who came before whom.
    SealedPost.objects.bulk_create([posts[post_id] for post_id in sorted(posts)], ignore_conflicts=True)
    voices.say_together(round=round, said=said)
    return troubles


def knows(*, round: Round, basket: str, nonce: str) -> bool:
    """Whether something sent to this basket under this nonce is here already, waiting or released.

    A repeat whose answer got lost must be told "saved", also after the stage moved on.
    """
    return bool(known(round=round, sent=[(basket, nonce)]))


def known(*, round: Round, sent: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """As knows, for many: those (basket, nonce) that are here already. Raises keys.KeyGone."""
    hashed = keys.hasher(round.public_id, "nonce")
    asked = {hashed(basket, nonce): (basket, nonce) for basket, nonce in sent}
    here = _among(SealedPost, asked) | _among(Spent, asked)
    return {asked[post_id] for post_id in here}


def withdraw(*, round: Round, basket: str, nonce: str) -> None:
    """Take an unreleased post out again, if it is there. Call inside a transaction."""
    SealedPost.objects.filter(pk=keys.keyed_hash(round.public_id, "nonce", basket, nonce)).delete()


def note_spent(*, round: Round, basket: str, nonce: str) -> None:
    """Know this nonce from now on, where what was sent under it is kept under another name. In a transaction."""
    post_id = keys.keyed_hash(round.public_id, "nonce", basket, nonce)
    Spent.objects.bulk_create([Spent(pk=post_id, round=round)], ignore_conflicts=True)


def waiting(*, round: Round, basket: str) -> int:
    """How many lie in the basket. For floors and bands; never shown as it is."""
    return SealedPost.objects.filter(round=round, basket=basket).count()


def people(*, round: Round, basket: str, ever: bool = False) -> int:
    """How many people have something in the basket now, or ever had: what a floor counts.

    Posts would not do: one person could send four and see whose the fifth is.
    """
    kind = WROTE if ever else WAITS
    return Voice.objects.filter(round=round, kind=kind, target=basket).count()


def people_in(*, round: Round, baskets: Collection[str]) -> Counter[str]:
    """As people, now, for several baskets by one query."""
    waiting = Voice.objects.filter(round=round, kind=WAITS, target__in=baskets)
    return Counter(waiting.values_list("target", flat=True))


def note_people(*, round: Round, basket: str, people: int) -> None:
    """Remember how many people had something in a basket that was emptied, and not who. In a transaction."""
    said = [Said(kind=TAKEN, target=basket, voice=str(number)) for number in range(1, people + 1)]
    voices.say_together(round=round, said=said)


def had_people(*, round: Round, basket: str, least: int) -> bool:
    """Whether at least so many (one or more) had something in it when it was emptied."""
    return voices.has_said(round=round, kind=TAKEN, target=basket, voice=str(least))


def note_shown(*, round: Round, basket: str) -> None:
    """Remember that enough people's words of this basket are shown together. Call inside a transaction."""
    voices.say(round=round, kind=SHOWN, target=basket, voice=SHOWN)


def is_shown(*, round: Round, basket: str) -> bool:
    """Whether enough people's words of this basket were shown together, so that others may come to them."""
    return voices.has_said(round=round, kind=SHOWN, target=basket, voice=SHOWN)


def forget_people(*, round: Round) -> None:
    """Forget how many wrote: a number that nobody needs after the round, and that must not become a tally."""
    Voice.objects.filter(round=round, kind__in=OPEN_KINDS).delete()


def take(*, round: Round, basket: str) -> list[dict[str, Any]]:
    """Empty the basket and return what was in it, shuffled. Call inside a transaction.

    The hashes stay as spent until the seal, so that a late repeat does not become a second row.
    """
    posts = list(SealedPost.objects.filter(round=round, basket=basket))
    secrets.SystemRandom().shuffle(posts)
    payloads = _opened(round, posts)
    SealedPost.objects.filter(pk__in=[post.pk for post in posts]).delete()
    Voice.objects.filter(round=round, kind=WAITS, target=basket).delete()
    Spent.objects.bulk_create([Spent(pk=post.pk, round=round) for post in sorted(posts, key=lambda p: p.pk)])
    return payloads


def drop(*, round: Round, keep: Collection[str]) -> None:
    """Let go, unopened, of what lies in every basket but these, and of who ever wrote to them. In a transaction.

    Whoever's words are gone is no company for what others write later: it starts anew, with nobody. The hashes stay
    spent, so that a late repeat brings nothing back.
    """
    posts = SealedPost.objects.filter(round=round).exclude(basket__in=keep)
    Spent.objects.bulk_create([Spent(pk=pk, round=round) for pk in sorted(posts.values_list("pk", flat=True))])
    posts.delete()
    Voice.objects.filter(round=round, kind__in=OPEN_KINDS).exclude(target__in=keep).delete()


def _among(model: type[SealedPost] | type[Spent], post_ids: Collection[str]) -> set[str]:
    return set(model._default_manager.filter(pk__in=post_ids).values_list("pk", flat=True))


def _sealed(cipher: AESGCM, post_id: str, payload: Mapping[str, Any]) -> bytes:
    plain = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > BOX_BYTES:
        raise ValueError("the payload does not fit a box")
    iv = os.urandom(NONCE_BYTES)
    return iv + cipher.encrypt(iv, plain.ljust(BOX_BYTES), post_id.encode())


def _opened(round: Round, posts: Sequence[SealedPost]) -> list[dict[str, Any]]:
    if not posts:
        return []  # also of a round whose key is gone
    cipher = AESGCM(keys.derived(round.public_id, "post"))
    return [json.loads(cipher.decrypt(*_parts(bytes(post.box)), post.pk.encode())) for post in posts]


def _parts(box: bytes) -> tuple[bytes, bytes]:
    return box[:NONCE_BYTES], box[NONCE_BYTES:]
