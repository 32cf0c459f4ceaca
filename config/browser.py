"""Finds the browser that tests and screenshots drive, and installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
# Without these a headless Chromium started by root does not run, or keeps calling home in a closed network.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FOR_PDFS = ("libpangoft2-1.0-0", "libharfbuzz-subset0")  # what WeasyPrint needs beside what Chromium brings
FOR_EVERYBODY = 0o022  # ours keeps files to ourselves; a program installed like that would work for nobody else


def find() -> str:
    """Path of the system's Chromium or Chrome, or "" if there is none (Playwright may have its own)."""
    return next(filter(None, map(shutil.which, NAMES)), "")


def find_or_install() -> str:
    """As `find`, but installs a Chromium first where there is none; "" means Playwright's own was fetched."""
    found = find()
    if found:
        return found
    if is_debian_root():
        print("Installing Chromium for the browser tests.", flush=True)
        if apt("update") and apt("install", "-y", "--no-install-recommends", "chromium", *FOR_PDFS):
            return find()
    print("Fetching a Chromium for the browser tests.", flush=True)
    subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"], umask=FOR_EVERYBODY)
    return ""


def is_debian_root() -> bool:
    """Whether the system's package manager may be used here without asking anybody."""
    return Path("/etc/debian_version").exists() and os.geteuid() == 0


def apt(*arguments: str) -> bool:
    """Run apt-get quietly and without questions; a second try, because mirrors have bad moments."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", *arguments]
    none = subprocess.DEVNULL
    return any(subprocess.call(command, env=quiet, stdin=none, stdout=none, umask=FOR_EVERYBODY) == 0 for _ in range(2))
