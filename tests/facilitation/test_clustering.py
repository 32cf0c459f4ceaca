"""Proposed groups: whatever people wrote, whatever is pinned, the same every time."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.clustering import Pins, Proposal, Sentence, groups, place, propose
from facilitation.clustering.embed import Vectors, unit
from facilitation.clustering.evidence import Evidence
from facilitation.clustering.lexical import tf_idf
from facilitation.clustering.light import Light
from facilitation.clustering.minilm import MiniLM
from facilitation.clustering.words import words

NIGHT = [
    "The night shift left me so tired I could not think",
    "Another night shift with no break at all",
    "I drove home after the night shift and cried",
    "Every night shift we are two short",
    "On the night shift nobody comes when you call",
]
FAMILY = [
    "The family only wanted somebody to sit with them",
    "I had no time for the family in the corridor",
    "The family thanked us and I felt a fraud",
    "Nobody told the family what was happening",
    "I still think of that family in the side room",
]
PAPER = [
    "The discharge form took longer than the goodbye",
    "One more form to fill in before I could help",
    "I was filling in the form while she wept",
    "A form for everything and nobody reads the form",
    "That form is always first, and the next form after it",
]
STORY = NIGHT + FAMILY + PAPER

texts = st.lists(st.sampled_from(STORY) | st.text(max_size=60), max_size=14)
pairs = st.tuples(st.integers(0, 13), st.integers(0, 13))


def sentences(written: Sequence[str]) -> list[Sentence]:
    return [Sentence(f"r{place:03}", text) for place, text in enumerate(written)]


def ids_of(proposal: Proposal) -> list[str]:
    return sorted([one for group in proposal.groups for one in group.ids] + list(proposal.loose))


def flat(text: str) -> str:
    return " ".join(text.split())


def check_shape(given_sentences: Sequence[Sentence], proposal: Proposal) -> None:
    """What holds of every proposal."""
    text = {one.id: one.text for one in given_sentences}
    assert ids_of(proposal) == sorted(text)
    every_title = [title.casefold() for group in proposal.groups for title in group.titles]
    assert len(every_title) == len(set(every_title))
    for group in proposal.groups:
        assert set(group.central) <= set(group.ids)
        assert all(any(title in text[one] for one in group.ids) for title in group.titles)
        assert all(0 < len(title) <= 60 and "\n" not in title for title in group.titles)


def test_sentences_about_the_same_thing_are_proposed_together() -> None:
    given_sentences = sentences(STORY)
    proposal = propose(given_sentences)
    check_shape(given_sentences, proposal)
    found = {frozenset(group.ids) for group in proposal.groups}
    assert found == {frozenset(f"r{place:03}" for place in range(first, first + 5)) for first in (0, 5, 10)}
    assert not proposal.loose
    assert not proposal.too_few


def test_each_group_is_offered_titles_in_peoples_own_words() -> None:
    titles = {group.ids[0][-2:]: group.titles for group in propose(sentences(STORY)).groups}
    assert all(titles.values())
    together = [" ".join(own) for own in titles.values()]
    for word in ("night shift", "family", "form"):
        assert sum(word in one for one in together) == 1


def test_the_central_sentences_speak_for_the_group_and_are_not_copies_of_each_other() -> None:
    written = [*STORY, *[NIGHT[0]] * 4]
    text = {one.id: one.text for one in sentences(written)}
    for group in propose(sentences(written)).groups:
        assert 1 <= len(group.central) <= 3
        assert len({text[one] for one in group.central}) == len(group.central)


@pytest.mark.parametrize("count", range(5))
def test_up_to_four_sentences_are_too_few_to_group(count: int) -> None:
    proposal = propose(sentences(STORY[:count]))
    assert proposal == Proposal((), tuple(f"r{place:03}" for place in range(count)), too_few=True)


@pytest.mark.parametrize("text", ["", "   \n", "...", "\U0001f494\U0001f62d", "\u2764\ufe0f", "?!"])
def test_a_sentence_without_a_word_is_left_loose(text: str) -> None:
    proposal = propose(sentences([*STORY, text]))
    assert proposal.loose == ("r015",)
    assert propose(sentences([text] * 30)).too_few


def test_one_word_over_and_over_is_one_group_named_by_it() -> None:
    proposal = propose(sentences(["tired"] * 5))
    assert [(len(group.ids), group.titles) for group in proposal.groups] == [(5, ("tired",))]


def test_three_hundred_identical_sentences_are_one_group() -> None:
    proposal = propose(sentences(["Nobody came to us afterwards."] * 300))
    assert [len(group.ids) for group in proposal.groups] == [300]
    assert proposal.groups[0].titles
    assert len(proposal.groups[0].central) == 1


def test_five_sentences_are_enough() -> None:
    given_sentences = sentences([*NIGHT[:3], *PAPER[:2]])
    check_shape(given_sentences, propose(given_sentences))


def test_languages_and_scripts_may_be_mixed() -> None:
    others = [
        "La famille attendait dans le couloir",
        "Die Nachtschicht war zu lang",
        "\u591c\u73ed\u592a\u7d2f\u4e86",
        "\u0627\u0644\u0639\u0627\u0626\u0644\u0629 \u0628\u0643\u062a",
        "tired \U0001f494 fatigu\u00e9e \u75b2\u308c\u305f",
    ]
    given_sentences = sentences([*STORY, *others])
    check_shape(given_sentences, propose(given_sentences))


def test_no_title_says_what_may_not_be_quoted() -> None:
    given_sentences = sentences([text.replace("family", "Okonkwo family") for text in STORY])
    assert any("Okonkwo" in title for group in propose(given_sentences).groups for title in group.titles)
    quoted = propose(given_sentences, quotable=lambda title: "Okonkwo" not in title)
    assert all(group.titles for group in quoted.groups)
    assert not any("Okonkwo" in title for group in quoted.groups for title in group.titles)


def test_of_very_many_an_even_draw_is_grouped_and_the_rest_joins_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written = [f"{text} {number}" for number in range(6) for text in STORY]
    whole = propose(sentences(written))
    monkeypatch.setattr(groups, "_AT_ONCE", 45)
    drawn = propose(sentences(written), pinned=Pins(together=(frozenset({"r000", "r089"}),), apart=(("r001", "r002"),)))
    check_shape(sentences(written), drawn)
    home = {one: place for place, group in enumerate(drawn.groups) for one in group.ids}
    assert home["r000"] == home["r089"]
    assert home.get("r001", -1) != home.get("r002", -2)
    assert len(drawn.groups) in range(len(whole.groups) - 1, len(whole.groups) + 3)


def test_two_thousand_characters_are_read_like_any_others() -> None:
    long = ("the night shift again " * 100)[:2000]
    given_sentences = sentences([*STORY, long, "x" * 2000])
    proposal = propose(given_sentences)
    check_shape(given_sentences, proposal)
    home = next(group for group in proposal.groups if "r000" in group.ids)
    assert "r015" in home.ids


def test_scripts_without_spaces_and_with_vowel_signs_are_grouped_and_named() -> None:
    chinese = ["\u591c\u73ed\u592a\u7d2f\u4e86", "\u591c\u73ed\u6ca1\u6709\u4eba", "\u591c\u73ed\u5f88\u957f"]
    hindi = [
        f"\u0930\u093e\u0924 \u0915\u0940 \u092a\u093e\u0932\u0940 {word}"
        for word in ("\u0932\u0902\u092c\u0940", "\u0925\u0940", "\u092b\u093f\u0930")
    ]
    arabic = [
        f"\u0627\u0644\u0639\u0627\u0626\u0644\u0629\u060c {word}"
        for word in ("\u0647\u0646\u0627", "\u0628\u0643\u062a", "\u0635\u0645\u062a\u062a")
    ]
    given_sentences = sentences([*chinese, *hindi, *arabic])
    proposal = propose(given_sentences)
    check_shape(given_sentences, proposal)
    assert all(group.titles for group in proposal.groups)
    home = {one: place for place, group in enumerate(proposal.groups) for one in group.ids}
    assert home["r003"] == home["r004"] == home["r005"] != home.get("r000")


def test_a_word_is_not_cut_at_its_vowel_signs_or_its_apostrophe() -> None:
    hindi = "\u0928\u092e\u0938\u094d\u0924\u0947"
    assert [word.key for word in words(f"{hindi}, couldn\u2019t \u2018stop\u2019 \U0001f494 self-care!")] == [
        hindi,
        "couldn't",
        "stop",
        "self-care",
    ]


def test_the_order_of_arrival_makes_no_difference() -> None:
    given_sentences = sentences(STORY)
    assert (
        propose(given_sentences[::-1]) == propose(given_sentences) == propose(given_sentences[7:] + given_sentences[:7])
    )


def test_another_process_proposes_the_same() -> None:
    program = (
        "import sys; from facilitation.clustering import *;"
        "print(propose([Sentence(f'r{n:03}', t) for n, t in enumerate(sys.argv[1:])]))"
    )
    ran = subprocess.run([sys.executable, "-c", program, *STORY], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == repr(propose(sentences(STORY)))


def test_the_machine_needs_nothing_of_django() -> None:
    program = "import sys, facilitation.clustering; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_nothing_heavy_is_loaded_before_somebody_asks_for_groups() -> None:
    program = "import sys, facilitation.clustering; sys.exit(bool({'numpy', 'onnxruntime'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_new_sentence_joins_the_group_it_is_like_and_a_strange_one_joins_none() -> None:
    standing = {"night": sentences(NIGHT), "family": sentences(FAMILY), "empty": []}
    new = [Sentence("a", "A night shift like every night shift"), Sentence("b", "Parking"), Sentence("c", "")]
    assert place(new, standing) == {"a": "night", "b": None, "c": None}


def test_what_people_put_together_stays_together_and_brings_its_like() -> None:
    proposal = propose(sentences(STORY), pinned=Pins(together=(frozenset({"r000", "r010"}),)))
    home = {one: place for place, group in enumerate(proposal.groups) for one in group.ids}
    assert home["r000"] == home["r010"]


def test_identical_sentences_kept_apart_by_people_stay_apart() -> None:
    written = sentences([*STORY, NIGHT[0]])
    proposal = propose(written, pinned=Pins(apart=(("r000", "r015"),)))
    assert not any({"r000", "r015"} <= set(group.ids) for group in proposal.groups)


def test_themes_made_by_hand_stay_whole_and_never_flow_into_each_other() -> None:
    themes = [{"r000", "r005"}, {"r006", "r010"}, set[str]()]
    proposal = propose(sentences(STORY), pinned=Pins.of_themes(themes))
    assert any({"r000", "r005"} <= set(group.ids) for group in proposal.groups)
    assert any({"r006", "r010"} <= set(group.ids) for group in proposal.groups)
    assert not any({"r000", "r006"} <= set(group.ids) for group in proposal.groups)


def test_three_themes_of_one_and_the_same_sentence_stay_three() -> None:
    written = sentences([NIGHT[0]] * 9)
    proposal = propose(written, pinned=Pins.of_themes([{"r000"}, {"r001"}, {"r002"}]))
    check_shape(written, proposal)
    for pair in ({"r000", "r001"}, {"r000", "r002"}, {"r001", "r002"}):
        assert not any(pair <= set(group.ids) for group in proposal.groups)


def test_two_that_were_put_together_are_not_left_loose_though_they_are_like_nothing_else() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), (9, 9, 2), axis=0)
    evidence = Evidence([Sentence(f"{row}", "words") for row in range(20)], vectors)
    assert groups.group(evidence) == [list(range(9)), list(range(9, 18))]
    pinned = groups.group(evidence, together=[(18, 19)])
    assert sum({18, 19} <= set(rows) for rows in pinned) == 1


def test_pins_of_sentences_that_are_gone_are_passed_over() -> None:
    stranger = Pins(together=(frozenset({"stranger", "other"}),), apart=(("r000", "stranger"),))
    assert propose(sentences(STORY), pinned=stranger) == propose(sentences(STORY))


def test_a_pinned_picture_goes_where_it_was_put() -> None:
    pinned = Pins(together=(frozenset({"r000", "r015"}),))
    proposal = propose(sentences([*STORY, "\U0001f494"]), pinned=pinned)
    assert any({"r000", "r015"} <= set(group.ids) for group in proposal.groups)


def test_an_id_that_comes_twice_counts_once() -> None:
    written = sentences(STORY)
    assert propose([*written, Sentence("r000", "something else entirely")]) == propose(written)


def test_a_shared_feeling_tips_what_words_leave_open() -> None:
    """Ten sentences of the same words: only the feelings chosen tell them apart."""
    written = [
        Sentence(f"{feeling}{n}", "It stays with me", (feeling,)) for feeling in ("tired", "proud") for n in range(5)
    ]
    groups = propose(written).groups
    assert {frozenset(one[:5] for one in group.ids) for group in groups} == {frozenset({"tired"}), frozenset({"proud"})}


@settings(deadline=None, max_examples=150)
@given(texts, st.lists(st.frozensets(st.integers(0, 13), max_size=4), max_size=3), st.lists(pairs, max_size=4))
def test_no_pin_is_ever_broken_and_nothing_gets_lost(
    written: list[str], together: list[frozenset[int]], apart: list[tuple[int, int]]
) -> None:
    given_sentences = sentences(written)
    pins = Pins(
        together=tuple(frozenset(f"r{place:03}" for place in rows) for rows in together),
        apart=tuple((f"r{one:03}", f"r{other:03}") for one, other in apart),
    )
    proposal = propose(given_sentences, pinned=pins)
    check_shape(given_sentences, proposal)
    if proposal.too_few:
        return
    home = {one: place for place, group in enumerate(proposal.groups) for one in group.ids}
    for members in pins.together:
        present = [one for one in members if one in {each.id for each in given_sentences}]
        assert len(present) < 2 or len({home[one] for one in present}) == 1
    assert not any(_share_a_group(pair, home) and not _joined(pair, pins) for pair in pins.apart)


def _share_a_group(pair: tuple[str, str], home: dict[str, int]) -> bool:
    return home.get(pair[0], -1) == home.get(pair[1], -2)


def _joined(pair: tuple[str, str], pins: Pins) -> bool:
    """Whether sets kept together, overlapping, force both of `pair` into one group."""
    reached = {pair[0]}
    for _ in pins.together:
        for members in pins.together:
            if members & reached:
                reached |= members
    return pair[1] in reached


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=200), max_size=20))
def test_any_text_gives_vectors_of_length_one_or_nothing(written: list[str]) -> None:
    for vectors in (MiniLM().embed(written), Light().embed(written), tf_idf(written)):
        assert vectors.shape[0] == len(written)
        assert vectors.shape[1] >= 1
        assert np.isfinite(vectors).all()
        for length in np.linalg.norm(vectors, axis=1):
            assert length == pytest.approx(1.0, abs=1e-5) or length == 0


class ByFirstLetter:
    """A made-up embedder: what a text begins with is all that it means."""

    def embed(self, written: Sequence[str], /) -> Vectors:
        return unit(np.array([[text[:1] == letter for letter in "TIWZ"] for text in written], dtype=np.float32))


def test_another_embedder_takes_the_place_of_the_first() -> None:
    written = ["This", "That", "Those", "I am", "It is", "Is it", "Whatever", "Zebra"]
    proposal = propose(sentences(written), embedder=ByFirstLetter())
    assert [group.ids for group in proposal.groups] == [("r000", "r001", "r002"), ("r003", "r004", "r005")] or {
        frozenset(group.ids) for group in proposal.groups
    } == {frozenset({"r000", "r001", "r002"}), frozenset({"r003", "r004", "r005"})}
    assert proposal.loose == ("r006", "r007")
