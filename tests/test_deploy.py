"""The files in deploy/ that no test can run here: they agree with the program and with each other."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def unit(path: Path) -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(path)
    return read["Service"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_no_service_leaves_a_core_file_or_runs_as_root(path: Path) -> None:
    service = unit(path)
    assert service["LimitCORE"] == "0"
    assert service["UMask"] == "0077"
    assert service["User"] == "common-thread"
    assert service["NoNewPrivileges"] == "yes"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_can_read_the_unit(path: Path, tmp_path: Path) -> None:
    """What it says of programs and accounts that this machine lacks does not count."""
    here = tmp_path / path.name.replace("@", "@1")
    here.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE))
    done = subprocess.run(["systemd-analyze", "verify", str(here)], capture_output=True, text=True, check=False)
    assert not [line for line in done.stderr.splitlines() if here.name in line and "Unknown" in line]


def test_the_server_listens_where_nginx_looks() -> None:
    command = unit(DEPLOY / "systemd" / "common-thread@.service")["ExecStart"]
    assert command == "/usr/bin/python3 manage.py serve --unix /run/common-thread/%i.sock"
    assert "serve" in get_commands()
    assert "server unix:/run/common-thread/1.sock " in (DEPLOY / "nginx.conf").read_text()


def test_the_doorbell_is_where_the_server_looks() -> None:
    address = "/run/common-thread-redis/redis.sock"
    assert f"CHANNEL_LAYER_URL=unix://{address}" in (DEPLOY / "environment").read_text()
    assert f"unixsocket {address}\n" in (DEPLOY / "redis.conf").read_text()


def test_nginx_lets_through_what_the_server_takes_and_writes_nobody_down() -> None:
    conf = (DEPLOY / "nginx.conf").read_text()
    assert set(re.findall(r"^\s*(error_log [^;]+);", conf, re.M)) == {"error_log /var/log/nginx/error.log emerg"}
    assert set(re.findall(r"^\s*(access_log [^;]+);", conf, re.M)) == {"access_log off"}
    assert re.search(r"client_max_body_size (\d+)k", conf)[1] == re.search(r"client_body_buffer_size (\d+)k", conf)[1]  # type: ignore[index]
