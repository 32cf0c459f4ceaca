"""Actions while they are being made: shaped from a proposal in the room, completed afterwards, agreed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from facilitation import action_parts, taxonomies
from facilitation.models import Action, ActionEvent, ActionTheme, Level, PatientVoice, Proposal, State, Strength, Theme
from facilitation.named_people import (
    everyone_is_no_one,
    everyone_teaches_no_one,
    incident_in,
    is_nobody,
    name_in,
    report_it_there,
    say_otherwise,
)
from rounds.live.doorbell import announce
from rounds.models import Round, User
from rounds.refusals import Refused

FIRST_PASS: Final = ("statement", "barriers", "level", "first_step")
BEFORE_THE_THRESHOLD: Final = "Until the threshold nothing has to be solved. Actions begin in the circle."
ASKS_INDIVIDUALS_TO_COPE: Final = "Everything agreed today asks individuals to cope."
OPEN_TO_CHANGE: Final = (State.PROPOSED, State.AGREED, State.RETURNED, State.ACCEPTED, State.WAITING, State.UNDER_WAY)
LOOK_AGAIN: Final = timedelta(weeks=12)  # when nobody said another day
COMMENTED: Final = "commented"  # the one thing in a history that changes nothing
IN_WORDS: Final = (  # what people write into an action, beside a holder and a sponsor; "words" is all else
    *("statement", "first_step", "learn_from", "learn_by", "learn_tell"),
    *("easier", "for_the_person", "patient_voice_why", "words"),
)
NOT_A_SENTENCE: Final = ("holder", "sponsor", "learn_from", "learn_tell")
CHANGEABLE: Final = frozenset(action_parts.LABELS) - {"themes"} | {"strength"}


class SomebodyElseChangedIt(Refused):
    """The action was changed after this person opened it.

    action: how it stands now. since: what happened to it in between, oldest first.
    """

    def __init__(self, action: Action, since: Sequence[ActionEvent] = ()) -> None:
        super().__init__("Somebody else changed this while you were writing. Yours is kept below; theirs is saved.")
        self.action, self.since = action, since


@transaction.atomic
def shape(
    *, round: Round, by: User, fields: Mapping[str, Any], themes: Iterable[Theme], proposal: Proposal | None = None
) -> Action:
    """Make an action of what the circle proposed: the first pass, four fields in the room.

    fields: values for FIRST_PASS. The same again from the same proposal (a second press, a page sent twice) is the
    action that is there already. Raises Refused before the threshold, whatever screen or address it came from,
    without a statement, and for a theme or a proposal of another round.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not locked.crossed_threshold:
        raise Refused(BEFORE_THE_THRESHOLD)
    if proposal is not None and proposal.round_id != locked.pk:
        raise Refused("That proposal is not here any more.")
    first = {name: fields[name] for name in FIRST_PASS if name in fields}
    first["statement"] = plain_statement(str(first.get("statement") or ""))
    check_words(first)
    for earlier in Action.objects.filter(round=locked, from_proposal=proposal, statement=first["statement"]):
        if all(getattr(earlier, name) == value for name, value in first.items()):
            return earlier
    action = Action.objects.create(
        programme_id=locked.programme_id,
        round=locked,
        from_proposal=proposal,
        review_on=timezone.localdate() + LOOK_AGAIN,
        **first,
    )
    _link(action, themes)
    append(action, by=by, what="shaped in the round", before="")
    announce(locked, "actions", "circle")
    return action


