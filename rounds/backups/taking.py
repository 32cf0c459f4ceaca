"""Taking a backup: one consistent picture, between rounds, with nobody's words in the open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from rounds import keys, word_keys, words
from rounds.backups import archive, boxes, rows
from rounds.models import Round, Stage
from rounds.refusals import Refused

LIVE = "A round is being held. A backup taken now would show who wrote when; take it when everybody has left."
UNSEALED = "A round has closed and is not sealed yet. The next tick seals it; take the backup after that."


def take(*, to: Path) -> Path:
    """Write an archive into a folder and look it over; returns its path.

    Raises Refused while a round is live, or closed and not sealed, and for a folder among the keys or their
    copies. OSError where the folder, or the second folder of keys, cannot be written.
    """
    folders = [Path(folder) for folder in (settings.KEY_DIR, settings.WORD_KEYS_COPY) if folder]
    if any(to.resolve().is_relative_to(folder.resolve()) for folder in folders):
        raise Refused("Backups must not lie among the keys: whoever has both can read what people wrote.")
    _refuse_now()
    before = word_keys.known()
    known = _keys()
    writer = archive.Writer(to)
    try:
        with _one_picture():
            _refuse_now()  # somebody may have opened the doors meanwhile; in this picture nobody has
            manifest = _write(writer, known)
        path = to / f"common-thread-{timezone.localtime():%Y-%m-%d-%H%M%S}.zip"
        writer.finish(manifest, path)
    except BaseException:
        writer.drop()
        raise
    finally:
        _drop_late(set(known) - before)
    _look_over(path, manifest)
    return path


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Remove all but so many of the newest archives in a folder; returns those that went."""
    gone = sorted(folder.glob(archive.NAME))[:-number] if number > 0 else []
    for path in gone:
        path.unlink()
    return gone


def _refuse_now() -> None:
    if Round.objects.live().exists():
        raise Refused(LIVE)
    closed = Round.objects.filter(stage=Stage.CLOSED)
    if any(round.sealed_at is None or keys.exists(round) for round in closed):
        raise Refused(UNSEALED)


def _keys() -> dict[str, bytes]:
    """The key of every round that has words, by public id.

    Made before the picture is taken: a purge in between destroys them, and the boxes we write are shut at once.
    """
    rounds = Round.objects.filter(words_gone_at=None).exclude(stage=Stage.PLANNED)
    known = {round.public_id: word_keys.make(round.public_id) for round in rounds if words.any_of(round)}
    for round_id in known:
        word_keys.copy_out(round_id)
    return known


def _drop_late(made: set[str]) -> None:
    """Destroy keys that we made just as a purge ended. One with a list is the purge's own, and not for us."""
    for round in Round.objects.filter(public_id__in=made, words_gone_at__isnull=False):
        if not word_keys.list_of(round.public_id).exists():
            word_keys.destroy(round.public_id)


@contextmanager
def _one_picture() -> Iterator[None]:
    """Everything read inside is of one moment. Nobody waits for it; on SQLite Django's own would lock writers out."""
    if connection.in_atomic_block:  # inside a test's transaction it is one already
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def _write(writer: archive.Writer, known: dict[str, bytes]) -> archive.Manifest:
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    manifest = archive.Manifest(
        format=archive.FORMAT,
        made_at=timezone.now().isoformat(),
        migrations=[list(one) for one in applied],
        held=boxes.held_tables(),
    )
    settled = Round.objects.exclude(signed_off_at=None) | Round.objects.exclude(words_gone_at=None)
    open_rounds = set(settled.values_list("pk", flat=True))
    withheld = boxes.withheld()
    for model in boxes.current():
        name, names = rows.label(model), rows.columns(model)
        told = (boxes.without(names, row, withheld.get(name, [])) for row in rows.read(model._base_manager.all()))
        shown = (boxes.shut_out(name, names, row, open_rounds) for row in told)
        manifest.columns[name] = names
        manifest.counts[name] = writer.table(name, shown)
    for round in Round.objects.filter(public_id__in=known, words_gone_at=None):
        writer.box(round.public_id, boxes.of(round, known[round.public_id]))
        manifest.boxes.append(round.public_id)
    return manifest


def _look_over(path: Path, manifest: archive.Manifest) -> None:
    """Read the archive as a restore would. Raises Refused when it does not hold what was put in."""
    found = archive.Reader(path)
    for name, count in manifest.counts.items():
        if sum(1 for _ in found.table(name)) != count:
            raise Refused(f"{path} does not hold all of {name}. Please take the backup again.")
