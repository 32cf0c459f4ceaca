"""Imports point one way. The contracts themselves stand in pyproject.toml, [tool.importlinter]."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "facilitation", "rounds")
# Read by the functions below; a file that appears under one of these is held to it without further ado.
PURE = (
    "facilitation/clustering",
    "facilitation/action_parts.py",
    "facilitation/named_people.py",
    "facilitation/taxonomies.py",
    "rounds/disclosures",
    "rounds/feelings.py",
    "rounds/identifiers",
    "rounds/join_codes.py",
    "rounds/phone_numbers.py",
    "rounds/pieces.py",
    "rounds/small_numbers.py",
    "rounds/staff_groups.py",
    "rounds/timings.py",
)
VAGUE = {"utils", "helpers", "common", "services", "selectors", "managers", "manager", "signals", "misc"}


def sources(*folders: str) -> list[Path]:
    """Our Python files under these folders or files, migrations left out."""
    found = [path for folder in folders for path in [ROOT / folder, *(ROOT / folder).rglob("*.py")]]
    return [path for path in found if path.suffix == ".py" and path.exists() and "migrations" not in path.parts]


def imported(path: Path) -> set[str]:
    """Top-level names of everything that the file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_pure_modules_import_nothing_of_django() -> None:
    offenders = [relative(path) for path in sources(*PURE) if imported(path) & {"django", "channels", "allauth"}]
    assert offenders == []


def test_only_the_live_layer_and_the_entry_point_import_channels() -> None:
    allowed = ("rounds/live/", "config/asgi.py")
    offenders = [
        relative(path)
        for path in sources(*ROOMS)
        if imported(path) & {"channels", "channels_redis"} and not relative(path).startswith(allowed)
    ]
    assert offenders == []


def test_nothing_is_broadcast_except_by_the_live_layer() -> None:
    offenders = [
        relative(path)
        for path in sources(*ROOMS)
        if "group_send" in path.read_text() and not relative(path).startswith("rounds/live/")
    ]
    assert offenders == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    offenders = [relative(path) for path in sources(*ROOMS) if VAGUE & {path.stem, path.parent.name}]
    assert offenders == []


@pytest.mark.parametrize("words", ["from django.dispatch import receiver", "post_save"])
def test_nothing_happens_behind_a_verbs_back_through_signals(words: str) -> None:
    offenders = [relative(path) for path in sources(*ROOMS) if words in path.read_text()]
    assert offenders == []
