"""PDFs: made in a process of their own, of what lies in our own folder; in words where they cannot be made."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from pytest_django import Settings

from rounds import pdf
from rounds.refusals import Refused


def unpacked(made: bytes) -> bytes:
    """The PDF with its packed parts opened, as far as they are packed in the usual way."""
    parts = re.findall(rb"stream\r?\n(.*?)endstream", made, re.S)
    opened = [zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"\x78"]
    return made + b"\n".join(opened)


def writer(tmp_path: Path, script: str) -> Path:
    path = tmp_path / "writer.py"
    path.write_text(f"import sys, time\n{script}")
    return path


def test_a_page_takes_what_it_needs_from_our_folder_and_from_nowhere_else(settings: Settings, tmp_path: Path) -> None:
    """A style sheet that is read sets the size of the paper, which stands in the file."""
    if not pdf.possible():
        pytest.skip("this machine has no Pango; what people are told then is tested below")
    settings.BASE_DIR = tmp_path
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "ours.css").write_text("@page { size: 400pt 300pt }")
    (tmp_path / "secret.css").write_text("@page { size: 111pt 111pt }")
    (tmp_path / "static" / "way.css").symlink_to(tmp_path / "secret.css")
    outside = ["../secret.css", (tmp_path / "secret.css").as_uri(), "way.css", "http://localhost:1/x.css"]
    links = "".join(f'<link rel="stylesheet" href="{href}">' for href in ["ours.css", *outside])
    made = unpacked(pdf.made(f'<!doctype html><html lang="en-GB"><title>We will</title>{links}<p>One.</p></html>'))
    assert re.findall(rb"/MediaBox ?\[ ?0 0 (\d+)\.? (\d+)", made) == [(b"400", b"300")]
    assert b"/MarkInfo" in made, "nobody could have it read aloud"
    assert b"/CreationDate" not in made


@pytest.mark.parametrize(
    ("script", "longest", "words"),
    [("sys.exit(3)", 60, pdf.NOT_HERE), ("time.sleep(90)", 0.5, pdf.BUSY)],
)
def test_where_no_pdf_can_be_made_people_are_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, longest: float, words: str
) -> None:
    monkeypatch.setattr(pdf, "_WRITER", writer(tmp_path, script))
    monkeypatch.setattr(pdf, "_LONGEST_SECONDS", longest)
    with pytest.raises(Refused) as told:
        pdf.made("<p>x</p>")
    assert str(told.value) == words


@pytest.mark.logs_errors
@pytest.mark.parametrize("script", ["sys.exit('the words of the page')", "print('the words of the page')"])
def test_a_writer_that_fails_is_logged_without_a_word_of_the_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture, script: str
) -> None:
    monkeypatch.setattr(pdf, "_WRITER", writer(tmp_path, script))
    with pytest.raises(Refused, match="could not be made"):
        pdf.made("<p>the words of the page</p>")
    assert "A PDF could not be made" in caplog.text
    assert "the words" not in caplog.text


def test_the_writer_is_told_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMMON_THREAD_SECRET_KEY", "not for the writer")
    monkeypatch.setenv("DATABASE_URL", "postgres://not:for@the/writer")
    tell = "import os; sys.stdout.write('%PDF-' + repr(dict(os.environ)))"
    monkeypatch.setattr(pdf, "_WRITER", writer(tmp_path, tell))
    assert b"PATH" in (said := pdf.made("<p>x</p>"))
    assert b"writer" not in said.replace(str(tmp_path).encode(), b"")
