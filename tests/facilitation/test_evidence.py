"""What is known of two sentences, and what the machine learns from the hand."""

import numpy as np

from facilitation.clustering import Sentence
from facilitation.clustering.embed import unit
from facilitation.clustering.evidence import Evidence


def test_to_put_two_equals_together_changes_nothing_for_the_others() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), (9, 9, 9), axis=0)
    evidence = Evidence([Sentence(f"{row}", "words") for row in range(27)], vectors)
    before = evidence.chances(slice(None), slice(None))
    evidence.learn([[0, 1]])
    assert np.allclose(evidence.chances(slice(None), slice(None)), before)


def test_what_people_put_together_makes_its_kind_of_difference_count_less() -> None:
    vectors = unit(np.array([[4, 1, 1], [4, -1, 1], [-4, 1, 1], [-4, -1, 1], [4, 0, 2], [-4, 0, 2]], dtype=np.float32))
    evidence = Evidence([Sentence(f"{row}", "words") for row in range(6)], vectors)
    before = evidence.chances([4], [5])[0, 0]
    evidence.learn([[0, 2], [1, 3]])
    assert evidence.chances([4], [5])[0, 0] > before


def test_company_makes_a_sentence_louder_and_never_quieter() -> None:
    company = (0, 3, 10, -2)
    sentences = [Sentence(f"{row}", "words", company=count) for row, count in enumerate(company)]
    none, some, many, wrong = Evidence(sentences, np.eye(4, dtype=np.float32)).weights
    assert 1 == none == wrong < some < many < 2
