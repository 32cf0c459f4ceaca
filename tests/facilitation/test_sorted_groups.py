"""What a room sorted together, as counts of pairs; the groups and the next hands that come of it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks.themes_sorting import adjusted_rand, sorted_by, uneven
from facilitation.clustering import Pins, Sentence, propose, sorting
from facilitation.clustering.sorting import Judgement, PairEvidence


def judged(shown: str, together: str = "") -> Judgement:
    return Judgement(tuple(shown), frozenset(together))


def evidence(*judgements: Judgement) -> PairEvidence:
    return PairEvidence().plus(judgements)


PLAIN = [judged("abcd", "ab"), judged("abcd", "cd"), judged("acef", "ef"), judged("bdfe", "ef"), judged("ace")] * 4


def test_those_put_together_are_judged_against_each_other_and_against_the_rest() -> None:
    counted = evidence(judged("bacd", "ab"), judged("ab"))
    assert counted.pairs == {
        ("a", "b"): (1, 2),
        ("a", "c"): (0, 1),
        ("a", "d"): (0, 1),
        ("b", "c"): (0, 1),
        ("b", "d"): (0, 1),
    }
    assert counted.looks() == {"a": 4, "b": 4, "c": 2, "d": 2}


def test_none_of_these_judges_every_pair_of_the_hand() -> None:
    assert evidence(judged("abc")).pairs == {("a", "b"): (0, 1), ("a", "c"): (0, 1), ("b", "c"): (0, 1)}


def test_the_counts_do_not_tell_the_order_of_the_answers() -> None:
    answers = [judged("abcd", "ab"), judged("bcde", "de"), judged("aeb")]
    assert list(evidence(*answers).pairs.items()) == list(evidence(*reversed(answers)).pairs.items())


def test_counts_follow_sentences_to_new_ids_and_leave_the_others_behind() -> None:
    renamed = evidence(judged("abc", "ab")).renamed({"a": "z", "b": "y"})
    assert renamed.pairs == {("y", "z"): (1, 1)}


@pytest.mark.parametrize("reading", ["pair", "card", "tap", "answer"])
def test_forty_people_with_six_answers_find_most_of_the_themes_without_any_text(reading: str) -> None:
    dice = random.Random(5)
    truth = uneven(37, 8, dice)
    found = sorting.groups_of(list(truth), sorted_by(truth, people=40, each=6, reading=reading, dice=dice))
    assert adjusted_rand(truth, found) >= 0.75


def test_sixty_people_with_ten_answers_find_nearly_all() -> None:
    dice = random.Random(6)
    truth = uneven(37, 7, dice)
    found = sorting.groups_of(list(truth), sorted_by(truth, people=60, each=10, dice=dice))
    assert adjusted_rand(truth, found) >= 0.9


def test_the_groups_do_not_depend_on_the_order_of_the_sentences() -> None:
    ids = list("abcdef")
    assert sorting.groups_of(ids[::-1], evidence(*PLAIN[::-1])) == sorting.groups_of(ids, evidence(*PLAIN))
    assert sorting.groups_of(ids, evidence(*PLAIN)) == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_where_nobody_sorted_the_groups_by_text_stay_as_they_are() -> None:
    assert sorting.groups_of("abcd", PairEvidence(), start=[["b", "a"]]) == [["a", "b"], ["c"], ["d"]]
    about_others = evidence(judged("xyz", "xy"))
    assert sorting.groups_of("abcd", about_others, start=[["b", "a"]]) == [["a", "b"], ["c"], ["d"]]


def test_a_single_answer_does_not_undo_what_the_text_says() -> None:
    ids = [f"s{n:02d}" for n in range(20)]
    start = [ids[:10], ids[10:]]
    likeness = np.where(np.arange(20)[:, None] // 10 == np.arange(20)[None] // 10, 0.8, 0.1)
    odd = evidence(Judgement(("s00", "s10", "s11", "s01"), frozenset({"s00", "s10"})))
    assert sorting.groups_of(ids, odd, start=start, likeness=likeness) == start


def test_a_handful_of_answers_leaves_groups_by_text_alone_and_more_of_them_do_not() -> None:
    dice = random.Random(9)
    truth = uneven(40, 7, dice)
    ids = sorted(truth)
    by_text = [ids[:20], ids[20:]]
    few = sorted_by(truth, people=5, each=1, dice=dice)
    assert sorting.groups_of(ids, few, start=by_text) == by_text
    assert sorting.groups_of(ids, sorted_by(truth, people=30, each=5, dice=dice), start=by_text) != by_text


def test_many_answers_overrule_a_text_that_says_nothing() -> None:
    dice = random.Random(3)
    truth = uneven(37, 7, dice)
    ids = sorted(truth)
    by_text = [ids[:12], ids[12:24], ids[24:]]
    found = sorting.groups_of(ids, sorted_by(truth, people=60, each=10, dice=dice), start=by_text)
    assert adjusted_rand(truth, by_text) < 0.2
    assert adjusted_rand(truth, found) >= 0.9


def test_pins_hold_against_everything_people_sorted() -> None:
    pinned = Pins(together=(frozenset("ac"), frozenset("cx")), apart=(("e", "f"),))
    found = sorting.groups_of("abcdefg", evidence(*PLAIN), pinned=pinned)
    home = {one: number for number, group in enumerate(found) for one in group}
    assert home["a"] == home["c"]
    assert home["e"] != home["f"]
    assert sorted(home) == list("abcdefg")


def test_every_sentence_is_soon_in_somebodys_hand() -> None:
    ids = [f"s{n:03d}" for n in range(130)]
    counted, seen = PairEvidence(), set[str]()
    for deal in range(4):
        hands = sorting.hands(ids, counted, seed=deal)
        seen.update(one for hand in hands for one in hand)
        counted = counted.plus(Judgement(hand, frozenset()) for hand in hands)
    assert seen == set(ids)


def test_hands_ask_about_what_is_unclear_and_not_about_what_is_known() -> None:
    ids = list("abcdefgh")
    clear = evidence(*[judged("abcdef", "abc"), judged("abcdef", "def")] * 20, *[judged("abcdefgh", "abc")] * 4)
    hands = sorting.hands(ids, clear, how_many=6, size=3)
    assert all({"g", "h"} & set(hand) for hand in hands)
    assert all(len(set(hand)) == 3 for hand in hands)


def test_a_handful_is_not_dealt_from_less_than_a_handful() -> None:
    assert sorting.hands("abcd", size=5) == []


def test_another_deal_brings_other_hands_and_the_same_deal_the_same() -> None:
    ids = [f"s{n:03d}" for n in range(30)]
    assert sorting.hands(ids, seed=1) == sorting.hands(ids[::-1], seed=1)
    assert sorting.hands(ids, seed=1) != sorting.hands(ids, seed=2)


def test_a_proposal_uses_what_people_sorted() -> None:
    texts = ["a chair", "the night shift", "my own father", "a cup of tea", "the bleep", "nobody asked", "the corridor"]
    sentences = [Sentence(one, text) for one, text in zip("abcdefg", texts, strict=True)]
    proposal = propose(sentences, sorted=evidence(*PLAIN * 3))
    sorted_only = {frozenset(group.ids) - {"g"} for group in proposal.groups}  # nobody was shown g
    assert sorted_only == {frozenset("ab"), frozenset("cd"), frozenset("ef")}
