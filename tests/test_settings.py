"""What the settings make of the environment, each time in a process of its own."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from config import checks

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str, **environment: str) -> str:
    """What a command says, started as from a shell that lets everybody read what it makes."""
    names = ("PATH", "HOME", "SYSTEMROOT")
    clean = {name: os.environ[name] for name in names if name in os.environ}
    clean |= {"COMMON_THREAD_NO_BOOTSTRAP": "1", **environment}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=clean, text=True, capture_output=True, check=True, umask=0o022
    ).stdout


def setting(name: str, **environment: str) -> Any:
    return json.loads(
        run("-c", f"import json; from config import settings; print(json.dumps(settings.{name}))", **environment)
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_kept_is_for_the_servers_account_alone(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    run("manage.py", "migrate", "-v0", COMMON_THREAD_DATA=str(data))
    assert mode(data) == mode(data / "keys") == 0o700
    assert mode(data / "db.sqlite3") == mode(data / "keys" / "secret_key") == 0o600


def test_with_the_key_from_the_environment_the_folders_are_private_too(tmp_path: Path) -> None:
    setting("DEBUG", COMMON_THREAD_DATA=str(tmp_path / "data"), COMMON_THREAD_SECRET_KEY="k" * 50)
    assert mode(tmp_path / "data") == mode(tmp_path / "data" / "keys") == 0o700


def test_a_data_folder_that_everybody_could_open_is_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)
    setting("DEBUG", COMMON_THREAD_DATA=str(data))
    assert mode(data) == 0o700


def test_names_of_this_machine_are_ours_only_where_the_site_is_on_it(tmp_path: Path) -> None:
    def hosts(**environment: str) -> Any:
        return setting("ALLOWED_HOSTS", COMMON_THREAD_DATA=str(tmp_path), **environment)

    here = ["127.0.0.1", "localhost", "[::1]"]
    assert hosts() == hosts(COMMON_THREAD_URL="http://[::1]:8000") == here
    assert hosts(COMMON_THREAD_URL="https://rounds.example.org") == ["rounds.example.org"]
    assert hosts(COMMON_THREAD_URL="https://rounds.example.org", COMMON_THREAD_HOSTS="127.0.0.1") == [
        "rounds.example.org",
        "127.0.0.1",
    ]


def test_a_folder_that_belongs_to_everybody_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    setting("DEBUG", COMMON_THREAD_DATA=str(tmp_path))
    assert (mode(tmp_path), mode(tmp_path / "keys")) == (0o1777, 0o700)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", []),
        ("https://model.hospital.example/v1", []),
        ("http://127.0.0.1:8080/v1", []),
        ("http://model.hospital.example/v1", ["common_thread.W001"]),
        ("model.hospital.example", ["common_thread.E003"]),
        ("file:///etc/passwd", ["common_thread.E003"]),
    ],
)
def test_a_models_address_is_looked_at_before_anything_is_sent_there(
    settings: Settings, address: str, found: list[str]
) -> None:
    settings.OWN_MODEL_URL = address
    assert [one.id for one in checks.own_model_has_an_address()] == found
