"""What the room itself puts on the live screens, one module per audience; importing registers it."""

from rounds.live.screens import changes, console, hands, room, wall

__all__ = ["changes", "console", "hands", "room", "wall"]
