"""How right the groups are, beside the peers: every contender on the same sessions and the same vectors."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from benchmarks.themes import data
from benchmarks.themes.measures import Labels, Score, score
from benchmarks.themes.peers import PEERS, Peer
from benchmarks.themes.vectors import Judged
from facilitation.clustering import groups
from facilitation.clustering.embed import Vectors
from facilitation.clustering.evidence import Evidence
from facilitation.clustering.proposal import Sentence

Scores = dict[tuple[str, str, str], list[Score]]  # vectors, contender, set


def ours(vectors: Vectors, texts: Sequence[str], _: int) -> Labels:
    sentences = [Sentence(f"{row:05}", text) for row, text in enumerate(texts)]
    found = np.full(len(texts), -1, dtype=np.intp)
    for label, rows in enumerate(groups.group(Evidence(sentences, vectors))):
        found[rows] = label
    return found


OURS = Peer("Common Thread", ours, ())
# Which contenders meet which vectors: MiniLM as it is, with what was learnt, and the light table.
MET = {"standard": (OURS, *PEERS[1:]), "plain": (OURS, *PEERS), "light": (OURS,)}


def measure(sets: Sequence[Judged], samples: int, *, only_ours: bool = False) -> Scores:
    """Score every contender on `samples` sessions of each size of each set."""
    found: Scores = {}
    for of in sets:
        for kind, contenders in MET.items():
            for contender in contenders:
                if contender.absent or (only_ours and contender is not OURS):
                    continue
                scores = [
                    _one(contender, of, getattr(of, kind), of.session(size, seed))
                    for size in data.SIZES
                    for seed in range(samples)
                ]
                found[kind, contender.name, of.name] = scores
                print(f"{of.name}, {kind}, {contender.name}: ARI {Score.mean(scores).ari:.3f}", flush=True)
    return found


def _one(contender: Peer, of: Judged, vectors: Vectors, rows: list[int]) -> Score:
    truth = [of.of.labels[row] for row in rows]
    start = time.perf_counter()
    labels = contender.group(vectors[rows], [of.of.texts[row] for row in rows], len(set(truth)))
    return score(truth, labels, 1000 * (time.perf_counter() - start))


def table(found: Scores, kind: str) -> list[str]:
    """Return Markdown: a row per contender on the `kind` of vectors; NHS and general count half each."""
    sets = sorted({name for _, _, name in found})
    names = list(dict.fromkeys(name for of, name, _ in found if of == kind))
    lines = [
        f"| method | all | NHS | general | {' | '.join(sets)} | AMI | V | B³ F1 | error in k (over) | loose | ms |"
    ]
    lines.append("|" + "---|" * (10 + len(sets)))
    for name in names:
        of = {each: Score.mean(found[kind, name, each]) for each in sets}
        nhs = Score.mean([of[each] for each in sets if each.startswith("NHS")])
        general = Score.mean([of[each] for each in sets if not each.startswith("NHS")])
        both = Score.mean([nhs, general])
        each_ari = " | ".join(f"{of[each].ari:.3f}" for each in sets)
        lines.append(
            f"| {name} | {both.ari:.3f} | {nhs.ari:.3f} | {general.ari:.3f} | {each_ari} | {both.ami:.3f} | "
            f"{both.v:.3f} | "
            f"{both.b3:.3f} | {both.k_error:.1f} ({both.k_over:+.1f}) | {both.loose:.0%} | {both.ms:.0f} |"
        )
    return lines
