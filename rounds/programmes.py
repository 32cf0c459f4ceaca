"""What an administrator settles for a whole programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import transaction

from rounds import marks, staff_acts
from rounds.models import Programme, User
from rounds.models.ids import new_token
from rounds.models.programme import (
    LOWEST_FLOOR,
    WORDS_AT_MOST_LEAST,
    WORDS_AT_MOST_MOST,
    WORDS_DAYS_LEAST,
    WORDS_DAYS_MOST,
)
from rounds.refusals import Refused

SETTLED: Final = (
    "name",
    "support_card",
    "floor",
    "machine_on",
    "own_model_on",
    "words_days",
    "words_days_at_most",
    "told_back_is_public",
    "told_back_name",
    "escalation",
    "incident_link",
    "speak_up_link",
)


# What a room is told when one of these changes while it is open, by whether there is something in it now.
TOLD: Final[Mapping[str, Mapping[bool, str]]] = {
    "machine_on": {
        True: "The machine on this server may now propose groups of what was written. It sends nothing anywhere.",
        False: "The machine does not propose groups any more.",
    },
    "told_back_is_public": {
        True: "What is told back, titles of themes included, can now be read by anyone with its link.",
        False: "What is told back can now be read by members of the programme alone.",
    },
    "told_back_name": {
        True: "What is told back, titles of themes included, now has a plain address that can be guessed.",
        False: "What is told back has no plain address any more, only a link that nobody can guess.",
    },
}
# And why it is told nothing of the others.
UNTOLD: Final[Mapping[str, str]] = {
    "name": "promises nothing",
    "support_card": "stands on every phone itself",
    "floor": "a round keeps the one it was planned with",
    "own_model_on": "a round keeps what was settled when its doors opened",
    "words_days": "a round keeps what was settled when its doors opened",
    "words_days_at_most": "a round keeps what was settled when its doors opened",
    "escalation": "is read by facilitators alone",
    "incident_link": "promises nothing",
    "speak_up_link": "promises nothing",
}


def mark(programme: Programme) -> str:
    """A mark of its settings as they stand, for telling whether they have changed since a page was shown."""
    return marks.of(*(getattr(programme, name) for name in SETTLED))


@transaction.atomic
def settle(*, programme: Programme, settings: Mapping[str, Any], seen: str, by: User) -> Programme:
    """Change the programme's settings (those of SETTLED), and tell the rooms that are open of what concerns them.

    Rounds already planned keep their own floor, and those whose doors have opened the days words are kept.
    seen: the mark of the settings the page showed. Raises Changed when a colleague has settled something else since,
    Refused for a floor below three, for days beyond their floor and ceiling, and for an address another programme has.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    before = mark(locked)
    changed = [name for name in SETTLED if getattr(locked, name) != settings[name]]
    for name in SETTLED:
        setattr(locked, name, settings[name])
    marks.check(seen=seen, before=before, after=mark(locked))
    _check_plain_name(locked)
    if locked.floor < LOWEST_FLOOR:
        raise Refused("Fewer than three people cannot write together without standing out.")
    if not WORDS_DAYS_LEAST <= locked.words_days <= WORDS_DAYS_MOST:
        raise Refused(f"Words are kept {WORDS_DAYS_LEAST} to {WORDS_DAYS_MOST} days after the themes are signed off.")
    if not WORDS_AT_MOST_LEAST <= locked.words_days_at_most <= WORDS_AT_MOST_MOST:
        raise Refused(f"Words are kept {WORDS_AT_MOST_LEAST} to {WORDS_AT_MOST_MOST} days at most.")
    locked.save(update_fields=SETTLED)
    if changed:
        staff_acts.note_in_programme(programme=locked, who=by, what=f"changed the settings: {_in_words(changed)}")
    tell_rooms(programme=locked, changed=changed, by=by)
    return locked


def _check_plain_name(programme: Programme) -> None:
    name = programme.told_back_name
    if name and Programme.objects.filter(told_back_name=name).exclude(pk=programme.pk).exists():
        raise Refused("Another programme has that address already. Please choose another one.")


def tell_rooms(*, programme: Programme, changed: Iterable[str], by: User) -> None:
    """Tell the programme's open rooms of settings that changed; `changed` are names of fields. In a transaction."""
    for name in set(changed) & set(TOLD):
        words = TOLD[name][bool(getattr(programme, name))]
        for round in programme.rounds.live().select_for_update():
            staff_acts.tell_room(
                round=round, who=by, what=f"changed the settings: {_in_words([name])}", subject=name, words=words
            )


@transaction.atomic
def renew_told_back_link(*, programme: Programme, by: User) -> None:
    """Give the told-back page a new address; the old one is gone for good."""
    Programme.objects.filter(pk=programme.pk).update(told_back_token=new_token())
    staff_acts.note_in_programme(programme=programme, who=by, what="gave the told-back page a new link")


def _in_words(names: Iterable[str]) -> str:
    return ", ".join(str(getattr(Programme._meta.get_field(name), "verbose_name", name)) for name in names)
