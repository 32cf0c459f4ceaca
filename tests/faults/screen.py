"""What stands on a screen: as a client has it from its frames, and as the server would draw it from nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rounds.live import regions
from rounds.live.regions import Audience, ListRegion
from rounds.models import Round

Frame = dict[str, Any]


@dataclass
class Screen:
    """One screen. It is changed as docs/protocol.md says, and `wrong` keeps what cannot be right."""

    stage: str = ""
    html: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list, compare=False)

    def take(self, frame: Frame) -> None:
        """Show a snapshot, or what has changed since."""
        self.stage = frame["stage"]
        if frame["t"] == "snapshot":
            self.html, self.rows = frame["html"], frame["rows"]
            return
        self.html.update(frame["html"])
        for name, moves in frame["rows"].items():
            rows = self.rows.setdefault(name, {})
            for key in moves["drop"]:
                if rows.pop(key, None) is None:
                    self.wrong.append(f"{name} was told to drop a row it does not show")
            rows.update(moves["put"])

    def differs(self, other: Screen) -> list[str]:
        """Where two screens differ, in words."""
        mine, theirs = (
            {"stage": self.stage, **self.html, **self.rows},
            {"stage": other.stage, **other.html, **other.rows},
        )
        names = sorted(mine.keys() | theirs.keys())
        return [f"{n}: {mine.get(n)!r} and {theirs.get(n)!r}" for n in names if mine.get(n) != theirs.get(n)]


def drawn(round_pk: int, audience: Audience) -> Screen:
    """What the audience should see now, drawn afresh by this process: no cache, no topic, no revision.

    Drawn again when something changed meanwhile, so that it is a picture of one moment.
    """
    while True:
        round = Round.objects.select_related("programme", "current_prompt").get(pk=round_pk)
        screen = Screen(stage=round.stage)
        for region in regions.of(audience):
            if isinstance(region, ListRegion):
                screen.rows[region.name] = {
                    key: region.row_html(key, row) for key, row in region.current(round).items()
                }
            else:
                screen.html[region.name] = region.html(round)
        if Round.objects.get(pk=round_pk).revision == round.revision:
            return screen
