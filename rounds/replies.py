"""One-way replies: a facilitator's answer to a possible disclosure goes to every phone, and opens on one (ADR 27).

Phones get a fixed number of boxes of one length. Those without an answer hold noise; whenever one is written, or the
room changes, and in its quiet parts now and then, all of them look new: neither how many there are nor which is which
can be seen.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from rounds import keys, staff_acts
from rounds.live.doorbell import REPLIES, announce, revisions
from rounds.models import Disclosure, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn

MOST: Final = 4  # answers at a time, in a room
LONGEST: Final = 480  # bytes of an answer; with the box around it a multiple of three, for plain base 64
IV: Final = 12
KEY_BYTES: Final = 32
TOPIC: Final = REPLIES
QUIET: Final = frozenset({Stage.SILENCE, Stage.THRESHOLD, Stage.CLOSING})  # where hardly anything else changes
GONE: Final = "That is not here any more."


def keep(*, round: Round, found: Iterable[tuple[str, str]]) -> None:
    """Keep possible disclosures: (id of what was written, the phone's key or nothing). Call inside a transaction."""
    found = list(found)
    if not found:
        return
    cipher = _cipher(round)
    rows = [Disclosure(pk=about, round=round, key=_locked(cipher, about, _bytes(key))) for about, key in found]
    Disclosure.objects.bulk_create(rows)


def forget(*, round: Round, about: str) -> None:
    """What was held is let go: there is nothing to answer any more. Call inside a transaction, and announce TOPIC."""
    Disclosure.objects.filter(round=round, pk=about).delete()


@transaction.atomic
def send(*, round: Round, about: str, words: str, by: User) -> None:
    """Answer whoever wrote it; a second answer takes the place of the first. Raises Refused, in words."""
    found = _found(round, about)
    if not found.key:
        raise Refused("The phone it came from has no way to open an answer.")
    if len(words.encode()) > LONGEST:
        raise Refused("That is a little too long for one answer.")
    answered = Disclosure.objects.filter(round=round).exclude(pk=about).exclude(words=b"").count()
    if answered >= MOST:
        raise Refused("There is no room for another answer in this round. Please speak to the whole room.")
    found.words = _locked(_cipher(round), f"{about} words", words.encode().ljust(LONGEST))
    found.read = True
    found.save(update_fields=["words", "read"])
    staff_acts.note(round=round, who=by, what="sent an answer that one device can open")
    announce(round, TOPIC, "reactions", "circle")


@transaction.atomic
def leave(*, round: Round, about: str, by: User) -> None:
    """It has been read, and stays held."""
    found = _found(round, about)
    Disclosure.objects.filter(pk=found.pk).update(read=True)
    staff_acts.note(round=round, who=by, what="read something that was held, and left it so")
    announce(round, "reactions", "circle")


@transaction.atomic
def renew(*, round_pk: int) -> None:
    """Have the boxes look new in a quiet part of a round, where nothing else would hide that an answer was sent."""
    round = Round.objects.select_for_update().filter(pk=round_pk, stage__in=QUIET).first()
    if round is not None:
        announce(round, TOPIC)


def answered(*, round: Round) -> dict[str, tuple[bool, bool, str]]:
    """Of each possible disclosure: whether it was read, whether it can be answered, and what was answered."""
    rows = list(Disclosure.objects.filter(round=round))
    if not rows:
        return {}
    try:
        cipher = _cipher(round)
    except keys.KeyGone:
        return {}
    return {row.pk: (row.read, bool(row.key), _unlocked(cipher, f"{row.pk} words", row.words).decode()) for row in rows}


def boxes(*, round: Round) -> list[str]:
    """MOST boxes of one length, in an order that says nothing; the same in every process until TOPIC is announced."""
    try:
        own = keys.derived(round.public_id, "reply")
    except keys.KeyGone:
        return []
    cipher = AESGCM(own)
    epoch = revisions(round).get(TOPIC, 0)
    filled = []
    written = Disclosure.objects.filter(round=round).exclude(words=b"")
    for pk, locked, words in written.values_list("pk", "key", "words"):
        key = _unlocked(cipher, pk, locked)
        filled.append((AESGCM(key), _unlocked(cipher, f"{pk} words", words, stripped=False)))
    noise = [(cipher, f"{number}".encode().ljust(LONGEST)) for number in range(MOST - len(filled))]
    return sorted(_box(own, epoch, with_key, plain) for with_key, plain in [*filled, *noise])


def _box(own: bytes, epoch: int, cipher: AESGCM, plain: bytes) -> str:
    # Of what is in it, too: one nonce for two texts under one key would give both away.
    iv = hmac.digest(own, b"%d:" % epoch + plain, "sha256")[:IV]
    return base64.urlsafe_b64encode(iv + cipher.encrypt(iv, plain, None)).decode()


def _found(round: Round, about: str) -> Disclosure:
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not locked.is_open:
        raise StageMovedOn("The round is over.")
    found = Disclosure.objects.filter(round=locked, pk=about).first()
    if found is None:
        raise Refused(GONE)
    return found


def _cipher(round: Round) -> AESGCM:
    return AESGCM(keys.derived(round.public_id, "reply"))


def _bytes(key: str) -> bytes:
    """The key as a phone wrote it; nothing where it is none."""
    try:
        raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except ValueError:
        return b""
    return raw if len(raw) == KEY_BYTES else b""


def _locked(cipher: AESGCM, what: str, plain: bytes) -> bytes:
    if not plain:
        return b""
    iv = os.urandom(IV)
    return iv + cipher.encrypt(iv, plain, what.encode())


def _unlocked(cipher: AESGCM, what: str, box: bytes | memoryview, *, stripped: bool = True) -> bytes:
    if not box:
        return b""
    try:
        plain = cipher.decrypt(bytes(box)[:IV], bytes(box)[IV:], what.encode())
    except InvalidTag:
        raise keys.KeyGone from None
    return plain.rstrip() if stripped and len(plain) == LONGEST else plain
