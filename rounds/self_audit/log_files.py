"""The files that programs write beside the database: nobody may be found in them."""

from __future__ import annotations

import base64
import gzip
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

from django.conf import settings

from rounds import words
from rounds.models import Round
from rounds.self_audit.asking import CannotLook, Check, Surroundings

CHUNK: Final = 4 * 1024 * 1024
OVERLAP: Final = 1024
SHORTEST: Final = 12
SHAPES: Final = {
    "the address of a device": re.compile(
        rb"(?<![\w.])(?!127\.0\.0\.1|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"
        rb"|(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])"
        rb"|(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*(?![\w:])",
        re.IGNORECASE,
    ),
    "the name of a browser": re.compile(rb"Mozilla/\d|AppleWebKit/|Dalvik/|okhttp/|CFNetwork/"),
    "what was asked for": re.compile(rb'"(?:GET|HEAD|POST|PUT|OPTIONS|DELETE) /|request: "'),
    "a statement or a row of the database": re.compile(rb"STATEMENT: |DETAIL:  (?:Key|Failing row|Failed process)"),
}


def _folders(surroundings: Surroundings) -> Iterator[str]:
    files = list(_files([*surroundings.logs, *settings.LOG_FOLDERS]))
    yield from _found(files, {**SHAPES, **_known()})
    if not surroundings.logs and not settings.LOG_FOLDERS and not files:
        raise CannotLook("No folder of logs was named: say --logs for the proxy’s and the database’s.")


def _own(surroundings: Surroundings) -> Iterator[str]:
    handlers = [handler for name in _loggers() for handler in logging.getLogger(name).handlers]
    own = {Path(handler.baseFilename) for handler in handlers if isinstance(handler, logging.FileHandler)}
    yield from _found(sorted(path for path in own if path.is_file()), {**SHAPES, **_known()})
    mail = Path(settings.EMAIL_FILE_PATH)
    yield from _found(_files([mail] if mail.exists() else []), _known())


def _loggers() -> list[str]:
    return ["", *logging.Logger.manager.loggerDict]


def _files(folders: Iterable[Path | str]) -> Iterator[Path]:
    for folder in map(Path, folders):
        if not folder.exists():
            raise CannotLook(f"There is no {folder}.")
        yield from ([folder] if folder.is_file() else (path for path in sorted(folder.rglob("*")) if path.is_file()))


def _known() -> dict[str, re.Pattern[bytes]]:
    """What is secret in this installation now, kind by kind. In memory only."""
    rounds = list(Round.objects.all())
    tickets = [base64.urlsafe_b64encode(b"r" + round.public_id.encode())[:30] for round in rounds]
    written = [raw for round in rounds for piece in words.fragments(round) for raw in words.as_stored(piece)]
    known = {
        "a join code": [rb"\b" + round.join_code.encode() + rb"\b" for round in rounds],
        "a ticket": [re.escape(ticket) for ticket in tickets],
        "the link of a wall": [re.escape(round.wall_token.encode()) for round in rounds],
        "something that somebody wrote": [re.escape(raw) for raw in written if len(raw) >= SHORTEST],
    }
    return {kind: re.compile(b"|".join(patterns)) for kind, patterns in known.items() if patterns}


def _found(files: Iterable[Path], patterns: dict[str, re.Pattern[bytes]]) -> Iterator[str]:
    for path in files:
        try:
            counted = _counted(path, patterns)
        except PermissionError:
            raise CannotLook(f"{path} may not be read by this account.") from None
        for kind, times in counted.items():
            yield f"{path} holds {kind}, {times} time(s)."


def _counted(path: Path, patterns: dict[str, re.Pattern[bytes]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    tail = b""
    with _opened(path) as file:
        while chunk := file.read(CHUNK):
            seen = tail + chunk
            for kind, pattern in patterns.items():
                counted[kind] += sum(1 for match in pattern.finditer(seen) if match.end() > len(tail))
            tail = seen[-OVERLAP:]
    return +counted


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


CHECKS = (
    Check("logs", "Nobody can be found in the logs of the programs around this one.", _folders),
    Check("own-files", "Nobody can be found in what this program writes beside its database.", _own),
)
