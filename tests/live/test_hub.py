"""Hubs and sockets in this process: how often they look, and what becomes of those who do not read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest

from rounds import replies
from rounds.live import company, frames, hub, layer, pictures, sockets
from rounds.live.hub import Hub
from rounds.live.pictures import Picture
from rounds.live.regions import Audience
from rounds.live.sockets import Socket
from rounds.models import Round


class Wire:
    """The far end of a socket; `stops` makes it take nothing more."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, event: dict[str, Any]) -> None:
        await self.open.wait()
        self.got.append(event)

    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(event["text"]) for event in self.got if event["type"] == "websocket.send"]


class World:
    """A round that is only a number, and how often it was looked at."""

    def __init__(self) -> None:
        self.revision = 1
        self.html = "one"
        self.looks = 0
        self.picture: Picture | None = None

    def look(self, round_pk: int, audiences: Iterable[Audience]) -> dict[Audience, Picture]:
        self.looks += 1
        if self.picture is None or self.picture.html["r"] != self.html:
            self.picture = Picture(revision=self.revision, stage="story", html={"r": self.html}, rows={})
        return dict.fromkeys(audiences, self.picture)

    def change(self, html: str) -> None:
        self.revision += 1
        self.html = html
        hub.ring(7)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(pictures, "look", world.look)
    monkeypatch.setattr(hub, "_hubs", {})
    monkeypatch.setattr(layer, "_loop", None)
    monkeypatch.setattr(company, "exchange", lambda round_pk: None)  # this round is not in the database
    monkeypatch.setattr(replies, "renew", lambda round_pk: None)  # nor are its boxes, which look new when chance has it
    return world


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def told() -> None:
        await story()
        for task in list(hub._running):
            task.cancel()
        await asyncio.sleep(0)

    asyncio.run(told())


async def settle(seconds: float = 0.15) -> None:
    """Let happen what is due within this time, also where the machine stood still for most of it.

    In small steps, and after each the looks that were asked for are waited for: they have a thread of their own.
    """
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        await asyncio.get_running_loop().run_in_executor(hub._looking, lambda: None)


def test_a_burst_of_rings_is_two_looks_at_most(world: World) -> None:
    async def story() -> None:
        wire = Wire()
        hub.of(7).join("room", Socket(wire.send))
        await settle()
        looks = world.looks
        for number in range(50):
            world.change(str(number))
        await settle(0.3)
        assert world.looks - looks <= 2
        assert wire.frames()[-1]["html"] == {"r": "49"}
        assert hub.of(7).revision("room") == 51

    run(story)


def test_every_socket_gets_the_very_same_text(world: World) -> None:
    async def story() -> None:
        wires = [Wire() for _ in range(3)]
        for wire in wires:
            hub.of(7).join("room", Socket(wire.send))
        await settle()
        world.change("two")
        await settle()
        texts = [[event["text"] for event in wire.got] for wire in wires]
        assert [frame["t"] for frame in wires[0].frames()] == ["snapshot", "change"]
        assert all(one is other for one, other in zip(texts[0], texts[2], strict=True))

    run(story)


def test_rings_from_other_threads_are_heard(world: World) -> None:
    async def story() -> None:
        wire = Wire()
        hub.of(7).join("room", Socket(wire.send))
        await settle()
        await asyncio.to_thread(world.change, "two")
        await settle()
        assert wire.frames()[-1]["html"] == {"r": "two"}

    run(story)


def test_a_lost_ring_is_made_up_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "LOOKS_BY_ITSELF", 0.2)

    async def story() -> None:
        wire = Wire()
        hub.of(7).join("room", Socket(wire.send))
        await settle()
        world.revision, world.html = 2, "two"  # and nobody rings
        await settle(0.5)
        assert wire.frames()[-1]["html"] == {"r": "two"}

    run(story)


def test_an_empty_hub_ends_and_a_busy_one_does_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "STAYS_EMPTY", 0.2)
    monkeypatch.setattr(hub, "LOOKS_BY_ITSELF", 0.05)

    async def story() -> None:
        socket = Socket(Wire().send)
        home = hub.of(7)
        home.join("room", socket)
        await settle(0.5)
        assert hub._hubs == {7: home}
        home.leave(socket)
        await settle(0.6)
        assert hub._hubs == {}

    run(story)