@transaction.atomic
def change(
    *,
    action: Action,
    version: int,
    by: User,
    fields: Mapping[str, Any],
    themes: Iterable[Theme] | None = None,
    offered: Iterable[Theme] | None = None,
) -> Action:
    """Write the given fields (of CHANGEABLE), if nobody else has since `version`; nothing new changes nothing.

    themes: those it came from, of the `offered`; it stays tied to what was not offered to whoever chose.
    A kind of change that counts as weaker marks the strength question as asked: whoever called asks it now.
    Raises SomebodyElseChangedIt, or Refused when the words name a person, the action has ended, or something would
    go that it was agreed with; ValueError for a field that is not of CHANGEABLE.
    """
    current = lock(action, version)
    if current.state not in OPEN_TO_CHANGE:
        raise Refused("This one has ended, and what was told back stands.")
    if not fields.keys() <= CHANGEABLE:
        raise ValueError(f"not to be changed here: {sorted(fields.keys() - CHANGEABLE)}")
    check_words(fields)
    changed = _write(current, fields)
    if themes is not None and _relink(current, themes, offered):
        changed.append(action_parts.in_history("themes"))
    if not changed:
        return current  # saving what is there already is no change, and takes nobody's turn
    if current.state != State.PROPOSED and (lacks := missing(current)):
        raise Refused(f"It was agreed with this in it, so it cannot be empty now: {'; '.join(lacks.values())}.")
    if asks_easier(current):
        current.easier_asked = True
    before, current.state = current.state, state_by_its_reach(current)
    record(current, by=by, what="changed", before=before, words=", ".join(changed))
    return current


@transaction.atomic
def agree(*, action: Action, version: int, by: User, fields: Mapping[str, Any] | None = None) -> Action:
    """The room agrees: the action goes to the clinical leads.

    fields: what was still to be said, written first as `change` writes it; nothing of it stays where it is refused.
    One that needs a sponsor waits for one. Raises what `change` raises, and Refused with what is still missing.
    """
    if fields:
        version = change(action=action, version=version, by=by, fields=fields).version
    current = lock(action, version)
    if current.state != State.PROPOSED:
        raise Refused("This has been agreed already.")
    lacking = missing(current)
    if lacking:
        raise Refused("Before it can be agreed: " + "; ".join(lacking.values()) + ".")
    before, current.state = current.state, State.WAITING if needs_sponsor(current) else State.AGREED
    record(current, by=by, what="agreed", before=before)
    return current


def missing(action: Action) -> dict[str, str]:
    """What must be said before an action can be agreed: field to words, in the order of asking; empty when nothing."""
    wanted = {
        "level": "where the change happens",
        "barriers": "which barrier it removes",
        "holder": "who holds it, a role or a group",
        "holder_level": "how far the say of that role or group reaches",
        "patient_voice": "whether patients and families have a voice in it",
        "patient_voice_why": "why patients and families do not have a voice in it yet",
        "review_on": "when we look at it again",
    }
    if action.patient_voice != PatientVoice.NOT_YET:
        del wanted["patient_voice_why"]
    return {field: words for field, words in wanted.items() if not getattr(action, field)}


def needs_sponsor(action: Action) -> bool:
    """Whether an organisation's change rests on shoulders that cannot carry it alone (PRODUCT, sponsor rule)."""
    wide = action.level in (Level.ORGANISATION, Level.WIDER_SYSTEM)
    return wide and action.holder_level in (Level.INDIVIDUAL, Level.TEAM, "") and not action.sponsor


def state_by_its_reach(action: Action) -> State:
    """The state it is in, or waiting where it needs a sponsor by now and nobody is at work on it yet."""
    waits = action.state in (State.AGREED, State.ACCEPTED) and needs_sponsor(action)
    return State.WAITING if waits else State(action.state)


def asks_easier(action: Action) -> bool:
    """Whether the strength question is still to be asked: once, when the change counts as weaker."""
    return action.strength == Strength.WEAKER and not action.easier_asked


def asks_individuals_to_cope(found: Iterable[Action], *, over: bool) -> bool:
    """Whether all of a round's actions stay with individuals; not while the level of one is still open.

    over: the round is, and what was never agreed on does not count; until then all that is being shaped does.
    """
    levels = {action.level for action in found if not over or action.state != State.PROPOSED}
    return levels == {Level.INDIVIDUAL}


