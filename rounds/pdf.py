"""Pages on paper: PDF made of our own HTML, in a process of its own that ends with the page (ADR 24).

WeasyPrint draws it, and WeasyPrint needs Pango, which is a library of the operating system. Where it is not there,
`possible` says so and people print the page from their browser.
"""

from __future__ import annotations

import functools
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from rounds.refusals import Refused

logger = logging.getLogger(__name__)

_WRITER: Final = Path(__file__).with_name("pdf_writer.py")
_LONGEST_SECONDS: Final = 40
_LONGEST_WAIT_SECONDS: Final = 20
_NOT_HERE: Final = 3  # how the writer says that it cannot find Pango
# No secret of ours is among them: the writer needs none.
_PASSED_ON: Final = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "XDG_CACHE_HOME"),
    *("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "WEASYPRINT_DLL_DIRECTORIES"),
    *("FONTCONFIG_FILE", "FONTCONFIG_PATH"),
)
_one_at_a_time = threading.Lock()

NOT_HERE: Final = "This server cannot make PDFs. Print the page from your browser: it can save it as a PDF as well."
BUSY: Final = "Other pages are being made just now. Please try again in a minute."
BROKEN: Final = "The PDF could not be made. Please print the page from your browser instead."


def possible() -> bool:
    """Whether this machine can make PDFs. Asked once in the life of a process; takes about a second."""
    try:
        return _is_possible()
    except subprocess.TimeoutExpired:  # very busy just now: ask again the next time
        return False


def made(html: str) -> bytes:
    """The PDF of a whole HTML document: tagged, so that it can be read aloud, with our own fonts inside.

    Only what lies in `static/` can be referred to, by its path from there ("css/sheet.css"). Raises Refused in words
    for a person where it cannot be made here, takes too long, or many are being made.
    """
    with _taking_turns():
        try:
            done = _write("--make", html.encode())
        except subprocess.TimeoutExpired:
            raise Refused(BUSY) from None
    if done.returncode == _NOT_HERE:
        raise Refused(NOT_HERE)
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        # Never what the writer said: it might quote the page.
        logger.error("A PDF could not be made: the writer ended with %s", done.returncode)
        raise Refused(BROKEN)
    return done.stdout


@contextmanager
def _taking_turns() -> Iterator[None]:
    # Each takes a core for a second or two, and a room may be live on this machine.
    if not _one_at_a_time.acquire(timeout=_LONGEST_WAIT_SECONDS):
        raise Refused(BUSY)
    try:
        yield
    finally:
        _one_at_a_time.release()


@functools.cache
def _is_possible() -> bool:
    return _write("--ask", b"").returncode == 0


def _write(what: str, html: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-I", str(_WRITER), what, str(settings.BASE_DIR / "static")],
        input=html,
        capture_output=True,
        timeout=_LONGEST_SECONDS,
        env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
        check=False,
    )
