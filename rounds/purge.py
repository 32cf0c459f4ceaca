"""The purge: what people wrote in a round goes for good, and it is shown to be gone.

In this order, each step safe to do again after a crash at any instant:
1. what will be looked for (`words.fragments`) is sealed into a file under the round's words' key;
2. one transaction deletes every row that holds people's words and says so (`Round.words_gone_at`);
3. the database's files are compacted, PostgreSQL's journal turned over where the account may;
4. the canary: the fragments are looked for in the raw files, backups included;
5. only when every file could be opened and nothing is found are the key and the fragments destroyed. With the key
   every backup's box of the round is shut for ever. While a key of a purged round is there, the purge is not
   done, and goes on at step 3.
"""

from __future__ import annotations

import itertools
import json
import logging
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from rounds import gathering, key_files, raw_files, retention, sealing, stored, voices, word_keys, words
from rounds.compacting import compact, turn_journal
from rounds.keys import KeyGone
from rounds.live.doorbell import announce
from rounds.models import Debrief, Round, Tally
from rounds.pieces import Pieces

logger = logging.getLogger(__name__)
LOOKED_FOR = "looked for"
AGAIN_SECONDS = 60 * 60  # how long the clock waits after a purge that could not be proved
ROWS_AT_ONCE = 2000
_not_before = 0.0

Listener = Callable[[Round], None]
_listeners: list[Listener] = []


@dataclass
class Outcome:
    """gone: rounds whose words went now. proved: rounds of which nothing was found. found: what was, and where.

    unopened: files that could not be looked through to the end; while there are any, nothing is proved.
    unlisted: rounds with a key and without a list of what to look for; of them nothing can be proved.
    """

    gone: list[Round] = field(default_factory=list)
    proved: list[Round] = field(default_factory=list)
    found: dict[Path, int] = field(default_factory=dict)
    unopened: list[Path] = field(default_factory=list)
    unlisted: list[Round] = field(default_factory=list)
    waits_for: str = ""

    @property
    def is_clean(self) -> bool:
        return not (self.found or self.unopened or self.unlisted or self.waits_for)


def as_words_go(listener: Listener) -> Listener:
    """Have `listener(round)` called inside the purge, before the rows go (for facilitation's themes)."""
    _listeners.append(listener)
    return listener


def run(*, today: date | None = None, search: Collection[Path] = ()) -> Outcome:
    """Let go of everything that is due, and prove it of everything that has gone.

    search: more folders to look through. Waits while people are in a room, for a day at most.
    """
    today = today or timezone.localdate()
    due = retention.due(today)
    outcome = Outcome()
    if due and Round.objects.live().exists():
        due = [round for round in due if round in retention.overdue(today)]
    outcome.gone = [round for round in due if let_go(round=round, today=today)]
    _prove(outcome, search)
    return outcome


def run_by_the_clock() -> Outcome:
    """The same for `tick`: cheap when nothing is due, and no compacting every minute where it cannot succeed."""
    global _not_before  # noqa: PLW0603  one clock per process
    if time.monotonic() < _not_before:
        return Outcome()
    _not_before = time.monotonic() + AGAIN_SECONDS  # also where it breaks off
    outcome = run()
    if outcome.is_clean:
        _not_before = 0.0
    else:
        logger.error("Words that were let go are not shown to be gone yet: run manage.py retain to see why")
    return outcome


@transaction.atomic
def let_go(*, round: Round, today: date) -> bool:
    """Delete what people wrote in a round; returns whether it went now. Nothing happens before its day, or twice."""
    locked = Round.objects.select_for_update(of=("self",)).select_related("programme").get(pk=round.pk)
    if locked.words_gone_at is not None or locked.words_go_on is None or locked.words_go_on > today:
        return False
    _delete(locked)
    locked.words_gone_at = timezone.now()
    locked.save(update_fields=["words_gone_at"])
    # A server that shows the round still has it in its memory until it looks again.
    announce(locked, "stage")
    return True


def let_go_so_far(*, round: Round) -> None:
    """Delete what people have written up to now in a round that is not sealed yet, shown or not.

    For a story that is withdrawn in the hour. In a transaction that holds the round's lock. What is written after it
    goes in the seal (`Round.let_go_at`); floors count its writers alone. Then all of it is shown to be gone.
    """
    # There is no free text in the feedback forms, and no purge takes them.
    gathering.drop(round=round, keep=(sealing.FEEDBACK,))
    _delete(round)


@sealing.once_sealed
def _let_go_with_the_seal(round: Round) -> None:
    if round.let_go_at is not None:
        let_go(round=round, today=timezone.localdate())


def may_be_let_go(round: Round) -> bool:
    """Whether there is anything that people wrote, or may be: of an open round the answer must not tell of a first."""
    if round.let_go_at is not None or round.words_gone_at is not None:
        return False
    return round.is_open or words.any_of(round)


def unproved() -> list[Round]:
    """The rounds whose words went, and of which it has not been shown yet that nothing is left."""
    ids = word_keys.known()
    return list(Round.objects.filter(public_id__in=ids, words_gone_at__isnull=False)) if ids else []


