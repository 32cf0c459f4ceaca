"""How likely two sentences belong together: what is known of them, added up as log odds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facilitation.clustering.embed import Vectors, unit
from facilitation.clustering.lexical import tf_idf
from facilitation.clustering.partition import Matrix
from facilitation.clustering.proposal import Sentence
from facilitation.clustering.words import has_words

# Log odds of belonging together by the cosine of two vectors, once what all sentences have
# in common is taken away; fitted by logistic regression on labelled sessions
# (benchmarks/themes). The second line is for texts that only shared wording can compare.
_BY_MEANING: Final = (8.5, -1.6)
_BY_WORDING: Final = (12.0, -2.0)
# How long what was felt and what was asked are beside the words, of length one. Small, so
# that they tip what words leave open and never make a group alone.
_FEELINGS: Final = 0.35
_PROMPT: Final = 0.2
# "Mine too": how much louder a sentence speaks for each doubling of its company.
_BY_COMPANY: Final = 0.15
_NO_DIFFERENCE: Final = 1e-4
# So many sentences about nothing in particular are thought beside those given, when what
# they have in common is worked out: five sentences say little about what any would say.
_HELD_BACK: Final = 2

Rows = slice | Sequence[int] | NDArray[np.intp]


class Evidence:
    """What is known of some sentences. Rows are numbered in the order given."""

    def __init__(self, sentences: Sequence[Sentence], vectors: Vectors) -> None:
        """`vectors`: of their texts, see `Embedder.embed`."""
        self.readable: NDArray[np.bool_] = np.any(vectors != 0, axis=1)
        self.says_something = np.array([has_words(one.text) for one in sentences], dtype=bool)
        company = np.array([max(0, one.company) for one in sentences], dtype=np.float32)
        self.weights: Vectors = 1 + np.float32(_BY_COMPANY) * np.log2(1 + company)
        beside = _beside(sentences)
        self._meaning = _set_apart(np.hstack([vectors, beside]), self.readable)
        unread = self.says_something & ~self.readable
        compared = [one for one, alone in zip(sentences, unread, strict=True) if alone]
        self._wording = _wording(compared, beside[unread]) if compared else None
        self._line = np.where(unread, np.cumsum(unread), 0)

    def learn(self, themes: Sequence[Sequence[int]]) -> None:
        """Take to heart what people put together: the ways in which it differs tell nothing apart here.

        The directions in which rows of one theme differ are shrunk, the more the more they
        differ (within-class covariance normalisation, from few examples).
        """
        inside = [self._meaning[list(theme)] for theme in themes if len(theme) > 1]
        if not inside:
            return
        differences = np.concatenate([rows - rows.mean(axis=0) for rows in inside])
        _, spread, directions = np.linalg.svd(differences, full_matrices=False)
        real = spread > _NO_DIFFERENCE  # two who wrote the same do not differ in any direction
        spread, directions = spread[real], directions[real]
        usual = (spread**2).mean() if real.any() else 0.0
        shrunk = 1 - np.sqrt(usual / (spread**2 + usual))
        along = (self._meaning @ directions.T) * shrunk.astype(np.float32)
        self._meaning = unit(self._meaning - along @ directions)

    def chances(self, rows: Rows, columns: Rows) -> Matrix:
        """Return for each of `rows` and `columns` the chance that the two belong together."""
        odds = _BY_MEANING[0] * (self._meaning[rows] @ self._meaning[columns].T) + _BY_MEANING[1]
        if self._wording is not None:
            unread = ~(self.readable[rows][:, None] & self.readable[columns][None, :])
            shared = self._wording[self._line[rows]] @ self._wording[self._line[columns]].T
            odds = np.where(unread, _BY_WORDING[0] * shared + _BY_WORDING[1], odds)
        np.negative(odds, out=odds)
        np.exp(odds, out=odds)
        odds += 1
        chances: Matrix = np.reciprocal(odds, out=odds)
        return chances

    def middle(self, rows: Rows) -> Vectors:
        """Return how near each of `rows` is to what they have in common; higher is nearer."""
        nearness: Vectors = self._meaning[rows] @ self._meaning[rows].sum(axis=0)
        return nearness


def _beside(sentences: Sequence[Sentence]) -> Vectors:
    """Return feelings and prompts as columns; one prompt for all says nothing."""
    prompts = one_hot([(one.prompt,) for one in sentences])
    feelings = unit(one_hot([one.feelings for one in sentences]))
    return np.hstack([feelings * np.float32(_FEELINGS), prompts * np.float32(_PROMPT)])


def _wording(sentences: Sequence[Sentence], beside: Vectors) -> Vectors:
    """Return rows that compare `sentences` by shared wording, and before them a row of nothing."""
    rows = _set_apart(np.hstack([tf_idf([one.text for one in sentences]), beside]), np.ones(len(sentences), dtype=bool))
    return np.vstack([np.zeros((1, rows.shape[1]), dtype=np.float32), rows])


def _set_apart(vectors: Vectors, known: NDArray[np.bool_]) -> Vectors:
    """Return rows of length one without what all `known` rows have in common; the others are zeros."""
    # By a little less than the mean: identical sentences must not become nothing.
    common = vectors[known].sum(axis=0) / np.float32(known.sum() + _HELD_BACK)
    return unit(np.where(known[:, None], vectors - common, np.float32(0)))


def one_hot(codes: Sequence[Sequence[str]]) -> Vectors:
    """Return a column per code that occurs, sorted, with 1 where a row has it."""
    column = {code: place for place, code in enumerate(sorted({code for row in codes for code in row}))}
    matrix = np.zeros((len(codes), len(column)), dtype=np.float32)
    for line, row in enumerate(codes):
        matrix[line, [column[code] for code in row]] = 1
    return matrix
