"""Join codes: what a person may type, and what is not a code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import join_codes

codes = st.text(alphabet=join_codes.ALPHABET, min_size=8, max_size=8)


def test_the_alphabet_has_no_letter_that_reads_as_another() -> None:
    assert len(join_codes.ALPHABET) == len(set(join_codes.ALPHABET)) == 32
    assert not set("ILOU") & set(join_codes.ALPHABET)


def test_a_new_code_is_eight_characters_of_the_alphabet_and_its_own_normal_form() -> None:
    for _ in range(200):
        code = join_codes.new_code()
        assert len(code) == 8
        assert join_codes.normalise(code) == code


def test_new_codes_do_not_repeat_and_use_the_whole_alphabet() -> None:
    drawn = [join_codes.new_code() for _ in range(500)]
    assert len(set(drawn)) == 500
    assert set("".join(drawn)) == set(join_codes.ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-01FG",
        "abcd01fg",
        "  abcd 01fg ",
        "ABCD\u2014OIFG",
        "abcd\u2212olfg",
        "a b-c d o l f g",
        "\uff21\uff22\uff23\uff24\uff10\uff11\uff26\uff27",
        "\u200babcd-01fg\ufeff",
        "ABCD\n01FG",
    ],
)
def test_what_a_person_plausibly_types_is_read_as_the_code_they_meant(typed: str) -> None:
    assert join_codes.normalise(typed) == "ABCD01FG"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ABCD01F",
        "ABCD01FGH",
        "ABCD01FU",
        "abcd01fu",
        "ABCD.01FG",
        "ABCD\x0001FG",
        "abcd01f\u00df",
        "\u0131bcd01fg",
        "\u0410BCD01FG",
        "https://example.org/j#ABCD01FG",
        "-" * 64,
        "ABCD01FG" + " " * 10_000,
    ],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert join_codes.normalise(typed) is None


@given(codes)
def test_what_is_displayed_can_be_typed_back(code: str) -> None:
    shown = join_codes.display(code)
    assert shown == f"{code[:4]}-{code[4:]}"
    assert join_codes.normalise(shown.lower()) == code


@given(st.text(max_size=80))
def test_any_text_gives_none_or_a_stable_code(text: str) -> None:
    code = join_codes.normalise(text)
    assert code is None or join_codes.normalise(code) == code
