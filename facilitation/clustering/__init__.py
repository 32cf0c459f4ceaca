"""Groups of sentences that may belong together, proposed and never decided.

The interface is `propose(sentences, pinned=...) -> Proposal`. Whatever it returns is
shown to a facilitator, who takes, changes or leaves it; the round works without it.

Pure: imports nothing of Django. Deterministic: the same sentences and pins give the same
proposal, in whatever order they come and on every run. Nothing leaves the process.
"""

from facilitation.clustering.embed import Embedder, LexicalEmbedder
from facilitation.clustering.proposal import (
    NO_PINS,
    TOO_FEW,
    Group,
    Pins,
    Proposal,
    Sentence,
    propose,
)

__all__ = [
    "NO_PINS",
    "TOO_FEW",
    "Embedder",
    "Group",
    "LexicalEmbedder",
    "Pins",
    "Proposal",
    "Sentence",
    "propose",
]
