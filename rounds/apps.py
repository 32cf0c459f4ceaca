"""The room: everything until people leave it."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "rounds"
    verbose_name = "Rounds"

    def ready(self) -> None:
        from rounds.live import screens  # noqa: F401  registers the room's own regions and messages
