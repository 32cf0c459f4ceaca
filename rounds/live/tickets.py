"""Tickets: what opens the live layer. None of them is stored, so none survives its round's key.

A room or wall ticket is the audience, the round's public id, sixteen bytes (random for a participant, a hash
of the wall's token for the wall) and a MAC under the round's own key: it survives a restart and dies at the
seal. A console ticket is signed, and worth something only together with the live session it was made for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.core import signing
from django.http import HttpRequest

from rounds import access, keys
from rounds.live.regions import Audience
from rounds.models import Round, User
from rounds.refusals import NotYours

CONSOLE_SECONDS = 12 * 60 * 60
LONGEST = 512
_SALT = "rounds.live.console"
_LETTERS: dict[bytes, Audience] = {b"r": "room", b"w": "wall"}
_ID = 22  # letters of a public id
_VOICE = 16  # bytes
_MAC = 32  # bytes


class NoTicket(Exception):
    """The ticket is not one, or no longer. The words are for the person who holds it."""

    def __init__(self) -> None:
        super().__init__("Your place in this round is not known any more. Please join again with the code.")


class RoundGone(Exception):
    """The ticket was for a round that is sealed, or not there for its holder."""

    def __init__(self) -> None:
        super().__init__("This round is over.")


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Who came in: an audience of a round, and for a participant an opaque voice."""

    audience: Audience
    round: Round
    voice: str


def for_room(round: Round) -> str:
    """A new participant's ticket. Raises keys.KeyGone when the round is not open to anybody."""
    return _made(b"r", round, secrets.token_bytes(_VOICE))


def for_wall(round: Round) -> str:
    """A wall's ticket; it stops working when the round's wall token changes. Raises keys.KeyGone as above."""
    return _made(b"w", round, _wall_mark(round))


def for_console(*, user: User, round: Round, session_key: str) -> str:
    """A facilitator's ticket, good for twelve hours and only while this session lives."""
    body = {"user": user.pk, "round": round.public_id, "session": _session_mark(session_key)}
    return signing.dumps(body, salt=_SALT)


def admit(ticket: str, *, session_key: str = "") -> Guest:
    """Who holds this ticket, checked afresh. Raises NoTicket or RoundGone.

    session_key: from the session cookie that came with the request; only the console needs it.
    """
    if len(ticket) > LONGEST:
        raise NoTicket
    return _admit_to_console(ticket, session_key) if ":" in ticket else _admit_by_key(ticket)


def admit_at_once(ticket: str, *, known: Callable[[str], Round | None]) -> Guest | None:
    """As admit, without asking the database: for participants and walls of a round that `known` has as it is now.

    None: it has to be asked.
    """
    if len(ticket) > LONGEST:
        raise NoTicket
    if ":" in ticket:
        return None
    audience, round_id, voice = _opened(ticket)
    round = known(round_id)
    return None if round is None else _guest(audience, round, voice)


def _made(letter: bytes, round: Round, voice: bytes) -> str:
    body = letter + round.public_id.encode() + voice
    return _text(body + _mac(round.public_id, body))


def _admit_by_key(ticket: str) -> Guest:
    audience, round_id, voice = _opened(ticket)
    round = Round.objects.select_related("programme", "current_prompt").filter(public_id=round_id).first()
    return _guest(audience, round, voice)


def _opened(ticket: str) -> tuple[Audience, str, bytes]:
    """(audience, the round's public id, voice) of a ticket that the round's key has made."""
    raw = _bytes(ticket)
    body, mac = raw[:-_MAC], raw[-_MAC:]
    audience = _LETTERS.get(body[:1])
    round_id = body[1 : 1 + _ID].decode("ascii", "replace")
    # The id names a key file: nothing but the letters of an id may reach the file system.
    if len(body) != 1 + _ID + _VOICE or audience is None or not re.fullmatch(r"[A-Za-z0-9_-]+", round_id):
        raise NoTicket
    try:
        expected = _mac(round_id, body)
    except keys.KeyGone:
        raise RoundGone from None
    if not hmac.compare_digest(mac, expected):
        raise NoTicket
    return audience, round_id, body[-_VOICE:]


def _guest(audience: Audience, round: Round | None, voice: bytes) -> Guest:
    if round is None or round.sealed_at is not None:
        raise RoundGone
    if audience == "wall" and not hmac.compare_digest(voice, _wall_mark(round)):
        raise NoTicket
    return Guest(audience=audience, round=round, voice=_text(voice))


def _admit_to_console(ticket: str, session_key: str) -> Guest:
    try:
        body = signing.loads(ticket, salt=_SALT, max_age=CONSOLE_SECONDS)
    except signing.BadSignature:
        raise NoTicket from None
    user = _signed_in(session_key)
    if user is None or user.pk != body["user"] or body["session"] != _session_mark(session_key):
        raise NoTicket
    try:
        return Guest(audience="console", round=access.round_for(user, body["round"]), voice="")
    except NotYours:
        raise RoundGone from None


def _signed_in(session_key: str) -> User | None:
    """The person of a session that is still alive; the check is Django's own, so a new password ends it too."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key or None)
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def _mac(round_id: str, body: bytes) -> bytes:
    return hmac.new(keys.derived(round_id, "ticket"), body, hashlib.sha256).digest()


def _wall_mark(round: Round) -> bytes:
    return hashlib.sha256(round.wall_token.encode()).digest()[:_VOICE]


def _session_mark(session_key: str) -> str:
    # Only a hash: the page's source must not hold what the HttpOnly cookie protects.
    return hashlib.sha256(f"common-thread:{session_key}".encode()).hexdigest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        raise NoTicket from None
