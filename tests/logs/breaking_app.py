"""Has a server break when it is told to (breaking.py)."""

from __future__ import annotations

from django.apps import AppConfig


class Breaking(AppConfig):
    name = "tests.logs"
    label = "breaking"

    def ready(self) -> None:
        from tests.logs import breaking

        breaking.begin()
