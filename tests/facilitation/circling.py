"""What phones say in the circle, by the verbs: a proposal, the barriers of a theme; each from a person of its own."""

from __future__ import annotations

import secrets

from facilitation import barriers, circle
from facilitation.models import Offer, Theme
from rounds.live.messages import Sender
from rounds.models import Round


def propose(round: Round, text: str = "Keep one room free", **said: str) -> str:
    """Propose something and return the nonce it went under; `said` is what else the phone sends."""
    nonce = said.pop("nonce", "") or secrets.token_urlsafe(16)
    sender = Sender(round=round, voice=secrets.token_urlsafe(8))
    circle.propose(sender=sender, nonce=nonce, text=text, **{"theme": "", "offer": Offer.CHANGE, **said})
    return nonce


def choose(round: Round, theme: Theme, voice: str, *codes: str) -> None:
    sender = Sender(round=round, voice=voice)
    barriers.choose(sender=sender, nonce="n", theme=theme.public_id, barrier=list(codes))
