"""What is sent to the server stays in its memory: nothing of it is laid down in a file on the way."""

from __future__ import annotations

import subprocess
import sys

from tests.live.conftest import ROOT

LOOK = """
import io
from unittest.mock import Mock
from config import server

request = server.InMemory(Mock(), False)
for length in (None, 10, 200_000, 2_000_000_000):
    request.gotLength(length)
    assert type(request.content) is io.BytesIO, length
for _ in range(50):
    request.handleContentChunk(b"x" * 10_000)
print(len(request.content.getvalue()))
"""


def test_a_body_of_any_length_stays_in_memory_and_is_cut_where_nothing_of_ours_is_as_long() -> None:
    """In a process of its own: importing the server installs Twisted's reactor."""
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("300000\n", "")
