"""The audit of log files: every disguise in which somebody can be found, and what only looks like it."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from rounds import join_codes
from rounds.models import Stage
from tests import factories
from tests.rounds.auditing import asked

pytestmark = pytest.mark.django_db
WORDS = "I thought of my father, and of Zoë, all through the night shift."


def found(folder: Path, line: str | bytes) -> str:
    """What the audit says of a log of this one line."""
    path = folder / "access.log"
    path.write_bytes(line if isinstance(line, bytes) else line.encode())
    return "".join(asked("logs", path).wrong)


@pytest.mark.parametrize(
    "disguise",
    [
        join_codes.display,
        str.lower,
        lambda code: f"#{code}",
        lambda code: f"/j%23{code}",
        lambda code: f"joined_{code}",
        lambda code: code[:4] + "%20" + code[4:].lower(),
        lambda code: base64.b64encode(f"code {code} was right".encode()).decode(),
    ],
)
def test_a_join_code_is_found_in_every_form(tmp_path: Path, disguise: Callable[[str], str]) -> None:
    of = factories.round_(stage=Stage.ARRIVAL)
    assert "holds a join code, 1 time(s)" in found(tmp_path, f"came with {disguise(of.join_code)} today")


def test_the_code_of_no_round_is_none(tmp_path: Path) -> None:
    code = factories.round_(stage=Stage.ARRIVAL).join_code
    assert found(tmp_path, f"{code}7 and A{code} and {code[:4]}, {code[4:]}") == ""


@pytest.mark.parametrize(
    "disguise",
    [
        quote,
        quote_plus,
        lambda words: quote(words).lower(),
        lambda words: base64.b64encode(words.encode()).decode(),
        lambda words: base64.urlsafe_b64encode(f"a {words}".encode()).decode(),
        lambda words: "x=" + base64.b64encode(f"ab {words}".encode()).decode(),
    ],
)
def test_words_are_found_in_percent_and_base64_form(tmp_path: Path, disguise: Callable[[str], str]) -> None:
    of = factories.round_(stage=Stage.THREADS)
    factories.reaction(of, WORDS.lower())
    assert "holds something that somebody wrote" in found(tmp_path, f"text {disguise(WORDS.lower())} end")


@pytest.mark.parametrize(
    "line",
    [
        "lost 203.0.113.7.",
        "from 203.0.113.7, again",
        "host ip-10-1-2-3 said no",
        "name ip-10-1-2-3.internal",
        "client=fe80::1",
        "see 2001:db8::7.",
    ],
)
def test_the_address_of_a_device_is_found_wherever_it_stands(tmp_path: Path, line: str) -> None:
    assert "holds the address of a device, 1 time(s)" in found(tmp_path, line)


@pytest.mark.parametrize(
    "line",
    [
        "version 2.10.3.4",
        "nginx v2.10.3.4 began",
        "Version: 2.10.3.4.",
        "in Add::Face",
        "row 300.1.2.999",
        "at 127.0.0.1.",
        "/live/site.css and alive/say",
    ],
)
def test_what_only_looks_like_somebody_is_not_found(tmp_path: Path, line: str) -> None:
    assert found(tmp_path, line) == ""


@pytest.mark.parametrize("line", ["04:22:16.123 /live/say 812", "[04:22] POST /live/poll?x", "04:22 /live/ 101"])
def test_a_log_of_when_something_was_sent_is_found(tmp_path: Path, line: str) -> None:
    assert "holds when a phone asked or sent something, 1 time(s)" in found(tmp_path, line)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_log_is_known_by_its_bytes_not_its_name(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert "holds the address of a device" in found(tmp_path, pack(b"from 203.0.113.7 again"))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_log_that_was_cut_short_is_named(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    said = found(tmp_path, pack(b"nothing in here\n" * 50)[:-9])
    assert said == f"{tmp_path / 'access.log'} cannot be unpacked to its end. Is it still being written?"


def test_a_log_that_cannot_be_opened_here_is_named(tmp_path: Path) -> None:
    assert "packed in a way that cannot be opened here" in found(tmp_path, b"\x28\xb5\x2f\xfd....")


def test_what_stands_across_two_pieces_of_a_log_is_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rounds.self_audit.shapes.CHUNK", 40)
    assert "2 time(s)" in found(tmp_path, " " * 33 + "from 203.0.113.7 again and 203.0.113.8 " + " " * 90)