def _delete(round: Round) -> None:
    if words.any_of(round) or word_keys.exists(round.public_id):
        _keep_what_to_look_for(round)
    for listener in _listeners:
        listener(round)
    ids = {str(pk) for holding in words.holdings() for pk in holding.of(round).values_list("pk", flat=True)}
    voices.forget_of(round=round, targets=ids)
    for holding in reversed(words.holdings()):
        holding.of(round).delete()
    Debrief.objects.filter(round=round).update(followed_procedure=False)  # it tells that there was a disclosure


def _prove(outcome: Outcome, search: Collection[Path]) -> None:
    _drop_old_lists()
    looked_for = {round: _what_to_look_for(round) for round in unproved()}
    outcome.unlisted = [round for round, pieces in looked_for.items() if pieces is None]
    listed = {round: pieces for round, pieces in looked_for.items() if pieces is not None}
    if listed:
        _look_for(listed, outcome, search)


def _look_for(looked_for: dict[Round, set[str]], outcome: Outcome, search: Collection[Path]) -> None:
    if not compact(_tables()):
        outcome.waits_for = "somebody who is reading the database"
        return
    turn_journal()
    every = {piece for pieces in looked_for.values() for piece in pieces}
    wanted = every - _said_by_staff(every)
    files = [*raw_files.ours(), *(file for folder in search for file in raw_files.below(folder))]
    stored_as = {raw: piece for piece in wanted for raw in words.as_stored(piece)}
    looked = raw_files.holding(list(stored_as), files)
    outcome.found = {path: len({stored_as[raw] for raw in pieces}) for path, pieces in looked.found.items()}
    outcome.unopened = looked.unopened
    left = {stored_as[raw] for pieces in looked.found.values() for raw in pieces}
    clean = [round for round, pieces in looked_for.items() if left.isdisjoint(pieces) and not outcome.unopened]
    try:
        for round in clean:
            _forget(round)
            outcome.proved.append(round)
    except OSError:
        outcome.waits_for = "the second folder of keys"


def _forget(round: Round) -> None:
    """Destroy the key: with it goes what every backup holds of the round. Then the list, which it alone opened.

    The key goes first: one without a list is one of which nothing was shown. A backup that made it anew meanwhile
    has it destroyed here, or sees that there is no list (`backups.taking`).
    """
    word_keys.destroy(round.public_id)
    word_keys.list_of(round.public_id).unlink(missing_ok=True)
    word_keys.destroy(round.public_id)


def _drop_old_lists() -> None:
    """Remove what a crash in `_forget` left: a list whose key is gone."""
    for path in Path(settings.KEY_DIR).glob("words-*.list"):
        if not word_keys.exists(path.stem.removeprefix("words-")):
            path.unlink(missing_ok=True)


def _keep_what_to_look_for(round: Round) -> None:
    earlier = _what_to_look_for(round) or set()  # what went in the hour, where its story was withdrawn
    key = word_keys.make(round.public_id)
    pieces = sorted(earlier.union(words.fragments(round)))
    box = word_keys.seal(key, json.dumps(pieces).encode(), what=LOOKED_FOR)
    path = word_keys.list_of(round.public_id)
    with path.open("wb") as file:
        file.write(box)
        key_files.on_disk(file)
    key_files.sync_folder(path.parent)


def _what_to_look_for(round: Round) -> set[str] | None:
    if word_keys.is_going(round.public_id):
        return set()  # a crash in `_forget`: it had been shown before
    try:
        box = word_keys.list_of(round.public_id).read_bytes()
        return set(json.loads(word_keys.unseal(word_keys.read(round.public_id), box, what=LOOKED_FOR)))
    except (OSError, KeyGone, word_keys.BoxDamaged):
        return None


def _tables() -> set[type[models.Model]]:
    return {holding.model for holding in words.holdings()} | {copy.model for copy in words.copies()} | {Tally}


def _said_by_staff(pieces: Collection[str]) -> set[str]:
    """Those pieces that stand in rows people with an account wrote, or in another round's words: they may stay there.

    A short sentence may be in a title that was kept on purpose, in a note, or simply have been written twice.
    """
    holding = {one.model for one in words.holdings()}
    tables = [
        model
        for label in ("rounds", "facilitation")
        for model in apps.get_app_config(label).get_models()
        if model in holding or model not in stored.described()
    ]
    wanted = Pieces(piece.encode() for piece in pieces)
    return {
        piece.decode() for model in tables for text in _texts_in(model) for piece in wanted.standing_in(text.encode())
    }


def _texts_in(model: type[models.Model]) -> Iterator[str]:
    """All that is written in a table, many rows at once: pieces are many, and so may the rows be."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    names = [column.attname for column in model._meta.concrete_fields if isinstance(column, kinds)]
    if not names:
        return
    rows = model._base_manager.values_list(*names).iterator()
    while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
        yield "\n".join(_plain(value) for row in some for value in row)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
