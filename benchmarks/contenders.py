"""Who is measured, and how each is started and spoken to."""

from __future__ import annotations

import atexit
import hashlib
import hmac
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

from benchmarks.crowd import Dialect
from benchmarks.dialects import CommonThread, Plain, SocketIo, Tutorial
from benchmarks.live import cluster
from benchmarks.process import ROOT, DidNotStart, Server, free_port
from config import browser, scale

PEERS = Path(__file__).resolve().parent / "peers"
MOST_PER_POSTER = 8  # posts a second from one phone: the product cuts off whoever floods (20 a second)
SECRET = secrets.token_hex(32)


@dataclass
class Started:
    """A running server, and how to talk to it."""

    server: Server
    dialect: Dialect
    tickets: Sequence[str]
    folder: Path
    others: Sequence[Server] = ()  # of the same room
    made: dict[str, Any] = field(default_factory=dict)  # the round, as prepare_benchmark describes it

    def stop(self) -> None:
        for server in (self.server, *self.others):
            server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Contender:
    """name: as it stands in the table. absent: why it cannot be measured here, or nothing."""

    name: str
    absent: str = ""

    def prepare(self) -> None:
        """What is done once, before anything is measured."""

    def start(self, core: int, *, rate: float = 1.0, room: str = "empty") -> Started:
        """A fresh server. rate: posts a second that one poster, or as many as it takes, will send."""
        raise NotImplementedError

    def _run(self, command: list[str], *, core: int, port: int, env: dict[str, str], ready: str) -> tuple[Server, Path]:
        folder = Path(tempfile.mkdtemp(prefix="common-thread-bench-"))
        server = Server(command, core=core, port=port, env=env, ready=ready, log=folder / "log")
        server.start()
        return server, folder


def signed_tickets(count: int = 5000) -> list[str]:
    names = [f"member{number}" for number in range(count)]
    return [f"{name}.{hmac.new(SECRET.encode(), name.encode(), hashlib.sha256).hexdigest()}" for name in names]


@dataclass(eq=False)
class Peer(Contender):
    """A small server in peers/ that checks a signed ticket and then sends everything to everybody."""

    name: str
    command: list[str]
    dialect: Dialect = field(default_factory=Plain)
    absent: str = ""

    def prepare(self) -> None:
        self.tickets = signed_tickets()
        if self.command[0] == "node":
            self.absent = install_node_peers()

    def start(self, core: int, *, rate: float = 1.0, room: str = "empty") -> Started:
        port = free_port()
        command = [*self.command, str(port)]
        server, folder = self._run(command, core=core, port=port, env={"BENCH_SECRET": SECRET}, ready="ready")
        return Started(server, self.dialect, self.tickets, folder)


class TutorialChannels(Contender):
    """The consumer of the Channels tutorial behind Daphne, with its in-memory layer, sessions and users."""

    name = "tutorial Channels"

    def prepare(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="common-thread-bench-"))
        self.env = {
            "BENCH_SECRET": SECRET,
            "BENCH_DATABASE": str(self.home / "db.sqlite3"),
            "DJANGO_SETTINGS_MODULE": "benchmarks.peers.tutorial.settings",
        }
        made = run([sys.executable, "-m", "benchmarks.peers.tutorial.prepare"], self.env)
        self.tickets = [made.split()[-1]]

    def start(self, core: int, *, rate: float = 1.0, room: str = "empty") -> Started:
        port = free_port()
        where = ["-b", "127.0.0.1", "-p", str(port)]
        command = [sys.executable, "-m", "daphne", *where, "benchmarks.peers.tutorial.asgi:application"]
        server, folder = self._run(command, core=core, port=port, env=self.env, ready="")
        return Started(server, Tutorial(), self.tickets, folder)


