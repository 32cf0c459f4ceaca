"""The files that programs write beside the database: nobody may be found in them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from re import Pattern

from django.conf import settings

from rounds.self_audit import packed, shapes
from rounds.self_audit.asking import CannotLook, Check, Surroundings


def _folders(surroundings: Surroundings) -> Iterator[str]:
    files = list(_files([*surroundings.logs, *settings.LOG_FOLDERS]))
    yield from _found(files, {**shapes.SHAPES, **shapes.known()})
    if not surroundings.logs and not settings.LOG_FOLDERS and not files:
        raise CannotLook("No folder of logs was named: say --logs for the proxy’s and the database’s.")


def _own(surroundings: Surroundings) -> Iterator[str]:
    handlers = [handler for name in _loggers() for handler in logging.getLogger(name).handlers]
    own = {Path(handler.baseFilename) for handler in handlers if isinstance(handler, logging.FileHandler)}
    yield from _found(sorted(path for path in own if path.is_file()), {**shapes.SHAPES, **shapes.known()})
    mail = Path(settings.EMAIL_FILE_PATH)
    yield from _found(_files([mail] if mail.exists() else []), shapes.known())


def _loggers() -> list[str]:
    return ["", *logging.Logger.manager.loggerDict]


def _files(folders: Iterable[Path | str]) -> Iterator[Path]:
    for folder in map(Path, folders):
        if not folder.exists():
            raise CannotLook(f"There is no {folder}.")
        yield from ([folder] if folder.is_file() else (path for path in sorted(folder.rglob("*")) if path.is_file()))


def _found(files: Iterable[Path], patterns: Mapping[str, Pattern[bytes]]) -> Iterator[str]:
    for path in files:
        try:
            yield from _in_one(path, patterns)
        except PermissionError:
            raise CannotLook(f"{path} may not be read by this account.") from None


def _in_one(path: Path, patterns: Mapping[str, Pattern[bytes]]) -> Iterator[str]:
    if packed.is_closed(path):
        yield f"{path} is packed in a way that cannot be opened here: unpack it, or let it go."
        return
    counted: Counter[str] = Counter()
    is_whole = True
    with packed.opened(path) as file:
        try:
            for more in shapes.counted(file, patterns):
                counted += more
        except packed.BROKEN:
            is_whole = False
    for kind, times in counted.items():
        yield f"{path} holds {kind}, {times} time(s)."
    if not is_whole:
        yield f"{path} cannot be unpacked to its end. Is it still being written?"


CHECKS = (
    Check("logs", "Nobody can be found in the logs of the programs around this one.", _folders),
    Check("own-files", "Nobody can be found in what this program writes beside its database.", _own),
)
