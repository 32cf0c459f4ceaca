"""Gathering: what people write is sealed at once and released together, shuffled, never one by one.

A basket is where one prompt's reactions, the circle's proposals or the feedback forms wait. Only `take` opens
it. The nonce's keyed hash is the row's key, so that sending a thing five times is sending it once.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rounds import keys, voices
from rounds.models import Round, SealedPost, Spent, Voice

BOX_BYTES = 9216  # 2,000 characters of four bytes and everything around them: every box has this one size
NONCE_BYTES = 12
WAITS = "waits"  # voices: who has something in a basket now
WROTE = "wrote"  # and who ever had, until the seal


def put(*, round: Round, basket: str, nonce: str, voice: str, payload: Mapping[str, Any]) -> None:
    """Seal `payload` into the basket, once per nonce. Call inside a transaction.

    voice: the sender's, so that floors count people and not posts; no post is tied to it.
    Raises keys.KeyGone when the round is sealed, ValueError when the payload does not fit a box.
    """
    post_id = keys.keyed_hash(round.public_id, "nonce", nonce)
    if Spent.objects.filter(pk=post_id).exists():
        return  # already released: the answer got lost on its way, the sentence did not
    SealedPost.objects.get_or_create(
        pk=post_id, defaults={"round": round, "basket": basket, "box": _sealed(round, post_id, payload)}
    )
    for kind in (WAITS, WROTE):
        voices.say(round=round, kind=kind, target=basket, voice=voice)


def knows(*, round: Round, nonce: str) -> bool:
    """Whether something sent under this nonce is here already, waiting or released.

    A repeat whose answer got lost must be told "saved", also after the stage moved on.
    """
    post_id = keys.keyed_hash(round.public_id, "nonce", nonce)
    return SealedPost.objects.filter(pk=post_id).exists() or Spent.objects.filter(pk=post_id).exists()


def withdraw(*, round: Round, nonce: str) -> None:
    """Take an unreleased post out again, if it is there. Call inside a transaction."""
    SealedPost.objects.filter(pk=keys.keyed_hash(round.public_id, "nonce", nonce)).delete()


def waiting(*, round: Round, basket: str) -> int:
    """How many lie in the basket. For floors and bands; never shown as it is."""
    return SealedPost.objects.filter(round=round, basket=basket).count()


def people(*, round: Round, basket: str, ever: bool = False) -> int:
    """How many people have something in the basket now, or ever had: what a floor counts.

    Posts would not do: one person could send four and see whose the fifth is.
    """
    kind = WROTE if ever else WAITS
    return Voice.objects.filter(round=round, kind=kind, target=basket).count()


def forget_people(*, round: Round) -> None:
    """Forget how many wrote: a number that nobody needs after the round, and that must not become a tally."""
    Voice.objects.filter(round=round, kind__in=(WAITS, WROTE)).delete()


def take(*, round: Round, basket: str) -> list[dict[str, Any]]:
    """Empty the basket and return what was in it, shuffled. Call inside a transaction.

    The hashes stay as spent until the seal, so that a late repeat does not become a second row.
    """
    posts = list(SealedPost.objects.filter(round=round, basket=basket))
    secrets.SystemRandom().shuffle(posts)
    payloads = [_opened(round, post) for post in posts]
    SealedPost.objects.filter(pk__in=[post.pk for post in posts]).delete()
    Voice.objects.filter(round=round, kind=WAITS, target=basket).delete()
    Spent.objects.bulk_create([Spent(pk=post.pk, round=round) for post in sorted(posts, key=lambda p: p.pk)])
    return payloads


def _sealed(round: Round, post_id: str, payload: Mapping[str, Any]) -> bytes:
    plain = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > BOX_BYTES:
        raise ValueError("the payload does not fit a box")
    iv = os.urandom(NONCE_BYTES)
    cipher = AESGCM(keys.derived(round.public_id, "post"))
    return iv + cipher.encrypt(iv, plain.ljust(BOX_BYTES), post_id.encode())


def _opened(round: Round, post: SealedPost) -> dict[str, Any]:
    box = bytes(post.box)
    cipher = AESGCM(keys.derived(round.public_id, "post"))
    plain = cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], post.pk.encode())
    opened: dict[str, Any] = json.loads(plain)
    return opened
