"""On SQLite the server alone; `manage.py test --scale` has nginx before it, PostgreSQL and Redis behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.live.conftest import migrated
from tests.logs.house import HOST
from tests.scale import databases

__all__ = ["migrated"]
collect_ignore = ["test_application.py"] if databases.IS_HERE else ["test_every_program.py"]


@pytest.fixture(autouse=True)
def a_real_name(settings: Settings, tmp_path: Path) -> None:
    """This process's own settings agree with the server's."""
    settings.SITE_URL = f"https://{HOST}"
    settings.DATA_DIR = tmp_path / "house"
    settings.KEY_DIR = settings.DATA_DIR / "keys"
