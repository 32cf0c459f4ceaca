"""The vectors that everything here is judged on; each text is read once and kept in a temporary folder.

What the product ships has seen the NHS comments and their labels. Here, nothing is judged on what it learnt
from: the adapters are learnt anew on the other half of the labels, or the other half of the texts.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.themes import build_weights, data
from facilitation.clustering import minilm, wordpiece
from facilitation.clustering.embed import Vectors, unit

CACHE = Path(tempfile.gettempdir()) / "common-thread-bench-themes"


@dataclass(frozen=True, slots=True)
class Judged:
    """A set to be judged on: `name`, its texts and labels, the rows sessions may be drawn from, and vectors."""

    name: str
    of: data.Labelled
    draws: list[list[int]]
    plain: Vectors
    standard: Vectors
    light: Vectors

    def session(self, size: int, seed: int) -> list[int]:
        return data.session(self.of.labels, size, seed, self.draws[seed % len(self.draws)])


def judged() -> list[Judged]:
    """Return the sets: NHS by labels not learnt from, NHS by texts not learnt from, and the two general ones."""
    sets = {name: data.load(name) for name in data.SETS}
    plain = {
        name: kept(f"plain-{name}", of.texts, lambda texts: minilm.MiniLM(adapted=False).embed(texts))
        for name, of in sets.items()
    }
    pieces = kept("pieces", list(wordpiece.vocabulary()), lambda _: build_weights.table())
    light = {name: unit(build_weights.means(pieces, of.texts)) for name, of in sets.items()}
    nhs = sets["nhs_p1"]
    by_label, by_text = halves(sorted(set(nhs.labels))), halves(list(range(len(nhs.texts))))
    of_label = [[row for row, label in enumerate(nhs.labels) if label in half] for half in by_label]
    of_text = [sorted(half) for half in by_text]

    def crosswise(parts: list[list[int]], vectors: Vectors, hold: float) -> Vectors:
        found = np.zeros_like(vectors)
        for learnt_on, used_on in ((parts[0], parts[1]), (parts[1], parts[0])):
            found[used_on] = unit(vectors[used_on] @ learnt(nhs, vectors, learnt_on, hold))
        return found

    def on(name: str, vectors: Vectors, hold: float) -> Vectors:
        return unit(vectors @ learnt(nhs, light["nhs_p1"] if vectors is light[name] else plain["nhs_p1"], None, hold))

    made = []
    for name, parts in (("NHS, labels not learnt", of_label), ("NHS, texts not learnt", of_text)):
        meaning = crosswise(parts, plain["nhs_p1"], build_weights.HOLD_MEANING)
        table = crosswise(parts, light["nhs_p1"], build_weights.HOLD_TABLE)
        made.append(Judged(name, nhs, parts, plain["nhs_p1"], minilm.joined(meaning, table), table))
    for name in data.SETS[1:]:
        meaning, table = (
            on(name, plain[name], build_weights.HOLD_MEANING),
            on(name, light[name], build_weights.HOLD_TABLE),
        )
        everything = [list(range(len(sets[name].texts)))]
        made.append(Judged(name, sets[name], everything, plain[name], minilm.joined(meaning, table), table))
    return made


def halves(of: list[str] | list[int]) -> list[set[str] | set[int]]:
    shuffled = list(of)
    random.Random(1).shuffle(shuffled)
    middle = len(shuffled) // 2
    return [set(shuffled[:middle]), set(shuffled[middle:])]


def learnt(of: data.Labelled, vectors: Vectors, rows: list[int] | None, hold: float) -> Vectors:
    """Return the adapter learnt on `rows`, all when None; kept like the vectors."""
    rows = list(range(len(vectors))) if rows is None else rows
    key = [f"{hold}", *(of.labels[row] for row in rows), vectors[rows].tobytes().hex()[:4096]]
    return kept("adapter", key, lambda _: build_weights.learn(vectors[rows], [of.labels[row] for row in rows], hold))


def kept(name: str, texts: list[str], make: Callable[[list[str]], Vectors]) -> Vectors:
    """Return what `make` makes of `texts`, from the temporary folder when it was made before."""
    CACHE.mkdir(exist_ok=True)
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    path = CACHE / f"{name}-{digest}.npy"
    if not path.exists():
        print(f"Making {name} …", flush=True)
        np.save(path, make(texts))
    return np.load(path)
