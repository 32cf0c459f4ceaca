"""How a hub serves a large room: in pieces, from what it already has, and never faster than it can."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from rounds.live import frames, hub, pictures, sockets
from rounds.live.frames import Outgoing
from rounds.live.pictures import Picture
from rounds.live.regions import Audience
from rounds.live.sockets import Socket
from tests.live.test_hub import Wire, World, run, settle, world

__all__ = ["world"]


@pytest.mark.parametrize(
    ("took", "rest"), [(0.0, 0.05), (0.02, 0.03), (0.04, 0.04), (0.1, 0.1), (0.3, 0.3), (4.0, 0.5)]
)
def test_a_hub_rests_as_long_as_it_worked_but_never_long(took: float, rest: float) -> None:
    assert hub.pause_after(took) == pytest.approx(rest)


def test_a_large_room_is_served_in_pieces_and_everybody_once(world: World) -> None:
    async def story() -> None:
        wires = [Wire() for _ in range(2 * hub.CHUNK + 10)]
        for wire in wires:
            hub.of(7).join("room", Socket(wire.send))
        await settle(0.3)
        turns = 0

        async def another_visit() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        beside = asyncio.ensure_future(another_visit())
        show = hub.of(7)._show("room", Picture(revision=2, stage="story", html={"r": "two"}, rows={}))
        await asyncio.sleep(0)
        before = turns
        await show
        beside.cancel()
        assert turns - before >= 2
        await settle()
        assert {tuple(frame["t"] for frame in wire.frames()) for wire in wires} == {("snapshot", "change")}

    run(story)


def test_somebody_who_joins_is_shown_what_the_others_see_without_another_look(world: World) -> None:
    async def story() -> None:
        hub.of(7).join("room", Socket(Wire().send))
        await settle()
        looks, late = world.looks, Wire()
        hub.of(7).join("room", Socket(late.send))
        await settle(0.02)
        assert [frame["t"] for frame in late.frames()] == ["snapshot"]
        assert world.looks == looks
        world.change("two")
        await settle()
        assert [frame["t"] for frame in late.frames()] == ["snapshot", "change"]

    run(story)


def test_the_first_of_an_audience_is_not_shown_what_was_kept_from_long_ago(world: World) -> None:
    async def story() -> None:
        first = Socket(Wire().send)
        hub.of(7).join("wall", first)
        await settle()
        hub.of(7).leave(first)
        world.html = "two"  # and nobody was there to see it
        wire = Wire()
        hub.of(7).join("wall", Socket(wire.send))
        await settle()
        assert [frame["html"] for frame in wire.frames()] == [{"r": "two"}]

    run(story)


def test_somebody_who_is_ahead_of_a_change_is_not_sent_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asked for a snapshot while the change was on its way to the others."""

    async def story() -> None:
        wire, other = Wire(), Wire()
        ahead = Socket(wire.send)
        hub.of(7).join("room", ahead)
        hub.of(7).join("room", Socket(other.send))
        await settle()
        two = Picture(revision=2, stage="story", html={"r": "two"}, rows={})
        ahead.put_picture(two.snapshot)
        await hub.of(7)._show("room", two)
        await settle()
        assert [frame["t"] for frame in wire.frames()] == ["snapshot", "snapshot"]
        assert [frame["t"] for frame in other.frames()] == ["snapshot", "change"]

    def look(round_pk: int, audiences: Iterable[Audience]) -> dict[Audience, Picture]:
        return dict.fromkeys(audiences, Picture(revision=1, stage="story", html={"r": "one"}, rows={}))

    monkeypatch.setattr(pictures, "look", look)
    run(story)


def test_a_picture_larger_than_anybody_may_owe_is_sent_and_not_held_against_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sockets, "MOST_UNSENT", 1_000)

    async def story() -> None:
        wire = Wire()
        socket = Socket(wire.send)
        wire.open.clear()
        socket.put_picture(Outgoing("x" * 50_000, 1))
        socket.put(Outgoing("y" * 500, 2))
        assert not socket.needs_picture
        socket.put(Outgoing("z" * 900, 3))
        socket.put(Outgoing("z", 4))
        assert [socket.needs_picture, socket.shown] == [True, 3]
        wire.open.set()
        await settle()
        assert socket.has_room()
        assert [len(event["text"]) for event in wire.got] == [50_000, 500, 900]

    run(story)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_is_encoded_once_and_as_the_standard_says(size: int) -> None:
    frame = frames.Outgoing("x" * size, 7)
    octets = frame.octets
    assert octets is frame.octets
    assert octets[0] == 0x81  # final, text
    length, start = octets[1], 2
    if length == 126:
        length, start = int.from_bytes(octets[2:4]), 4
        assert length >= 126
    elif length == 127:
        length, start = int.from_bytes(octets[2:10]), 10
        assert length >= 2**16
    assert length == size == len(octets) - start
