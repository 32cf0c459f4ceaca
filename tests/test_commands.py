"""The developers' commands: what `test` hands to pytest, what `gates` reports, and what every test runs under."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config import browser, scale
from config.management.commands import gates
from config.management.commands import test as runner

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The arguments of every pytest that would have run; each passes."""
    seen: list[tuple[str, ...]] = []

    def run_pytest(*arguments: str) -> int:
        seen.append(arguments)
        return 0

    monkeypatch.setenv("COMMON_THREAD_BROWSER", "")
    monkeypatch.setattr(browser, "find_or_install", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(runner, "run_pytest", run_pytest)
    return seen


def test_arguments_go_to_pytest_as_they_are(runs: list[tuple[str, ...]]) -> None:
    with pytest.raises(SystemExit, match="0"):
        runner.Command().run_from_argv(["manage.py", "test", "tests/rounds", "-x", "--cov"])
    assert runs == [("tests/rounds", "-x", "--cov")]
    assert os.environ["COMMON_THREAD_BROWSER"] == "/usr/bin/chromium"


def test_the_browser_tests_run_apart_from_the_others(
    runs: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(SystemExit, match="0"):
        runner.Command().run_from_argv(["manage.py", "test", "-q"])
    with pytest.raises(SystemExit, match="0"):
        runner.Command().run_from_argv(["manage.py", "test", "-n0"])
    assert runs == [
        ("-q", "--dist", "loadfile", "-n", "3", "-m", "not browser"),
        ("-q", "--dist", "loadfile", "-n", "2", "-m", "browser"),
        ("-n0", "--dist", "loadfile", "-m", "not browser"),
        ("-n0", "--dist", "loadfile", "-m", "browser"),
    ]


@pytest.mark.parametrize(("first", "second", "expected"), [(1, 0, 1), (0, 1, 1), (5, 0, 0), (0, 5, 0), (5, 5, 5)])
def test_either_half_can_fail_and_either_may_be_empty(
    runs: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, first: int, second: int, expected: int
) -> None:
    codes = [second, first]
    monkeypatch.setattr(runner, "run_pytest", lambda *_: codes.pop())
    assert runner.Command().run_tests(["-n2"]) == expected


def test_the_code_of_pytest_is_the_code_of_the_command(
    runs: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "run_pytest", lambda *_: 2)
    with pytest.raises(SystemExit, match="2"):
        runner.Command().run_from_argv(["manage.py", "test"])


def test_at_scale_the_rest_of_the_arguments_go_to_the_servers_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[list[str]] = []

    def run(arguments: list[str], pytest: object) -> int:
        seen.append(arguments)
        return 1

    monkeypatch.setattr(scale, "run", run)
    with pytest.raises(SystemExit, match="1"):
        runner.Command().run_from_argv(["manage.py", "test", "--scale", "tests/scale", "-x"])
    assert seen == [["tests/scale", "-x"]]


def test_servers_that_are_missing_are_said_in_words_and_installed_only_by_root(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(scale, "find", lambda program: None if program == "postgres" else f"/nowhere/{program}")
    monkeypatch.setattr(browser, "is_debian_root", lambda: False)
    monkeypatch.setattr(browser, "apt", lambda *arguments: installed.extend(arguments))
    with pytest.raises(CommandError, match=r"sudo apt install postgresql$"):
        runner.Command().run_tests(["--scale"])
    assert installed == []


def test_every_gate_runs_even_after_one_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails = [sys.executable, "-c", "print('line 3 is wrong'); raise SystemExit(1)"]
    passes = [sys.executable, "-c", "print('chatter')"]
    monkeypatch.setattr(gates, "GATES", {"first": fails, "second": passes})
    with pytest.raises(CommandError, match=r"^Not passed: first\.$"):
        call_command("gates")
    said = capsys.readouterr().out
    assert "FAIL  first" in said
    assert "line 3 is wrong" in said
    assert "pass  second" in said
    assert "chatter" not in said


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine without a browser; gives the commands that were run to get one, all of which fail."""
    seen: list[list[str]] = []

    def call(command: list[str], **options: object) -> int:
        seen.append(command)
        return 1

    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(subprocess, "call", call)
    return seen


def test_the_systems_browser_is_used_where_there_is_one(
    machine: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/opt/google-chrome" if name == "google-chrome" else None)
    assert browser.find_or_install() == "/opt/google-chrome"
    assert machine == []


def test_as_root_of_a_debian_the_browser_is_installed_by_the_system(
    machine: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "is_debian_root", lambda: True)

    def call(command: list[str], **options: object) -> int:
        machine.append(command)
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    assert browser.find_or_install() == "/usr/bin/chromium"
    assert [command[2] for command in machine] == ["update", "install"]


def test_apt_is_tried_twice_and_then_playwright_fetches_its_own(
    machine: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "is_debian_root", lambda: True)
    assert browser.find_or_install() == ""
    assert [command[0] for command in machine] == ["apt-get", "apt-get", sys.executable]
    assert machine[-1][1:] == ["-m", "playwright", "install", "chromium"]


def test_without_root_nothing_of_the_system_is_touched(
    machine: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "is_debian_root", lambda: False)
    browser.find_or_install()
    assert [command[0] for command in machine] == [sys.executable]


SUITE = """
import logging
import pytest
from django.conf import settings

@pytest.mark.browser
def test_a_browser():
    pass

@pytest.mark.live
def test_b_live():
    pass

@pytest.mark.parametrize("name", ["django.request", "rounds", "daphne.server"])
def test_c_logs(name):
    logging.getLogger(name).error("something broke")

@pytest.mark.logs_errors
def test_d_means_to():
    logging.getLogger("django.request").error("something broke")

def test_e_stays_away():
    print("data in", settings.DATA_DIR, settings.KEY_DIR)
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about a small suite under our plugin."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_suite.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-v", "-s", "-p", "config.testing", "-p", "no:cacheprovider"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), str(folder), "--noconftest"]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False).stdout


def failures(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith(("ERROR ", "FAILED "))]


@pytest.mark.parametrize("name", ["django.request", "rounds", "daphne.server"])
def test_a_test_that_logged_an_error_fails(suite: str, name: str) -> None:
    assert f"{name}: something broke" in suite
    assert any(f"::test_c_logs[{name}]" in line for line in failures(suite))


def test_a_test_that_means_to_log_an_error_passes(suite: str) -> None:
    assert not any("test_d_means_to" in line for line in failures(suite))


def test_plain_tests_come_first_then_live_then_browser_tests(suite: str) -> None:
    places = [suite.index(name) for name in ("test_e_stays_away", "test_b_live", "test_a_browser")]
    assert places == sorted(places)


def test_tests_keep_away_from_real_data(suite: str) -> None:
    line = next(line for line in suite.splitlines() if "data in" in line)
    assert "common-thread-tests-" in line
    assert str(ROOT / "var") not in line
