"""The lengths of what phones send, as a network log has them, and how many rows they give to their author.

The adversary knows the client and the protocol by heart: for every row of the database the length it would have had
on the wire, and so which of the sends it can have been.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.linkage.acts import Act

Client = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Told:
    """Shares of the rows given to their true author: by length, and by who sends how much alone."""

    attribution: float
    chance: float


def message(act: Act) -> dict[str, Any]:
    """What a phone says for a reaction."""
    nonce = secrets.token_urlsafe(16)
    return {"t": "say", "what": "react", "nonce": nonce, "prompt": act.question, "text": act.what, "feelings": []}


def attributed(acts: Sequence[Act], client: Client) -> Told:
    """Lay each act's row to the sends of its length: the chance that one drawn from them is its author's."""
    sent = [(act.who, len(client(message(act)).encode())) for act in acts]
    by_length = chance = 0.0
    for act in acts:
        size = len(client(message(act)).encode())
        of_size = [who for who, length in sent if length == size]
        by_length += of_size.count(act.who) / len(of_size)
        chance += [who for who, _ in sent].count(act.who) / len(sent)
    return Told(by_length / len(acts), chance / len(acts))
