"""Python's websockets, with its own broadcast(): encoded once, written to every connection."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

SECRET = os.environ["BENCH_SECRET"].encode()
everyone: set[ServerConnection] = set()


def is_good(ticket: str) -> bool:
    name, _, mac = ticket.partition(".")
    return hmac.compare_digest(mac, hmac.new(SECRET, name.encode(), hashlib.sha256).hexdigest())


async def visit(client: ServerConnection) -> None:
    try:
        hello = await client.recv()
        if not isinstance(hello, str) or not is_good(hello.removeprefix("hello ")):
            return await client.close(4401)
        await client.send("ok")
        everyone.add(client)
        async for message in client:
            broadcast(everyone, message)
    except ConnectionClosed:
        pass
    finally:
        everyone.discard(client)


async def main(port: int) -> None:
    async with serve(visit, "127.0.0.1", port, backlog=4096):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