def test_a_round_that_is_gone_sends_everyone_home(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(round_pk: int, audiences: Iterable[Audience]) -> dict[Audience, Picture]:
        raise Round.DoesNotExist

    monkeypatch.setattr(pictures, "look", gone)

    async def story() -> None:
        wire = Wire()
        hub.of(7).join("room", Socket(wire.send))
        await settle()
        assert wire.frames() == [{"t": "bye", "because": "This round is over.", "code": 4404}]
        assert wire.got[-1] == {"type": "websocket.close", "code": 4404}

    run(story)


def test_one_who_stops_reading_is_shown_everything_again_and_not_what_was_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MOST_UNSENT", 1_000)

    async def story() -> None:
        wire = Wire()
        hub.of(7).join("room", Socket(wire.send))
        await settle()
        wire.open.clear()
        for number in range(67):
            hub.of(7).sockets["room"].copy().pop().say({"t": "beat", "revision": number})
        world.change("two")
        await settle()
        wire.open.set()
        await settle(0.3)
        assert wire.frames()[-1] == {"t": "snapshot", "revision": 2, "stage": "story", "html": {"r": "two"}, "rows": {}}
        assert len(wire.frames()) < 50

    run(story)


def test_one_who_never_answers_is_owed_no_more_than_so_much(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "MOST_UNSEEN", 2_000)
    monkeypatch.setattr(sockets, "PATIENCE", 0.3)

    async def story() -> None:
        silent, good = Wire(), Wire()
        reader = Socket(good.send)
        hub.of(7).join("room", Socket(silent.send))
        hub.of(7).join("room", reader)
        for number in range(12):
            world.change(f"{number}" * 500)
            await settle(0.1)
            reader.seen(hub.of(7).revision("room"))
        assert sum(len(event.get("text", "")) for event in silent.got) < 2_000 + 1_500
        assert silent.got[-1] == {"type": "websocket.close", "code": 4408}
        assert good.frames()[-1]["revision"] == 13
        assert all(frame["t"] != "bye" for frame in good.frames())

    run(story)


def test_a_goodbye_comes_before_the_close_even_when_the_line_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "PATIENCE", 0.05)

    async def story() -> None:
        wire = Wire()
        socket = Socket(wire.send)
        socket.say(frames.beat(1))
        await settle(0.05)
        wire.open.clear()
        socket.say(frames.beat(2))
        await settle(0.2)
        assert socket.is_stuck()
        socket.close(4408, "slow")
        wire.open.set()
        await socket.finish()
        assert wire.got[-1] == {"type": "websocket.close", "code": 4408}

    run(story)


@pytest.mark.logs_errors
def test_a_frame_that_cannot_be_sent_ends_the_visit_instead_of_leaving_it_deaf() -> None:
    async def story() -> None:
        got: list[dict[str, Any]] = []

        async def send(event: dict[str, Any]) -> None:
            if event["type"] == "websocket.send":
                raise RuntimeError("too long for this server")
            got.append(event)

        Socket(send).say(frames.beat(1))
        await settle()
        assert got == [{"type": "websocket.close", "code": 1012}]

    run(story)


class DeadLayer:
    """A channel layer that answers nothing."""

    def __init__(self, **config: Any) -> None:
        pass

    async def new_channel(self) -> str:
        raise ConnectionError

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionError


def use_layer(settings: Any, backend: str) -> None:
    from channels.layers import channel_layers

    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    channel_layers.backends.clear()


def test_a_dead_layer_changes_nothing_in_its_own_process(world: World, settings: Any) -> None:
    use_layer(settings, "tests.live.test_hub.DeadLayer")

    async def story() -> None:
        wire = Wire()
        hub.of(7).join("room", Socket(wire.send))
        await settle()
        world.change("two")
        await settle()
        assert wire.frames()[-1]["html"] == {"r": "two"}

    run(story)


def test_a_ring_in_another_process_is_heard_through_the_layer(world: World, settings: Any) -> None:
    use_layer(settings, "channels.layers.InMemoryChannelLayer")

    async def story() -> None:
        wire = Wire()
        home = hub.of(7)
        home.join("room", Socket(wire.send))
        await settle()
        world.revision, world.html = 2, "two"
        hub._hubs.clear()  # as the other process has it: the round has no hub there
        await asyncio.to_thread(hub.ring, 7)
        await settle()
        assert isinstance(home, Hub)
        assert wire.frames()[-1]["html"] == {"r": "two"}

    run(story)
