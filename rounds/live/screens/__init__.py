"""What the room itself puts on the live screens, one module per audience; importing registers it."""

from rounds.live.screens import console, room, wall

__all__ = ["console", "room", "wall"]
