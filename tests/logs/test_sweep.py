"""The sweep itself: a secret is found in whatever shape a program might give it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.logs.sweep import Secrets, sweep

SECRET = "I sat “down” by bed 7"


@pytest.mark.parametrize(
    "written",
    [
        f"12:03 said {SECRET}.".encode(),
        f"GET /?said={quote(SECRET)} HTTP/1.1".encode(),
        json.dumps({"said": SECRET}).encode(),
        b"0x" + SECRET.encode().hex().encode(),
        SECRET.encode("utf-16"),
        *(base64.b64encode(b"x" * before + SECRET.encode() + b"and more") for before in range(5)),
        *(base64.urlsafe_b64encode(b"y" * before + SECRET.encode()).rstrip(b"=") for before in range(5)),
    ],
)
def test_a_secret_is_found_in_every_shape(tmp_path: Path, written: bytes) -> None:
    known = Secrets()
    known.add("text", SECRET)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "log").write_bytes(b"before " + written + b" after")
    assert {hit.kind for hit in sweep([tmp_path], known)} == {"text"}


def test_what_is_no_secret_is_not_found(tmp_path: Path) -> None:
    known = Secrets()
    known.add("text", SECRET)
    (tmp_path / "log").write_text("I sat “down” by bed 8; SSBzYXQg 4920736174")
    assert sweep([tmp_path], known) == []
