"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.process import ROOT

PACKAGES = ("django", "channels", "daphne", "autobahn", "twisted", "websockets", "numpy")


def described() -> dict[str, str]:
    """Name to value, in the order in which they are read."""
    load = os.getloadavg()
    return {
        "processor": f"{_line('/proc/cpuinfo', 'model name')}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{int(_line('/proc/meminfo', 'MemTotal').split()[0]) / 1e6:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "node": _said("node", "--version") or "none",
        "sqlite": sqlite3.sqlite_version,
        "one write made durable": f"{1000 * _durable_write():.2f} ms (median)",
        "load before it began": f"{load[0]:.2f}",
        "commit": _said("git", "rev-parse", "--short", "HEAD") + (" with changes" if _changes() else ""),
    }


def _line(path: str, name: str) -> str:
    lines = Path(path).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def _changes() -> bool:
    return bool(_said("git", "status", "--porcelain", "--untracked-files=no"))


def _durable_write() -> float:
    """Seconds until a page is on the disk that the databases lie on."""
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(30):
            file.write(bytes(4096))
            start = time.monotonic()
            os.fsync(file.fileno())
            times.append(time.monotonic() - start)
    return median(times)
