"""The linear adapter of the vectors: learnt on labelled comments, so that what people call one theme comes closer.

Supervised contrastive learning (Khosla et al. 2020) of one square matrix that starts, and is
held near, the identity: what a comment about care means may move a little, what words
mean in general must not. Plain numpy, one thread, seeded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def learn(
    vectors: Vectors,
    labels: Sequence[str],
    *,
    steps: int = 600,
    temperature: float = 0.1,
    hold: float = 0.03,
    rate: float = 1e-3,
    per_step: tuple[int, int] = (12, 21),
    seed: int = 0,
) -> Vectors:
    """Return the matrix that `vectors` (rows of length one) are to be multiplied by.

    `hold`: how strongly it is held near the identity. `per_step`: labels, and texts of each.
    Labels with fewer than eight texts teach nothing and are passed over, as are rows of nothing.
    """
    random = np.random.default_rng(seed)
    readable = vectors.any(axis=1)
    rows_of = [np.flatnonzero((np.array(labels) == label) & readable) for label in sorted(set(labels))]
    rows_of = [rows for rows in rows_of if len(rows) >= 8]
    identity = np.eye(vectors.shape[1], dtype=np.float32)
    matrix, speed, force = identity.copy(), np.zeros_like(identity), np.zeros_like(identity)
    for step in range(1, steps + 1):
        chosen = random.choice(len(rows_of), min(per_step[0], len(rows_of)), replace=False)
        drawn = [random.choice(rows_of[one], min(per_step[1], len(rows_of[one])), replace=False) for one in chosen]
        truth = np.repeat(chosen, [len(rows) for rows in drawn])
        slope = _slope(vectors[np.concatenate(drawn)], matrix, truth, temperature) + hold * (matrix - identity)
        speed = 0.9 * speed + 0.1 * slope  # Adam (Kingma and Ba 2015)
        force = 0.99 * force + 0.01 * slope**2
        matrix = matrix - rate * (speed / (1 - 0.9**step)) / (np.sqrt(force / (1 - 0.99**step)) + 1e-8)
    return matrix.astype(np.float32)


def _slope(rows: Vectors, matrix: Vectors, truth: NDArray[np.intp], temperature: float) -> Vectors:
    """Return the gradient of the contrastive loss of one draw by `matrix`."""
    mapped = rows @ matrix
    lengths = np.linalg.norm(mapped, axis=1, keepdims=True)
    on_sphere = mapped / lengths
    alike = on_sphere @ on_sphere.T / temperature
    np.fill_diagonal(alike, -np.inf)
    chosen = np.exp(alike - alike.max(axis=1, keepdims=True))
    chosen /= chosen.sum(axis=1, keepdims=True)
    wanted = (truth[:, None] == truth[None, :]).astype(np.float32)
    np.fill_diagonal(wanted, 0)
    wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1)
    pull = (chosen - wanted) / (len(rows) * temperature)
    by_place = (pull + pull.T) @ on_sphere
    by_place -= (by_place * on_sphere).sum(axis=1, keepdims=True) * on_sphere
    slope: Vectors = rows.T @ (by_place / lengths)
    return slope
