"""What the room itself puts on the live screens, one module per audience; importing registers it."""

from rounds.live.screens import changes, console, disclosures, hands, room, wall

__all__ = ["changes", "console", "disclosures", "hands", "room", "wall"]
