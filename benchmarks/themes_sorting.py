"""Sorting together, with simulated sorters of known error: `python -m benchmarks.themes_sorting`.

Each simulated person is dealt one of the hands of the moment, at random, as a phone does, and answers with
an error of 20 %. What that means can be read in four ways; all are measured:

- pair: every pair of the hand is judged by itself, and wrongly with 20 %;
- card: every sentence is taken for one of another theme with 20 %, and the largest pile of the hand is tapped;
- tap: the largest pile is seen rightly, and every tap is wrong with 20 %;
- answer: an answer in five is two or three sentences at random.

Themes are uneven, their number is not told, and the text says nothing at all.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Sequence

from facilitation.clustering import sorting
from facilitation.clustering.sorting import Judgement, PairEvidence

Truth = dict[str, int]
ERROR = 0.2
READINGS = ("pair", "card", "tap", "answer")


def uneven(sentences: int, themes: int, dice: random.Random) -> Truth:
    """Sentences in themes of uneven size, two at least in each."""
    weights = [dice.gammavariate(3, 1) for _ in range(themes)]
    labels = [theme for theme in range(themes) for _ in range(2)]
    labels += dice.choices(range(themes), weights, k=sentences - len(labels))
    dice.shuffle(labels)
    return {f"s{number:04d}": label for number, label in enumerate(labels)}


def answers(hand: Sequence[str], truth: Truth, reading: str, dice: random.Random) -> list[Judgement]:
    """What one person says of a hand, as one answer, or pair by pair for the reading `pair`."""
    if reading == "pair":
        pairs = [(one, other) for place, one in enumerate(hand) for other in hand[place + 1 :]]
        said = [(pair, (truth[pair[0]] == truth[pair[1]]) != (dice.random() < ERROR)) for pair in pairs]
        return [Judgement(pair, frozenset(pair) if together else frozenset()) for pair, together in said]
    if reading == "answer" and dice.random() < ERROR:
        return [Judgement(tuple(hand), frozenset(dice.sample(list(hand), k=dice.choice((2, 3)))))]
    seen = {one: truth[one] for one in hand}
    if reading == "card":
        others = 1 + max(truth.values())
        for one in hand:
            if dice.random() < ERROR:
                seen[one] = (seen[one] + dice.randrange(1, others)) % others
    pile = _largest_pile(seen, dice)
    if reading == "tap":
        pile = {one for one in hand if (one in pile) != (dice.random() < ERROR)}
    return [Judgement(tuple(hand), frozenset(pile if len(pile) > 1 else ()))]


def _largest_pile(seen: Truth, dice: random.Random) -> set[str]:
    piles = [{one for one, other in seen.items() if other == theme} for theme in sorted(set(seen.values()))]
    most = max(len(pile) for pile in piles)
    return dice.choice([pile for pile in piles if len(pile) == most]) if most > 1 else set()


def sorted_by(
    truth: Truth,
    *,
    people: int,
    each: int,
    reading: str = "tap",
    size: int = sorting.HAND,
    chosen: bool = True,
    start: Sequence[Sequence[str]] = (),
    dice: random.Random,
) -> PairEvidence:
    """What a room of so many people, so many answers each, leaves behind. New hands after each quarter of them."""
    ids, evidence, dealt = sorted(truth), PairEvidence(), 0
    for deal in range(4 * each):
        so_far = evidence if chosen else PairEvidence()
        hands = sorting.hands(ids, so_far, size=size, seed=deal, start=start if chosen else ())
        if not chosen:
            hands = [tuple(dice.sample(ids, size)) for _ in hands]
        turn = people * each * (deal + 1) // (4 * each) - dealt
        dealt += turn
        evidence = evidence.plus(
            answer for _ in range(turn) for answer in answers(dice.choice(hands), truth, reading, dice)
        )
    return evidence


def adjusted_rand(truth: Truth, groups: Sequence[Sequence[str]]) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985) of groups against the truth; 0 by chance, 1 when equal."""

    def pairs(sizes: Sequence[int]) -> float:
        return sum(size * (size - 1) / 2 for size in sizes)

    labels = sorted(set(truth.values()))
    cells = [[sum(truth[one] == label for one in group) for label in labels] for group in groups]
    both = pairs([count for row in cells for count in row])
    ours = pairs([sum(row) for row in cells])
    theirs = pairs([sum(row[column] for row in cells) for column in range(len(labels))])
    by_chance = ours * theirs / pairs([len(truth)])
    most = (ours + theirs) / 2
    return 1.0 if most == by_chance else (both - by_chance) / (most - by_chance)


def measure(*, sentences: int, people: int, each: int, reading: str, size: int, chosen: bool, turns: int) -> str:
    """One line: mean and worst agreement, error in the number of groups, time of the processor for the grouping."""
    found, wrong, took, fewest = [], [], [], []
    for turn in range(turns):
        dice = random.Random(turn)
        truth = uneven(sentences, 7 + turn % 2, dice)
        evidence = sorted_by(truth, people=people, each=each, reading=reading, size=size, chosen=chosen, dice=dice)
        began = time.process_time()
        groups = sorting.groups_of(sorted(truth), evidence)
        took.append(time.process_time() - began)
        found.append(adjusted_rand(truth, groups))
        wrong.append(abs(len(groups) - len(set(truth.values()))))
        fewest.append(min(evidence.looks()[one] for one in truth))
    return (
        f"{reading:7}{size:5}{'chosen' if chosen else 'random':>8}{people:7}{each:5}"
        f"{statistics.mean(found):8.2f}{min(found):7.2f}{statistics.mean(wrong):10.1f}"
        f"{1000 * statistics.median(took):8.0f}{min(fewest):8}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sentences", type=int, default=37)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--sizes", type=int, nargs="+", default=[sorting.HAND])
    parser.add_argument("--readings", nargs="+", default=READINGS)
    asked = parser.parse_args()
    print(f"{asked.sentences} sentences, 7 or 8 themes, {asked.turns} turns, error {ERROR:.0%}")
    print("reading size   hands people each  ARI mean  worst  error in k     ms  fewest looks")
    for reading in asked.readings:
        for size in asked.sizes:
            for chosen in (False, True):
                for people, each in ((40, 6), (60, 10)):
                    print(
                        measure(
                            sentences=asked.sentences,
                            people=people,
                            each=each,
                            reading=reading,
                            size=size,
                            chosen=chosen,
                            turns=asked.turns,
                        ),
                        flush=True,
                    )


if __name__ == "__main__":
    main()
