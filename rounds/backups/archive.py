"""The archive's file: written whole or not at all, readable by its owner only, and looked over before it is trusted."""

from __future__ import annotations

import json
import lzma
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from rounds import key_files
from rounds.backups import rows
from rounds.refusals import Refused

FORMAT: Final = 1
NAME: Final = "common-thread-*.zip"
MANIFEST: Final = "manifest.json"
_AN_ID: Final = re.compile(r"[\w-]{22}", re.ASCII)
_DAMAGE: Final = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    LookupError,
    ValueError,
)


@dataclass
class Manifest:
    """columns and counts: by table. held: tables of which nothing is in the open. boxes: public ids of rounds."""

    format: int
    made_at: str
    migrations: list[list[str]]
    columns: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether everything in it is of its kind. A box's name becomes the name of a key's file: it must be an id."""
        pairs = (len(one) == 2 and _are(one, str) for one in self.migrations)
        return (
            _are([self.format, *self.counts.values()], int)
            and _are(self.migrations, list)
            and all(pairs)
            and _are(self.columns.values(), list)
            and all(_are(names, str) and len(set(names)) == len(names) for names in self.columns.values())
            and _are(self.held, str)
            and _are(self.boxes, str)
            and all(_AN_ID.fullmatch(box) for box in self.boxes)
            and len(set(self.boxes)) == len(self.boxes)
        )


def _are(values: Iterable[object], kind: type) -> bool:
    return all(type(value) is kind for value in values)


class Writer:
    """An archive being written beside where it will stand."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(".draft-*.zip"):  # by one that was killed
            left.unlink()
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-", suffix=".zip")  # mode 0600
        self.draft = Path(draft)
        self.file = os.fdopen(handle, "wb")
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)

    def table(self, name: str, lines: Iterable[Sequence[Any]]) -> int:
        """Write a table's rows; returns how many."""
        count = 0
        with self.zip.open(f"tables/{name}", "w") as member:
            for count, row in enumerate(lines, start=1):  # noqa: B007  the last one is how many
                member.write(rows.line(row))
        return count

    def box(self, round_id: str, sealed: bytes) -> None:
        self.zip.writestr(zipfile.ZipInfo(f"words/{round_id}"), sealed)

    def finish(self, manifest: Manifest, path: Path) -> None:
        """Give the archive its name, once all of it is on disk."""
        self.zip.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        self.zip.close()
        key_files.on_disk(self.file)
        self.file.close()
        self.draft.replace(path)
        key_files.sync_folder(path.parent)

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(ValueError):  # somebody was in the middle of a member
            self.zip.close()
        self.file.close()
        self.draft.unlink(missing_ok=True)


class Reader:
    """An archive that is whole and of a kind we know. Raises Refused for any other file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
            broken = self.zip.testzip()
            self.manifest = Manifest(**json.loads(self.zip.read(MANIFEST)))
            is_sound = self.manifest.is_sound and self._has_members()
        except (*_DAMAGE, TypeError, AttributeError):
            raise self.refusal() from None
        if not is_sound:
            raise self.refusal()
        if broken:
            raise Refused(f"{path} is damaged: {broken} cannot be read.")
        if self.manifest.format > FORMAT:
            raise Refused("This backup was made by a newer version. Please restore it with that one.")

    def refusal(self) -> Refused:
        return Refused(f"{self.path} is not a backup of Common Thread, or is damaged.")

    def _has_members(self) -> bool:
        names = {f"tables/{name}" for name in self.manifest.counts} | {f"words/{box}" for box in self.manifest.boxes}
        return {MANIFEST, *names} == set(self.zip.namelist())

    def table(self, name: str) -> Iterator[list[Any]]:
        with self.zip.open(f"tables/{name}") as member:
            for line in member:
                yield json.loads(line)

    def box(self, round_id: str) -> bytes:
        return self.zip.read(f"words/{round_id}")
