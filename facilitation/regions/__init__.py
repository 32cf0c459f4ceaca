"""What facilitation puts on the live screens, one module per noun; importing registers it."""

from facilitation.regions import circle, themes

__all__ = ["circle", "themes"]
