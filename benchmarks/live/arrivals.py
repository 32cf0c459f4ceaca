"""Coming in: handshakes a second, memory of a socket that only sits there, and a room that comes back after a crash."""

from __future__ import annotations

import argparse
import os
import random
import time

from benchmarks.live import house
from benchmarks.live.phones import Phone, Room
from benchmarks.returning import FIRST_WAIT, longest


def herd(room: Room, tickets: list[str], count: int) -> float:
    return count / room.come_in(house.PORT, tickets[:count])


class Returning:
    """Phones that come back as the product's own client does: 0 to 300 ms the first time, then longer."""

    def __init__(self, tickets: list[str]) -> None:
        now = time.monotonic()
        self.waiting = [(now + random.random() * FIRST_WAIT, 1, ticket) for ticket in tickets]
        self.room = Room()
        self.phones: list[Phone] = []
        self.accepted_at: float | None = None

    def turn(self) -> bool:
        now = time.monotonic()
        due = [entry for entry in self.waiting if entry[0] <= now]
        self.waiting = [entry for entry in self.waiting if entry[0] > now]
        for _, failures, ticket in due:
            try:
                phone = Phone(house.PORT, ticket)
            except ConnectionRefusedError:
                self.waiting.append((now + random.random() * longest(failures + 1), failures + 1, ticket))
                continue
            self.accepted_at = self.accepted_at or time.monotonic()
            self.phones.append(phone)
            self.room.add([phone])
            phone.upgrade()
        return not self.waiting and all(phone.heard for phone in self.phones)


def herds(home: house.House, given: list[str]) -> None:
    for number in (1, 2, 3):
        cpu = home.cpu()
        rate = herd(room := Room(), given, 200)
        print(f"200 at once, time {number}: {rate:.0f} handshakes with snapshot a second; ", end="")
        print(f"server's CPU {(home.cpu() - cpu) / 200 * 1e6:.0f} µs each")
        for phone in room.phones.values():
            phone.socket.close()
        time.sleep(2)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--back", type=int, default=500)
    asked.add_argument("--reactions", type=int, default=200)
    asked.add_argument("--idle", type=int, default=1000)
    options = asked.parse_args()
    home = house.House()
    from rounds.live import tickets
    from rounds.models import Stage
    from tests import factories

    round = factories.round_(stage=Stage.REFLECTION)
    given = [tickets.for_room(round) for _ in range(max(options.back, options.idle))]
    print(f"load {os.getloadavg()[0]:.1f}; {home.megabytes():.0f} MB before the first socket")
    before, room = home.megabytes(), Room()
    for start in range(0, options.idle, 200):
        room.come_in(house.PORT, given[start : start + 200])
    room.run_for(3)
    print(f"{(home.megabytes() - before) / options.idle * 1024:.1f} KB for each of {options.idle} idle sockets")
    for phone in room.phones.values():
        phone.socket.close()
    time.sleep(6)  # until the server has cleared away so many
    herds(home, given)
    for number in range(options.reactions):
        factories.reaction(round, f"{number} " + "We went on as if nothing had happened. " * 8)
    home.kill()
    home.start()
    back = Returning(given[: options.back])
    back.room.run_until(back.turn, 60)
    assert back.accepted_at
    size = max(len(phone.rest) for phone in back.phones)
    print(f"{options.back} back with state, {options.reactions} reactions: ", end="")
    print(f"{time.monotonic() - back.accepted_at:.2f} s after the first was accepted ({size} bytes unread)")
    home.kill()


main()
