"""What stands on a card somebody wrote by hand: a plain value between the page it is typed on and its verb.

Pure: imports nothing of Django.
"""

from __future__ import annotations

from typing import NamedTuple


class Card(NamedTuple):
    """feelings: the codes of those that were circled."""

    text: str
    feelings: tuple[str, ...] = ()
