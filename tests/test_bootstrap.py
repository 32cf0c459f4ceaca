"""The first start on a machine: what bootstrap makes, what it leaves alone, and what it says."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap

ROOT = Path(bootstrap.ROOT)
RUN = bootstrap.run  # as it is when no test stands in for it


class Started(Exception):
    """Stands in for the process that would have been replaced."""


@pytest.fixture
def checkout(tmp_path: Path) -> bootstrap.Environment:
    """A checkout with its lock files and nothing installed."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2\n")
    (tmp_path / "requirements" / "dev.txt").write_text("django==5.2\npytest==9.2\n")
    (tmp_path / "requirements" / "scale.txt").write_text("django==5.2\npsycopg==3.3\n")
    return bootstrap.Environment(str(tmp_path))


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Runs no installer and replaces no process; gives the commands that would have run."""
    commands: list[list[str]] = []

    def run(command: list[str]) -> None:
        commands.append(command)
        if "venv" in command:
            target = Path(command[-1]) / "bin"
            target.mkdir(parents=True, exist_ok=True)
            (target / "python").unlink(missing_ok=True)
            (target / "python").symlink_to(sys.executable)

    def start_again(python: str, argv: list[str]) -> None:
        raise Started(python, argv)

    for name in (bootstrap.SKIP, "DATABASE_URL", "CHANNEL_LAYER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "start_again", start_again)
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "uv" else f"/nowhere/{name}")
    return commands


def start(environment: bootstrap.Environment, *command: str) -> None:
    argv = ["manage.py", *(command or ["demo"])]
    with pytest.raises(Started) as started:
        bootstrap.ensure(argv, root=environment.root)
    assert started.value.args == (environment.python, argv)


def test_the_first_start_makes_an_environment_installs_with_hashes_and_starts_again(
    checkout: bootstrap.Environment, installs: list[list[str]]
) -> None:
    start(checkout)
    made, installed = installs
    assert made[1:3] == ["-m", "venv"]
    assert "--require-hashes" in installed
    assert installed[-1] == checkout.lock_file("base")
    assert checkout.is_ready("base")
    assert not checkout.is_ready("dev")


def test_the_second_start_installs_nothing(checkout: bootstrap.Environment, installs: list[list[str]]) -> None:
    start(checkout)
    installs.clear()
    start(checkout)
    assert installs == []


def test_test_needs_the_larger_lock_which_then_serves_demo_too(
    checkout: bootstrap.Environment, installs: list[list[str]]
) -> None:
    start(checkout, "test")
    assert installs[-1][-1] == checkout.lock_file("dev")
    installs.clear()
    start(checkout, "demo")
    assert installs == []


@pytest.mark.parametrize("url", [("DATABASE_URL", "postgres://db/rounds"), ("CHANNEL_LAYER_URL", "redis://layer")])
def test_who_sets_another_database_or_a_layer_gets_what_they_need_and_keeps_what_there_was(
    checkout: bootstrap.Environment, installs: list[list[str]], monkeypatch: pytest.MonkeyPatch, url: tuple[str, str]
) -> None:
    start(checkout, "test")
    installs.clear()
    monkeypatch.setenv(*url)
    start(checkout, "serve")
    assert [command[-1] for command in installs] == [checkout.lock_file("scale")]
    installs.clear()
    start(checkout, "test", "--scale")
    monkeypatch.delenv(url[0])
    start(checkout, "serve")
    assert installs == []


def test_the_tests_at_scale_need_both_larger_locks(checkout: bootstrap.Environment, installs: list[list[str]]) -> None:
    start(checkout, "test", "--scale")
    assert [command[-1] for command in installs[1:]] == [checkout.lock_file("dev"), checkout.lock_file("scale")]


def test_a_changed_lock_is_installed_into_the_same_environment(
    checkout: bootstrap.Environment, installs: list[list[str]]
) -> None:
    start(checkout)
    installs.clear()
    Path(checkout.lock_file("base")).write_text("django==5.2.1\n")
    start(checkout)
    assert [command[-1] for command in installs] == [checkout.lock_file("base")]


def test_an_installation_that_fails_leaves_no_stamp_and_says_that_the_next_start_goes_on(
    checkout: bootstrap.Environment, installs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    start(checkout)
    Path(checkout.lock_file("base")).write_text("django==5.2.1\n")
    with monkeypatch.context() as broken:
        broken.setattr(bootstrap, "run", lambda command: RUN([sys.executable, "-c", "raise SystemExit(1)"]))
        with pytest.raises(SystemExit, match="run the same command again and it goes on"):
            bootstrap.ensure(["manage.py", "demo"], root=checkout.root)
    assert not checkout.is_ready("base")
    start(checkout)
    assert checkout.is_ready("base")


def test_an_environment_of_another_python_is_made_anew(
    checkout: bootstrap.Environment, installs: list[list[str]]
) -> None:
    start(checkout)
    Path(checkout.stamp_file("base")).write_text("0" * 64 + " 3.10\n")
    installs.clear()
    start(checkout)
    assert installs[0][1:3] == ["-m", "venv"]


def test_an_environment_whose_python_is_gone_is_made_anew(
    checkout: bootstrap.Environment, installs: list[list[str]]
) -> None:
    start(checkout)
    Path(checkout.python).unlink()
    assert not checkout.is_ready("base")
    installs.clear()
    start(checkout)
    assert len(installs) == 2


def test_an_environment_without_pip_is_made_anew_when_uv_is_gone(
    checkout: bootstrap.Environment, installs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    start(checkout)
    Path(checkout.lock_file("base")).write_text("django==5.2.1\n")
    monkeypatch.setattr(bootstrap, "can", lambda python, statement: "pip" not in statement.split())
    installs.clear()
    start(checkout)
    assert installs[0][1:3] == ["-m", "venv"]


def test_uv_is_used_where_it_is_on_the_path(
    checkout: bootstrap.Environment, installs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/nowhere/{name}")
    start(checkout)
    assert [command[:2] for command in installs] == [["/nowhere/uv", "venv"], ["/nowhere/uv", "pip"]]
    assert "--require-hashes" in installs[1]


def test_a_python_without_venv_is_told_which_package_to_install(
    checkout: bootstrap.Environment, installs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "can", lambda python, statement: False)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.ensure(["manage.py", "demo"], root=checkout.root)
    assert installs == []


def test_an_old_python_with_no_newer_one_beside_it_is_told_what_is_needed(
    checkout: bootstrap.Environment, installs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Common Thread needs Python 3\.11 or newer; this is Python 3\.9\."):
        bootstrap.ensure(["manage.py", "demo"], root=checkout.root)
    assert installs == []


def test_an_old_python_finds_a_newer_one_on_the_path_and_skips_one_that_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python3.14"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    (tmp_path / "python3.12").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert bootstrap.find_python() == str(tmp_path / "python3.12")


def test_a_container_that_brings_its_own_python_is_trusted(
    checkout: bootstrap.Environment, installs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(bootstrap.SKIP, "1")
    bootstrap.ensure(["manage.py", "serve"], root=checkout.root)
    assert installs == []


def test_two_starts_at_once_set_up_one_after_the_other(checkout: bootstrap.Environment) -> None:
    script = (
        "from config import bootstrap\n"
        f"with bootstrap.only_one_at_a_time(bootstrap.Environment({checkout.root!r})): print('in')"
    )
    with bootstrap.only_one_at_a_time(checkout):
        other = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert other.stderr is not None
        assert other.stderr.readline() == b"Another window is setting Common Thread up. Waiting for it.\n"
        assert other.poll() is None
    assert other.communicate(timeout=10)[0] == b"in\n"


@pytest.mark.parametrize("name", ["manage.py", "config/bootstrap.py", "config/__init__.py"])
def test_what_runs_before_the_set_up_can_be_read_by_an_old_python(name: str) -> None:
    ast.parse((ROOT / name).read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("name", ["manage.py", "config/bootstrap.py", "config/__init__.py"])
def test_what_runs_before_the_set_up_imports_the_standard_library_only(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text())
    at_once = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {alias.name for node in at_once if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in at_once if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)


def locked(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return {line.split(" ")[0] for line in lines if line[:1].isalnum()}


@pytest.mark.parametrize("larger", ["dev", "scale"])
def test_what_is_tested_and_scaled_is_the_very_set_of_versions_that_runs(larger: str) -> None:
    assert locked("base") - locked(larger) == set()


@pytest.mark.parametrize("name", ["base", "dev", "scale"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text
    for block in text.replace("\\\n", "").splitlines():
        assert "--hash=sha256:" in block
