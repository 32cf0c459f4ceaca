"""Builds what `facilitation/clustering/weights` holds, from MiniLM and labelled comments.

    python -m benchmarks.themes.build_weights

About ten minutes. Same input, same numbers (to the last bit on one machine). The comments
themselves go nowhere: only what was learnt from them is kept.
"""

from __future__ import annotations

import hashlib
import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.themes import adapter, data
from facilitation.clustering import light, minilm, wordpiece
from facilitation.clustering.embed import Vectors, unit

DIMENSIONS = 192
HOLD_MEANING, HOLD_TABLE = 0.1, 0.06
FIRST_WORD = 999  # in BERT's vocabulary: before it stand special and unused pieces
WEIGHTS = minilm.ADAPTER.parent


def main() -> None:
    comments = data.load("nhs_p1")
    learnt = learn(minilm.MiniLM(adapted=False).embed(comments.texts), comments.labels, HOLD_MEANING)
    np.savez_compressed(minilm.ADAPTER, adapter=learnt.astype(np.float16))
    pieces, scales = compressed(teach(table(), comments))
    np.savez_compressed(light.TABLE, pieces=pieces, scales=scales)
    write_hashes()


def learn(vectors: Vectors, labels: list[str], hold: float) -> Vectors:
    """Return the adapter for `vectors`; see `adapter.learn`."""
    return adapter.learn(vectors, labels, hold=hold)


def table() -> Vectors:
    """Return what MiniLM makes of each piece alone, less what all have in common, rarer ones weighing more.

    In its first principal directions. Weighing by the square of the logarithm of the rank, as the
    vocabulary is sorted by frequency, stands in for counts that nobody publishes (Zipf).
    """
    names = list(wordpiece.vocabulary())
    meaning = minilm.of_pieces([[number] for number in range(len(names))])
    words = meaning[FIRST_WORD:]
    meaning = meaning - words.mean(axis=0)
    _, directions = np.linalg.eigh(np.cov(words.T))
    rarity = np.log(1 + np.maximum(np.arange(len(names)) - FIRST_WORD, 1.0)) ** 2
    silent = [not any(letter.isalnum() for letter in name.removeprefix("##")) for name in names]
    rarity[:FIRST_WORD] = np.where(silent[:FIRST_WORD], 0, rarity[:FIRST_WORD])
    weighed: Vectors = (meaning @ directions[:, ::-1][:, :DIMENSIONS]) * np.where(silent, 0, rarity)[:, None]
    return weighed.astype(np.float32)


def teach(pieces: Vectors, comments: data.Labelled) -> Vectors:
    """Return the table multiplied by an adapter of its own."""
    return pieces @ learn(unit(means(pieces, comments.texts)), comments.labels, HOLD_TABLE)


def means(pieces: Vectors, texts: list[str]) -> Vectors:
    """Return the sum of the pieces of each text; zeros where it cannot be read."""
    rows = np.zeros((len(texts), pieces.shape[1]), dtype=np.float32)
    for row, text in enumerate(texts):
        if wordpiece.can_read(text):
            rows[row] = pieces[wordpiece.pieces(text)].sum(axis=0)
    return rows


def compressed(pieces: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Return the table as whole numbers from -127 to 127, and the scale of each row (the largest is 1)."""
    scales = np.abs(pieces).max(axis=1)
    whole = np.divide(pieces, scales[:, None], out=np.zeros_like(pieces), where=scales[:, None] > 0) * 127
    return np.round(whole).astype(np.int8), (scales / scales.max()).astype(np.float16)


def write_hashes() -> None:
    names = ("adapter.npz", "light.npz", "vocab.txt")
    lines = [f"{hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (WEIGHTS / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