class Product(Contender):
    """The product's own `serve`, on a copy of a database with a round in its reflection.

    what: "store" (a reaction in the database, released at once), "announce" (only a fragment), or "react" (the
    real thing: sealed, and released in batches).
    """

    prepared: dict[str, Any] | None = None
    home: Path
    processes = 1

    def __init__(self, name: str, what: str) -> None:
        self.name = name
        self.what = what

    def prepare(self) -> None:
        if Product.prepared is None:
            Product.home, Product.prepared = self.make_rounds({})

    def make_rounds(self, database: dict[str, str]) -> tuple[Path, dict[str, Any]]:
        """A data folder with the rounds that are measured, and their tickets."""
        home = Path(tempfile.mkdtemp(prefix="common-thread-bench-"))
        env = {**self.env(home, 1), **database}
        manage = [sys.executable, "manage.py"]
        run([*manage, "migrate", "--verbosity=0"], env)
        made = run([*manage, "prepare_benchmark"], env)
        return home, json.loads(made.splitlines()[-1])

    def surroundings(self) -> dict[str, str]:
        """What of the environment is this start's own: nothing where the database is a file in the data folder."""
        return {}

    @staticmethod
    def env(data: Path, port: int) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "COMMON_THREAD_DATA": str(data),
            "COMMON_THREAD_URL": f"http://127.0.0.1:{port}",
            "COMMON_THREAD_SECRET_KEY": SECRET,
            "COMMON_THREAD_NO_BOOTSTRAP": "1",
            "COMMON_THREAD_WORKERS": "0",  # what is scheduled has a process of its own, which no peer has
        }

    def start(self, core: int, *, rate: float = 1.0, room: str = "empty") -> Started:
        assert self.prepared is not None
        folder = Path(tempfile.mkdtemp(prefix="common-thread-bench-"))
        shutil.copytree(self.home, folder / "data")
        around = self.surroundings()
        servers = [self._serve(folder, core, around) for _ in range(self.processes)]
        of = self.prepared[room]
        fields = {"prompt": of["prompt"]} if self.what == "react" else {}
        posters = max(1, -int(-rate // MOST_PER_POSTER))
        dialect = CommonThread(self.what, posters=posters, **fields)
        return Started(servers[0], dialect, of["tickets"], folder, servers[1:], of)

    def _serve(self, folder: Path, core: int, around: dict[str, str]) -> Server:
        port = free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        env = {**self.env(folder / "data", port), **around}
        log = folder / f"log-{port}"
        server = Server(command, core=core, port=port, env=env, ready="Common Thread is running", log=log)
        server.start()
        return server


class OnPostgreSQL(Product):
    """The same on a PostgreSQL cluster of its own, which waits for its disk; each run has a copy of the database."""

    def prepare(self) -> None:
        if importlib.util.find_spec("psycopg") is None:
            self.absent = "psycopg is not installed (requirements/scale.txt)"
            return
        try:
            self.cluster = cluster.Durable()
            atexit.register(self.cluster.remove)
            self.cluster.start()
        except scale.CannotScale:
            self.absent = "no PostgreSQL on this machine"
            return
        self._ask("CREATE DATABASE made")
        self.home, self.prepared = self.make_rounds({"DATABASE_URL": self.cluster.url("made")})
        atexit.register(shutil.rmtree, self.home, ignore_errors=True)
        self.copies = 0

    def surroundings(self) -> dict[str, str]:
        self.copies += 1
        name = f"copy_{self.copies}"
        self._ask(f"CREATE DATABASE {name} TEMPLATE made")
        return {"DATABASE_URL": self.cluster.url(name)}

    def _ask(self, statement: LiteralString) -> None:
        import psycopg  # not everybody who measures has it

        folder = str(self.cluster.folder)
        with psycopg.connect(host=folder, user="common_thread", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


class TwoProcesses(OnPostgreSQL):
    """Two servers of one room on the same PostgreSQL and data folder, ringing each other through Redis."""

    processes = 2

    def prepare(self) -> None:
        super().prepare()
        if self.absent:
            return
        try:
            self.redis = scale.Redis()
            atexit.register(self.redis.remove)
            self.redis.start()
        except scale.CannotScale:
            self.absent = "no Valkey or Redis on this machine"

    def surroundings(self) -> dict[str, str]:
        return {**super().surroundings(), "CHANNEL_LAYER_URL": self.redis.url}


class OnAPhone(Product):
    """The product as it is, seen by a browser that comes in by another door, behind which is a slow line."""

    door = 0  # the port that a phone knows; every start has one of its own

    def prepare(self) -> None:
        super().prepare()
        if importlib.util.find_spec("playwright") is None:
            self.absent = "playwright is not installed (requirements/dev.txt)"
        elif not browser.find():
            self.absent = "no Chromium on this machine"

    def surroundings(self) -> dict[str, str]:
        self.door = free_port()
        address = f"http://127.0.0.1:{self.door}"
        return {"DJANGO_SETTINGS_MODULE": "config.settings", "COMMON_THREAD_URL": address}


STORED = Product("Common Thread", "store")
ANNOUNCED = Product("Common Thread, fragment only", "announce")
SEALED = Product("Common Thread, sealed", "react")
SEALED_POSTGRESQL = OnPostgreSQL("Common Thread, sealed, PostgreSQL", "react")
TWO_PROCESSES = TwoProcesses("Common Thread, two processes", "store")
ON_A_PHONE = OnAPhone("Common Thread, on a phone", "store")
TUTORIAL = TutorialChannels()
WS = Peer("Node ws", ["node", str(PEERS / "ws.js")])
SOCKET_IO = Peer("socket.io", ["node", str(PEERS / "socketio.js")], SocketIo())
WEBSOCKETS = Peer("Python websockets", [sys.executable, str(PEERS / "plain_websockets.py")])
COLUMNS = (TUTORIAL, WS, SOCKET_IO, WEBSOCKETS, STORED, ANNOUNCED)  # of the table
ALSO_OURS = (SEALED, SEALED_POSTGRESQL, TWO_PROCESSES, ON_A_PHONE)  # in the product's column


def install_node_peers() -> str:
    """Install what peers/package-lock.json names, once. Returns why not, or nothing."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "no Node.js on this machine"
    if not (PEERS / "node_modules" / "ws").exists():
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, check=False)
        if done.returncode:
            return "npm could not install it"
    return ""


def run(command: list[str], env: dict[str, str]) -> str:
    """What a preparing command prints. Raises DidNotStart with what it complained about."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DidNotStart(done.stderr[-2000:])
    return done.stdout
