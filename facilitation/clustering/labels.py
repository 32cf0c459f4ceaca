"""Candidate titles: short phrases that people wrote, word for word, and never others."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from facilitation.clustering.embed import Vectors, unit
from facilitation.clustering.light import Light
from facilitation.clustering.words import STOP_WORDS, Word, words

TITLES: Final = 3
LONGEST: Final = 60

# Titles are looked for in the most central sentences and near their beginning, which
# keeps the cost of 2,000-character texts bounded.
_SENTENCES: Final = 20
_WORDS: Final = 80
_MOST_WORDS: Final = 6

# How many phrases of a group are weighed by what they mean, by how many of its texts; how
# much a fit elsewhere speaks against one, and its telling words for it.
_CONSIDERED: Final = 40
_READ: Final = 60
_ELSEWHERE: Final = 0.5
_WORDING: Final = 0.3

# A phrase may start with these: "not enough time" says more than "enough time".
_MAY_START: Final = frozenset({"i", "we", "no", "not", "they", "too", "never", "couldn't", "can't", "didn't", "my"})


class _Phrase(NamedTuple):
    text: str
    content: frozenset[str]
    score: float


def titles(groups: Sequence[Sequence[str]], *, quotable: Callable[[str], bool] | None = None) -> list[tuple[str, ...]]:
    """Return up to `TITLES` phrases for each group of texts, best first.

    Each text list comes most central first. A phrase is a run of words of one text of its
    group, cut from it unchanged, at most `LONGEST` characters and one line; no two groups
    get the same phrase or one made of the same telling words. `quotable`: whether a phrase
    may be shown at all (a name in it, say, forbids it); any, when not given.
    """
    telling = _telling_words(groups)
    candidates = [_ranked(texts, weights)[:_CONSIDERED] for texts, weights in zip(groups, telling, strict=True)]
    ranked = [
        [one for one in phrases if quotable is None or quotable(one.text)]
        for phrases in _by_meaning(groups, candidates)
    ]
    taken: set[frozenset[str]] = set()
    chosen: list[list[str]] = [[] for _ in groups]
    # Turn by turn, so that no group is left with its third choice while another has three.
    for _ in range(TITLES):
        for place, phrases in enumerate(ranked):
            phrase = next((one for one in phrases if one.content not in taken), None)
            if phrase:
                taken.add(phrase.content)
                chosen[place].append(phrase.text)
                ranked[place] = _unlike(phrases, phrase)
    return [tuple(one) for one in chosen]


def _by_meaning(groups: Sequence[Sequence[str]], candidates: Sequence[list[_Phrase]]) -> list[list[_Phrase]]:
    """Return each group's phrases, those first that mean what the group does and the others do not."""
    light = Light()
    texts = [light.embed(texts[:_READ]) for texts in groups]
    common = np.vstack([np.zeros((1, texts[0].shape[1] if texts else 1)), *texts]).mean(axis=0)
    middles = np.array([unit(vectors - common).mean(axis=0) for vectors in texts])
    ranked = []
    for place, phrases in enumerate(candidates):
        fits = unit(light.embed([one.text for one in phrases]) - common) @ unit(middles).T
        worth = _distinctly(fits, place) + _WORDING * np.array([one.score for one in phrases])
        order = np.argsort(-np.round(worth, 6), kind="stable")
        ranked.append([phrases[one] for one in order])
    return ranked


def _distinctly(fits: Vectors, place: int) -> Vectors:
    """Return how much better each phrase fits the group at `place` than the next best."""
    others = np.delete(fits, place, axis=1)
    nearest: Vectors = fits[:, place] - (_ELSEWHERE * others.max(axis=1) if others.shape[1] else 0)
    return nearest


def _telling_words(groups: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """Return for each group how much each of its words tells it from the other groups.

    The share of the group's texts with the word, times the log of how much larger that
    is than the share elsewhere, smoothed; never below nought.
    """
    seen = [Counter(key for text in texts for key in {word.key for word in words(text)}) for texts in groups]
    everywhere: Counter[str] = sum(seen, Counter())
    people = sum(len(texts) for texts in groups)
    weights = []
    for texts, counts in zip(groups, seen, strict=True):
        others = people - len(texts)
        weights.append(
            {
                key: (count / len(texts))
                * max(
                    0.0, math.log(((count + 0.5) / (len(texts) + 1)) / ((everywhere[key] - count + 0.5) / (others + 1)))
                )
                for key, count in counts.items()
            }
        )
    return weights


def _ranked(texts: Sequence[str], telling: dict[str, float]) -> list[_Phrase]:
    """Return the phrases of the most central texts, best first, each set of words once."""
    best: dict[frozenset[str], _Phrase] = {}
    for place, text in enumerate(texts[:_SENTENCES]):
        for run in _runs(text):
            phrase = _phrase(text, run, telling, place)
            if phrase and phrase.score > best.get(phrase.content, _NO_PHRASE).score:
                best[phrase.content] = phrase
    return sorted(best.values(), key=lambda one: (-one.score, one.text))


_NO_PHRASE: Final = _Phrase("", frozenset(), -math.inf)


def _runs(text: str) -> Iterator[list[Word]]:
    """Yield runs of 1 to 6 words with nothing but single spaces between them."""
    found = words(text)[:_WORDS]
    for first in range(len(found)):
        for last in range(first, min(first + _MOST_WORDS, len(found))):
            if last > first and text[found[last - 1].end : found[last].start] != " ":
                break
            yield found[first : last + 1]


def _phrase(text: str, run: list[Word], telling: dict[str, float], place: int) -> _Phrase | None:
    """Return the phrase made of `run`, or None when it does not stand on its own."""
    content = frozenset(word.key for word in run if word.key not in STOP_WORDS)
    starts_well = run[0].key not in STOP_WORDS or run[0].key in _MAY_START
    written = text[run[0].start : run[-1].end]
    if not content or not starts_well or run[-1].key in STOP_WORDS or len(written) > LONGEST:
        return None
    worth = sum(telling.get(key, 0.0) for key in content)
    # Two to four telling words read as a title; a lone word rarely does, a long run is a sentence.
    shape = 0.6 if len(run) == 1 else 1.0 / (1 + 0.25 * abs(len(run) - 3))
    return _Phrase(written, content, round((worth + 0.01) * shape - 0.001 * place, 9))


def _unlike(phrases: Sequence[_Phrase], chosen: _Phrase) -> list[_Phrase]:
    """Return the phrases that share less than half of their telling words with `chosen`."""
    return [one for one in phrases if 2 * len(one.content & chosen.content) < len(one.content)]
