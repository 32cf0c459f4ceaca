"""How well a title finds the sentences it stands for, among those it was not made from.

Groups are the true labels of a session; half of each group's texts give the title, the other half are looked for:
the area under the curve of ranking all held-out texts of the session by likeness to the title, in vectors the
titles were not made with. 0.5 is chance. Justified because that is what a title is for: to tell what is under it
from what is not. It says nothing of beauty.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.themes.vectors import Judged
from facilitation.clustering import labels
from facilitation.clustering.embed import Vectors, unit
from facilitation.clustering.evidence import Evidence
from facilitation.clustering.minilm import MiniLM
from facilitation.clustering.proposal import Sentence

Naming = Callable[[Sequence[Sequence[str]]], list[str]]


def judges() -> dict[str, Callable[[Sequence[str]], Vectors]]:
    """Return embeddings to judge by: WordLlama where it is installed (no kin of ours), and plain MiniLM."""
    found: dict[str, Callable[[Sequence[str]], Vectors]] = {}
    if importlib.util.find_spec("wordllama"):
        import wordllama

        model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
        found["WordLlama"] = lambda texts: unit(np.asarray(model.embed(list(texts)), dtype=np.float32))
    found["MiniLM"] = lambda texts: MiniLM(adapted=False).embed(texts)
    return found


def our_titles(groups: Sequence[Sequence[str]]) -> list[str]:
    return [own[0] if own else "" for own in labels.titles(groups)]


def measure(
    sets: Sequence[Judged], samples: int, namings: dict[str, Naming] | None = None
) -> dict[tuple[str, str], list[float]]:
    """Return for each judge and naming the areas, one per group. `label` is the human category's own name."""
    namings = namings or {"ours": our_titles, "most central sentence": lambda groups: [texts[0] for texts in groups]}
    found: dict[tuple[str, str], list[float]] = {}
    for judge, embed in judges().items():
        for of, size, seed in itertools.product(sets, (60, 150), range(samples)):
            for name, areas in _session(of, of.session(size, seed), namings, embed).items():
                found.setdefault((judge, name), []).extend(areas)
    return found


def _session(
    of: Judged,
    rows: list[int],
    namings: dict[str, Naming],
    embed: Callable[[Sequence[str]], Vectors],
) -> dict[str, list[float]]:
    """Return for each naming the area of each group of one session."""
    truth = [of.of.labels[row] for row in rows]
    names = sorted(set(truth))
    halves = {name: [row for row, label in zip(rows, truth, strict=True) if label == name] for name in names}
    seen = _central(of, [halves[name][::2] for name in names])
    held = [row for name in names for row in halves[name][1::2]]
    vectors = embed([of.of.texts[row] for row in held])
    of_each = np.array([of.of.labels[row] for row in held])
    titles = {name: made(seen) for name, made in namings.items()}
    titles["label"] = [name.replace("_", " ") for name in names]
    return {
        naming: [area(likeness, of_each == name) for name, likeness in zip(names, embed(made) @ vectors.T, strict=True)]
        for naming, made in titles.items()
    }


def _central(of: Judged, groups: Sequence[list[int]]) -> list[list[str]]:
    """Return the texts of each group, most central first, as a proposal would hand them on."""
    rows = [row for group in groups for row in group]
    evidence = Evidence([Sentence(f"{row}", of.of.texts[row]) for row in rows], of.standard[rows])
    ends = np.cumsum([len(group) for group in groups])
    found = []
    for end, group in zip(ends, groups, strict=True):
        order = np.argsort(-evidence.middle(range(int(end) - len(group), int(end))), kind="stable")
        found.append([of.of.texts[group[place]] for place in order])
    return found


def area(likeness: Vectors, wanted: np.ndarray) -> float:
    """The chance that a wanted one is liker than another; ties count half."""
    differences = np.sign(likeness[wanted][:, None] - likeness[~wanted][None, :])
    return float((differences.mean() + 1) / 2) if differences.size else 0.5
