"""`manage.py demo`, on a machine where it never ran, and then again."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def demo(data: Path, port: int) -> Iterator[str]:
    """What the demo printed until it was ready; it runs inside the block and leaves cleanly after it."""
    kept = {name: value for name, value in os.environ.items() if name != "COMMON_THREAD_URL"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env={**kept, "COMMON_THREAD_DATA": str(data), "COMMON_THREAD_NO_BOOTSTRAP": "1"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield read_until_ready(process)
        process.terminate()
        assert process.wait(timeout=60) == 0
        assert process.communicate() == ("", "")
    finally:
        process.kill()
        process.communicate()


def read_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "is running at" in line:
            return printed
    assert process.stderr is not None
    pytest.fail(f"the demo ended: {printed}{process.stderr.read()}")


def status(port: int, address: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as browser:
        browser.request("GET", urlsplit(address).path)
        answer = browser.getresponse()
        answer.read()
        return answer.status


def test_every_link_it_prints_opens_at_the_port_that_was_asked_for(tmp_path: Path, port: int) -> None:
    with demo(tmp_path, port) as printed:
        links = re.findall(r"http://\S+", printed.split("Common Thread is running")[0])
        assert len(links) >= 3
        assert {urlsplit(link).netloc for link in links} == {f"127.0.0.1:{port}"}
        # The console asks for a sign-in; nothing else does.
        assert sorted(status(port, link) for link in links) == [200] * (len(links) - 1) + [302]


def test_run_twice_it_starts_with_the_same_round_and_the_same_people(tmp_path: Path, port: int) -> None:
    with demo(tmp_path, port) as first:
        pass
    with demo(tmp_path, port) as second:
        pass
    assert second == first
