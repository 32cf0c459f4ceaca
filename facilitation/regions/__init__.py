"""What facilitation puts on the live screens, one module per noun; importing registers it."""

from facilitation.regions import actions, circle, sorting, themes, told_back, weaving

__all__ = ["actions", "circle", "sorting", "themes", "told_back", "weaving"]
