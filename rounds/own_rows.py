"""What stands in the database of something a phone has just written: the real row, read as it is, to the last column.

A phone asks with the ticket and the nonce it wrote under, which nobody else has; it learns what a repeat of the same
words would tell it, and what the row looks like. Nothing leads from there to what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Model

from rounds import keys
from rounds.models import Prompt, Reaction, Round, SealedPost, Spent

SHOWN_BYTES: Final = 24
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands: what it is, in words, and every column of the table with what is in it."""

    says: str
    columns: tuple[tuple[str, str], ...]


WAITS: Final = "Locked, and waiting to be shown with others. In “box” are your words: nobody can read them."
SHOWN: Final = (
    "It was opened with others’. All that is left of the row is this mark, so that a repeat does not count twice."
)
LET_GO: Final = (
    "It was opened with others’, or let go of unread along with the story. All that is left of the row is this mark, so"
    " that a repeat brings nothing back."
)
AMONG: Final = "Your words lie among rows like this one, in no order. Which of them is yours nothing here can tell."


def of(*, round: Round, written: Iterable[tuple[str, str]]) -> list[Row]:
    """The rows of what was written: (the question's public id, nonce) each, the newest last; at most MOST.

    Raises keys.KeyGone once the round is sealed: then nothing leads from a phone to a row.
    """
    found = []
    among: dict[int, Row] = {}
    prompts = {prompt.public_id: prompt for prompt in round.prompts.all()}
    for public_id, nonce in list(written)[-MOST:]:
        prompt = prompts.get(public_id)
        if prompt is None:
            continue
        mark = keys.keyed_hash(round.public_id, "nonce", prompt.basket, nonce)
        if row := _row(SealedPost, mark, WAITS):
            found.append(row)
        elif row := _row(Spent, mark, LET_GO if round.let_go_at else SHOWN):
            found.append(row)
            if other := _of_everybody(prompt):
                among[prompt.pk] = other
    return [*found, *among.values()]


def _of_everybody(prompt: Prompt) -> Row | None:
    """A released row: the first by its random id among those on the screens, the same for everybody who asks."""
    first = Reaction.objects.of(prompt.round).shown().filter(prompt=prompt).exclude(text="").first()
    return _row(Reaction, first.pk, AMONG) if first else None


def _row(model: type[Model], key: str, says: str) -> Row | None:
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        # Every column that is there, not only those the program knows.
        cursor.execute(f"SELECT * FROM {name(model._meta.db_table)} WHERE {name('id')} = %s", [key])  # noqa: S608
        columns = [str(column[0]) for column in cursor.description]
        cells = cursor.fetchone()
    return Row(says, tuple(zip(columns, map(_readable, cells), strict=True))) if cells else None


def _readable(cell: Any) -> str:
    if isinstance(cell, bytes | bytearray | memoryview):
        raw = bytes(cell)
        return f"{raw[:SHOWN_BYTES].hex(' ', 4)} … ({len(raw):,} bytes)"
    return str(cell)