def plain_statement(words: str) -> str:
    """What follows "We will": without those words, without a full stop, begun in a small letter.

    Raises Refused when nothing is left.
    """
    plain = re.sub(r"^\s*we(?: will|’ll|'ll)\b[\s,:…]*", "", words, flags=re.IGNORECASE).strip().removesuffix(".")
    if not plain:
        raise Refused("An action needs its sentence: “We will …”.")
    first = plain.split()[0]
    return plain[0].lower() + plain[1:] if len(first) > 1 and first[1:].islower() else plain


def check_words(fields: Mapping[str, Any]) -> None:
    """Raise Refused when an action’s words name a person or an incident, or say that everyone holds it or teaches us.

    fields: the fields of an action; "words" stands for anything else that is said about it.
    """
    for field in (*IN_WORDS, "holder", "sponsor"):
        said = str(fields.get(field) or "")
        incident = incident_in(said)
        if incident:
            raise Refused(report_it_there(incident))
        name = name_in(said, is_sentence=field not in NOT_A_SENTENCE)
        if name:
            raise Refused(say_otherwise(name))
    holder = str(fields.get("holder") or "")
    if is_nobody(holder):
        raise Refused(everyone_is_no_one(holder))
    source = str(fields.get("learn_from") or "")
    if is_nobody(source):
        raise Refused(everyone_teaches_no_one(source))


def lock(action: Action, version: int) -> Action:
    """The action as it stands, locked. Raises SomebodyElseChangedIt when it is not at `version` any more."""
    current = Action.objects.select_for_update().get(pk=action.pk)
    if current.version != version:
        steps = max(0, current.version - version)  # `record` leaves one event for each version; comments leave none
        newest = current.events.exclude(what=COMMENTED).select_related("who").reverse()[:steps]
        raise SomebodyElseChangedIt(current, list(newest)[::-1])
    return current


def record(action: Action, *, by: User, what: str, before: str, words: str = "") -> ActionEvent:
    """Save the action under its next version, with the one event that says what became of it.

    What makes two events makes two versions: whoever held the page before is told of both (`lock`).
    """
    action.version += 1
    action.save()
    return append(action, by=by, what=what, before=before, words=words)


def append(action: Action, *, by: User, what: str, before: str, words: str = "") -> ActionEvent:
    """Append to the action's history, and ring: the round's screens and the programme's next one follow."""
    event = ActionEvent.objects.create(
        action=action, who=by, what=what, from_state=before, to_state=action.state, words=words
    )
    for live in Round.objects.live().filter(programme_id=action.programme_id).order_by("pk"):
        announce(live, "actions")
    return event


def _write(action: Action, fields: Mapping[str, Any]) -> list[str]:
    """Set the fields and return, in words, which of them are different now."""
    values = dict(fields)
    if "statement" in values:
        values["statement"] = plain_statement(str(values["statement"]))
    if "strength_kind" in values:
        kind = values["strength_kind"]
        values["strength"] = taxonomies.strength_of(kind) if kind else ""
    new = [name for name, value in values.items() if getattr(action, name) != value]
    for name in new:
        setattr(action, name, values[name])
    return [action_parts.in_history(name) for name in new if name != "strength"]


def _relink(action: Action, themes: Iterable[Theme], offered: Iterable[Theme] | None) -> bool:
    lying = {theme.pk: theme for theme in Theme.objects.filter(actions=action)}
    kept = lying.keys() - {theme.pk for theme in offered} if offered is not None else set()
    wanted = {theme.pk: theme for theme in themes} | {pk: lying[pk] for pk in kept}
    if lying.keys() == wanted.keys():
        return False
    ActionTheme.objects.filter(action=action).delete()
    _link(action, wanted.values())
    return True


def _link(action: Action, themes: Iterable[Theme]) -> None:
    """Tie the action to themes. Raises Refused when one is not of its round, or of that one's origin."""
    found = list(themes)
    own = action.round.origin_pk
    if any(theme.round_id != own for theme in found):
        raise Refused("That theme is not here any more.")
    ActionTheme.objects.bulk_create(ActionTheme(action=action, theme=theme) for theme in found)
