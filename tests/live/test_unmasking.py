"""Taking masks off and checking UTF-8 by the whole message: the same answers as autobahn's own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from autobahn.websocket.utf8validator import Utf8Validator
from autobahn.websocket.xormasker import create_xor_masker
from hypothesis import given
from hypothesis import strategies as st

from config.unmasking import Mask, Utf8
from tests.live.conftest import House

PIECES = st.lists(st.binary(min_size=1, max_size=200), max_size=5)
NEARLY = st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=6)


@given(st.binary(min_size=4, max_size=4), PIECES)
def test_a_mask_comes_off_as_autobahns_does(mask: bytes, pieces: list[bytes]) -> None:
    ours, theirs = Mask(mask), create_xor_masker(mask)
    for piece in pieces:
        assert ours.process(piece) == theirs.process(piece)
        assert ours.pointer() == theirs.pointer()


@given(NEARLY, st.lists(st.integers(0, 80), max_size=3))
def test_a_message_is_utf8_or_not_as_autobahn_says_however_it_is_cut(message: bytes, cuts: list[int]) -> None:
    ours, theirs = Utf8(), Utf8Validator()
    theirs.reset()
    ends = sorted({0, len(message), *(cut for cut in cuts if cut < len(message))})
    whole = []
    for validator in (ours, theirs):
        valid = ends_whole = True
        for start, end in pairwise(ends):
            valid, ends_whole, _, _ = validator.validate(message[start:end])
            if not valid:
                break
        whole.append(valid and ends_whole)
    assert whole[0] == whole[1]


def test_after_a_broken_message_the_next_one_is_read_anew() -> None:
    checked = Utf8()
    assert checked.validate(b"\xff")[0] is False
    checked.reset()
    assert checked.validate("é".encode())[:2] == (True, True)
    assert checked.validate("é".encode()[:1])[:2] == (True, False)
    checked.reset()
    assert checked.validate(b"a")[:2] == (True, True)


@pytest.mark.parametrize("size", [1, 130, 60_000])
def test_the_server_reads_masked_frames_of_every_size(server: House, size: int) -> None:
    phone = server.phone()
    phone.send("x" * size)
    assert phone.next()["t"] == "refused"
