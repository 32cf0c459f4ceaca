"""The labelled sets that the grouping is judged on, and the sessions drawn from them."""

from __future__ import annotations

import csv
import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Never shipped with the product: a folder with nhs_p1.csv, clinc150.csv and banking77.csv.
FOLDER: Final = Path(os.environ.get("COMMON_THREAD_THEME_DATA", "../shared/data/clustering"))
SETS: Final = ("nhs_p1", "clinc150", "banking77")
SIZES: Final = (60, 150, 400)
FEWEST_OF_A_LABEL: Final = 20


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with the label a person gave each."""

    texts: list[str]
    labels: list[str]


def load(name: str) -> Labelled:
    """Return the set called `name`."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        pairs = [(row["text"], row["label"].strip()) for row in csv.DictReader(rows)]
    return Labelled([text for text, _ in pairs], [label for _, label in pairs])


def session(labels: list[str], size: int, seed: int, rows: list[int] | None = None) -> list[int]:
    """Return the rows of a made-up session: about `size` texts of 4 to 9 labels of uneven size, shuffled.

    `rows`: to draw from these only. Labels with fewer than twenty texts are passed over.
    """
    dice = random.Random(f"{size} {seed}")
    of_label: dict[str, list[int]] = {}
    for row in range(len(labels)) if rows is None else rows:
        of_label.setdefault(labels[row], []).append(row)
    wanted = dice.randint(4, 9)
    names = sorted(name for name, members in of_label.items() if len(members) >= FEWEST_OF_A_LABEL)
    chosen = dice.sample(names, min(wanted, len(names)))
    shares = [dice.uniform(0.4, 2) for _ in chosen]
    drawn = []
    for name, share in zip(chosen, shares, strict=True):
        count = max(3, round(size * share / sum(shares)))
        drawn += dice.sample(of_label[name], min(count, len(of_label[name])))
    dice.shuffle(drawn)
    return drawn
