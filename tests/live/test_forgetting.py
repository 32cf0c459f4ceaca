"""A process that has forgotten what it saw of a round shows it again, to everybody who is there."""

from __future__ import annotations

from rounds.live import hub
from rounds.live.sockets import Socket
from tests.live.test_hub import Wire, World, run, settle, world

__all__ = ["world"]  # the fixture


def test_what_was_forgotten_meanwhile_leaves_nobody_behind(world: World) -> None:
    """After a minute without an answer from the database the same picture is drawn anew, under another revision."""

    async def story() -> None:
        wire = Wire()
        hub.of(7).join("room", Socket(wire.send))
        await settle()
        world.picture = None
        world.revision += 5  # by what nobody in the room sees
        hub.ring(7)
        await settle()
        world.change("two")
        await settle()
        assert wire.frames()[-1]["html"] == {"r": "two"}

    run(story)
