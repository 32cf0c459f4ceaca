"""The hour that is walked: everybody's screens, and the words that are written in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rounds.models import Programme, Round
from tests.browser.screens import Console, Desk, Phone, Screens, Wall

TITLE = "The flute"
FIRST_QUESTION = "What stays with you, after hearing this?"
NO_TIME = ("There was no time to sit down.", "No time, and nobody to ask.", "I ran past her door.")
UNASKED = ("Nobody asked how she played.", "Nobody asked, not even me.")


@dataclass
class Hour:
    """Everybody's screens, and where the round is kept."""

    screens: Screens
    programme: Programme
    desk: Desk
    console: Console = field(init=False)
    wall: Wall = field(init=False)
    phones: list[Phone] = field(init=False)

    @property
    def round(self) -> Round:
        return self.programme.rounds.get(title=TITLE)

    def all_are_sound(self) -> None:
        for screen in (self.phones[0], self.wall, self.console):
            screen.is_sound()
