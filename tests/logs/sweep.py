"""Looks for what nobody may have written down, in every shape a program might have given it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

SHORTEST = 8  # letters; anything shorter would be found by accident


@dataclass(frozen=True)
class Hit:
    """Something secret in a file: which kind, which secret, in which shape, and what stands around it."""

    kind: str
    secret: str
    shape: str
    file: Path
    around: bytes


@dataclass
class Secrets:
    """What the bad-tempered people are known by, kind by kind."""

    of: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, *secrets: str) -> None:
        assert all(len(secret) >= SHORTEST for secret in secrets), secrets
        self.of.setdefault(kind, set()).update(secrets)

    def without(self, *kinds: str) -> Secrets:
        return Secrets({kind: found for kind, found in self.of.items() if kind not in kinds})

    def few(self, most: int) -> Secrets:
        """At most so many of each kind."""
        return Secrets({kind: set(sorted(found)[:most]) for kind, found in self.of.items()})


def shapes(secret: str) -> Iterator[tuple[str, bytes]]:
    """A secret as it would stand in a file: plain, quoted, in hexadecimal, in base 64 at any place of a longer text."""
    raw = secret.encode()
    yield "plain", raw
    yield "quoted", quote(secret, safe="").encode()
    yield "quoted, spaces as plus", quote_plus(secret).encode()
    yield "escaped", json.dumps(secret)[1:-1].encode()
    yield "sixteen bits", secret.encode("utf-16-le")
    yield "hexadecimal", raw.hex().encode()
    yield "HEXADECIMAL", raw.hex().upper().encode()
    for before in range(3):
        # Only the letters that nothing before or after can change.
        coded = base64.b64encode(b"\0" * before + raw)[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield f"base 64, after {before}", coded
        yield f"base 64 for addresses, after {before}", coded.translate(bytes.maketrans(b"+/", b"-_"))


def sweep(folders: Iterable[Path], secrets: Secrets, *, read: Mapping[str, bytes] | None = None) -> list[Hit]:
    """Every secret in every file below these folders, and in what is given as `read`."""
    contents = {path: path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()}
    contents |= {Path(name): said for name, said in (read or {}).items()}
    looked_for = [
        (kind, secret, shape, pattern)
        for kind, found in secrets.of.items()
        for secret in sorted(found)
        for pattern, shape in {pattern: shape for shape, pattern in shapes(secret)}.items()
    ]
    return [
        Hit(kind, secret, shape, path, text[max(0, text.find(pattern) - 80) : text.find(pattern) + 120])
        for path, text in contents.items()
        for kind, secret, shape, pattern in looked_for
        if pattern in text
    ]


def said(hits: Iterable[Hit]) -> str:
    """The hits in words, one of each kind, shape and file."""
    first = {(hit.kind, hit.shape, hit.file): hit for hit in hits}
    return "\n".join(f"{hit.kind} ({hit.shape}) in {hit.file}: {hit.around!r}" for hit in first.values())
