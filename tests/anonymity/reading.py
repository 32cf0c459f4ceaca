"""Reading all that the site says to one person: every page and file at every address of ours, and every live screen."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.test import Client

from rounds.live.regions import AUDIENCES
from rounds.models import Round, User
from tests.anonymity import addresses
from tests.rounds.looking import look


def pages(reader: User | None, rounds: Iterable[Round], **filled: str) -> Iterator[tuple[str, str]]:
    """(address, what stands there) of every address, for each of the rounds; a list also as a file and narrowed.

    reader: None for somebody without an account.
    """
    browser = Client(raise_request_exception=False)
    if reader is not None:
        browser.force_login(reader)
    told = list(rounds)
    for address in addresses.ours():
        for round in told if "round_id" in address.parameters else told[:1]:
            path = address.filled(round_id=round.public_id, **filled)
            for query in [{}, {"format": "csv"}] if "/programmes/" in path else [{}]:
                answer = browser.get(path, query)
                yield path, f"{answer.headers.get('Location', '')} {read(answer)}"


def read(answer: Any) -> str:
    """What an answer says; of a file that is a packed folder, what is in it."""
    body = b"".join(answer)
    return unpacked(io.BytesIO(body)) if body.startswith(b"PK\x03\x04") else body.decode("utf-8", "replace")


def unpacked(packed: Path | io.BytesIO) -> str:
    with zipfile.ZipFile(packed) as found:
        return "".join(found.read(name).decode("utf-8", "replace") for name in found.namelist())


def screens(round: Round) -> dict[str, str]:
    """What stands on the screens of each audience of a live round."""
    return {audience: " ".join(look(round, audience).values()) for audience in AUDIENCES}
