"""Looking an archive over to its last row and box before anything makes way for it."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db.migrations.state import StateApps

from rounds import word_keys
from rounds.backups import archive, boxes, rows
from rounds.keys import KeyGone
from rounds.refusals import Refused


def check_tables(read: archive.Reader, state: StateApps) -> None:
    """Raises Refused where a table, a column, a row or a value is not what this archive's migrations make of it."""
    whole = True
    try:
        for name in read.manifest.held:
            state.get_model(name)
        for name, count in read.manifest.counts.items():
            model, names = state.get_model(name), read.manifest.columns[name]
            if sum(1 for row in read.table(name) if rows.stored(model, names, row)) != count:
                whole = False
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError, ValidationError):
        raise read.refusal() from None
    if not whole:
        raise read.refusal()


def keys_of(read: archive.Reader, keys_from: Path | None) -> dict[str, bytes]:
    """The keys of those boxes that can be opened, by round; the others' are gone.

    Taken from `keys_from` where this machine has none, and not written here yet. Raises Refused for a box that does
    not open with its key: that is damage, and nobody has let these words go.
    """
    known: dict[str, bytes] = {}
    for round_id in read.manifest.boxes:
        try:
            known[round_id] = _key(round_id, keys_from)
            boxes.opened(round_id, read.box(round_id), known[round_id])
        except KeyGone:
            continue
        except OSError as reason:
            raise Refused(f"The key words-{round_id}.key cannot be read: {reason.strerror}.") from None
        except word_keys.BoxDamaged:
            raise Refused(
                f"What people wrote in the round {round_id} cannot be opened: it is damaged, or under another key than "
                f"words-{round_id}.key. Nothing was changed. To restore the rest without it, move that key elsewhere."
            ) from None
    return known


def _key(round_id: str, keys_from: Path | None) -> bytes:
    if keys_from is None or word_keys.exists(round_id):
        return word_keys.read(round_id)
    return word_keys.read_copy(keys_from, round_id)
