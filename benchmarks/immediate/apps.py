"""Registers what can be said and seen only while measuring."""

from __future__ import annotations

from django.apps import AppConfig


class Immediate(AppConfig):
    name = "benchmarks.immediate"
    label = "immediate"

    def ready(self) -> None:
        from benchmarks.immediate import posting

        posting.register()
