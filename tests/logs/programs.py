"""nginx, PostgreSQL and Redis with the settings in deploy/, as shipped but for addresses and paths of this machine."""

from __future__ import annotations

import copy
import datetime
import shutil
import socket
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections

from config import scale
from tests.live.conftest import ROOT, free_port
from tests.logs.house import HOST

DEPLOY = ROOT / "deploy"


def adapted(name: str, changes: Mapping[str, str]) -> str:
    """A shipped file with these pieces replaced. Each must be there, or the test would run something else."""
    text = (DEPLOY / name).read_text()
    for piece, replacement in changes.items():
        assert piece in text, f"{name} has no {piece!r} any more"
        text = text.replace(piece, replacement)
    return text


class Postgres(scale.Postgres):
    """PostgreSQL with deploy/postgresql.conf; `shipped=False` leaves it as Debian starts it."""

    def __init__(self, *, shipped: bool = True) -> None:
        super().__init__()
        self.shipped = shipped

    def command(self) -> list[str]:
        here = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "fsync": "off"}
        given = [part for name, value in here.items() for part in ("-c", f"{name}={value}")]
        return [scale.found("postgres"), "-D", str(self.folder / "data"), *given]

    def initialise(self, *collation: str) -> bool:
        made = super().initialise(*collation)
        if made and self.shipped:
            conf = self.folder / "data" / "postgresql.conf"
            conf.write_text(conf.read_text() + (DEPLOY / "postgresql.conf").read_text())
        return made

    @contextmanager
    def using(self, database: str = "common_thread") -> Iterator[None]:
        """Have this thread's default connection be to a database of this server."""
        before = connections["default"]
        settings: dict[str, Any] = copy.deepcopy(before.settings_dict)
        settings["OPTIONS"].pop("pool", None)
        there: Any = type(before)({**settings, "NAME": database, "HOST": str(self.folder)}, "default")
        connections["default"] = there
        try:
            yield
        finally:
            there.close()
            connections["default"] = before


class Redis(scale.Redis):
    """Redis or Valkey with deploy/redis.conf."""

    def command(self) -> list[str]:
        conf = self.folder / "redis.conf"
        conf.write_text(adapted("redis.conf", {"/run/common-thread-redis/redis.sock": str(self.socket)}))
        conf.chmod(0o644)
        return [scale.found(*scale.REDIS), str(conf)]


class Nginx(scale.Private):
    """nginx with deploy/nginx.conf before one server process; `changes` are further replacements in it."""

    def __init__(self, server: str, changes: Mapping[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="common-thread-nginx-"))
        self.folder.chmod(0o755)
        self.account: dict[str, Any] = {}
        self.process = None
        self.port, self.plain_port = free_port(), free_port()
        for part in ("body", "proxy", "logs"):
            (self.folder / part).mkdir()
        shutil.chown(self.folder / "body", "www-data")
        shutil.chown(self.folder / "proxy", "www-data")
        _certificate(self.folder)
        self.conf = self.folder / "nginx.conf"
        self.conf.write_text(adapted("nginx.conf", {**(changes or {}), **self.here(server)}))

    def here(self, server: str) -> dict[str, str]:
        return {
            "pid /run/nginx.pid;": f"pid {self.folder}/pid;",
            "http {\n": f"http {{\nclient_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;\n",
            "/var/log/nginx/": f"{self.folder}/logs/",
            "unix:/run/common-thread/1.sock": f"unix:{server}",
            "    listen [::]:80 default_server;\n": "",
            "    listen [::]:443 ssl default_server;\n": "",
            "listen 80 default_server": f"listen 127.0.0.1:{self.plain_port} default_server",
            "listen 443 ssl default_server": f"listen 127.0.0.1:{self.port} ssl default_server",
            "/etc/common-thread/tls/": f"{self.folder}/",
        }

    def command(self) -> list[str]:
        early = self.folder / "logs" / "early"
        return [scale.found(scale.NGINX), "-c", str(self.conf), "-e", str(early), "-g", "daemon off;"]

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def line(self, address: str) -> socket.socket:
        """A connection over TLS, from this address of this machine."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20, source_address=(address, 0))
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        try:
            return trusting.wrap_socket(plain, server_hostname=HOST)
        except OSError:
            plain.close()
            raise

    def unencrypted(self, address: str, *, port: int | None = None) -> socket.socket:
        """A connection without TLS, to the port that redirects or to the one that expects it."""
        return socket.create_connection(("127.0.0.1", port or self.plain_port), timeout=20, source_address=(address, 0))


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
