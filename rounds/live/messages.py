"""What a participant can say, over the socket or over HTTP: a name, a form and a verb for each.

Every message is {"t": "say", "what": NAME, "nonce": N, ...fields}. The fields go through the form; the verb
gets its cleaned data, the round, the sender's voice (opaque) and the nonce. A verb that refuses says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from rounds.models import Round


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who says it, as far as anyone may know: an opaque random voice from the ticket, never stored as it is."""

    round: Round
    voice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One of several things said at once: whose voice, under which nonce, and the form's cleaned data."""

    voice: str
    nonce: str
    fields: Mapping[str, Any]


Trouble = Exception | None


@dataclass(frozen=True, kw_only=True)
class Message:
    """form: a Django form class. verb: called with sender=, nonce= and the form's cleaned data as keywords.

    together: the verb for many who speak at once, where there is one; called with round= and several= (of Heard).
    It does what the verb would do for one after the other, and returns what each ran into, or None.
    """

    name: str
    form: type[forms.Form]
    verb: Callable[..., None]
    together: Callable[..., list[Trouble]] | None = None


_registered: dict[str, Message] = {}


def register(message: Message) -> None:
    """Make a message sayable. A name belongs to one message."""
    if message.name in _registered and _registered[message.name] != message:
        raise ValueError(f"two messages are called {message.name}")
    _registered[message.name] = message


def named(name: object) -> Message | None:
    return _registered.get(name) if isinstance(name, str) else None
