"""The room: everything until people leave it."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "rounds"
    verbose_name = "Rounds"

    def ready(self) -> None:
        from rounds import preparing, retention, stories  # noqa: F401  what is promised as the doors open, and goes with the words
        from rounds.live import screens  # noqa: F401  registers the room's own regions and messages
