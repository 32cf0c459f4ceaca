"""Actions while they are being made: shaped from a proposal in the room, completed afterwards, agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import transaction

from facilitation.models import Action, ActionEvent, ActionTheme, Level, PatientVoice, Proposal, State, Strength, Theme
from facilitation.named_people import name_in
from rounds.live.doorbell import announce
from rounds.models import Round, User
from rounds.refusals import Refused

FIRST_PASS: Final = ("statement", "barriers", "level", "first_step")
BEFORE_THE_THRESHOLD: Final = "Until the threshold nothing has to be solved. Actions begin in the circle."
ASKS_INDIVIDUALS_TO_COPE: Final = "Everything agreed today asks individuals to cope."
EASIER: Final = "What would make the right thing easier to do than not to do?"
NOBODY_IN_PARTICULAR: Final = frozenset({"staff", "all staff", "everyone", "everybody", "us", "all of us", "nurses"})
OPEN_TO_CHANGE: Final = (State.PROPOSED, State.AGREED, State.RETURNED, State.ACCEPTED, State.WAITING, State.UNDER_WAY)


class SomebodyElseChangedIt(Refused):
    """The action was changed after this person opened it; `action` is how it stands now."""

    def __init__(self, action: Action) -> None:
        super().__init__("Somebody else changed this while you were writing. Yours is kept below; theirs is saved.")
        self.action = action


@transaction.atomic
def shape(
    *, round: Round, by: User, fields: Mapping[str, Any], themes: Iterable[Theme], proposal: Proposal | None = None
) -> Action:
    """Make an action of what the circle proposed: the first pass, four fields in the room.

    fields: values for FIRST_PASS. Raises Refused before the threshold, whatever screen or address it came from.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not locked.crossed_threshold:
        raise Refused(BEFORE_THE_THRESHOLD)
    check_words(fields)
    action = Action.objects.create(
        programme_id=locked.programme_id,
        round=locked,
        from_proposal=proposal,
        **{name: fields[name] for name in FIRST_PASS if name in fields},
    )
    ActionTheme.objects.bulk_create(ActionTheme(action=action, theme=theme) for theme in themes)
    record(action, by=by, what="shaped in the round", before="")
    announce(locked, "actions", "circle")
    return action


@transaction.atomic
def change(
    *, action: Action, version: int, by: User, fields: Mapping[str, Any], themes: Iterable[Theme] | None = None
) -> Action:
    """Write the given fields, if nobody else has since `version`.

    Raises SomebodyElseChangedIt, or Refused when the words name a person or the action has ended.
    """
    current = lock(action, version)
    if current.state not in OPEN_TO_CHANGE:
        raise Refused("This one has ended, and what was told back stands.")
    check_words(fields)
    for name, value in fields.items():
        setattr(current, name, value)
    if themes is not None:
        ActionTheme.objects.filter(action=current).delete()
        ActionTheme.objects.bulk_create(ActionTheme(action=current, theme=theme) for theme in themes)
    keep(current)
    record(current, by=by, what="changed", before=current.state)
    return current


@transaction.atomic
def agree(*, action: Action, version: int, by: User) -> Action:
    """The room agrees: the action goes to the clinical leads.

    One that needs a sponsor waits for one. Raises Refused with what is still missing.
    """
    current = lock(action, version)
    if current.state not in (State.PROPOSED, State.RETURNED):
        raise Refused("This has been agreed already.")
    lacking = missing(current)
    if lacking:
        raise Refused("Before it can be agreed: " + "; ".join(lacking) + ".")
    before, current.state = current.state, State.WAITING if needs_sponsor(current) else State.AGREED
    keep(current)
    record(current, by=by, what="agreed", before=before)
    return current


def missing(action: Action) -> list[str]:
    """What must be said before an action can be agreed, in words; empty when nothing is."""
    lacks = []
    if not action.level:
        lacks.append("at which level it works")
    if not action.barriers:
        lacks.append("which barrier it removes")
    if not action.holder:
        lacks.append("who holds it, a role or a group")
    if not action.patient_voice:
        lacks.append("whether patients and families have a voice in it")
    elif action.patient_voice == PatientVoice.NOT_YET and not action.patient_voice_why:
        lacks.append("why patients and families do not have a voice in it yet")
    if action.review_on is None:
        lacks.append("when we look at it again")
    return lacks


def needs_sponsor(action: Action) -> bool:
    """Whether an organisation's change rests on shoulders that cannot carry it alone (PRODUCT, sponsor rule)."""
    wide = action.level in (Level.ORGANISATION, Level.WIDER_SYSTEM)
    return wide and action.holder_level in (Level.INDIVIDUAL, Level.TEAM, "") and not action.sponsor


def asks_easier(action: Action) -> bool:
    """Whether the strength question is still to be asked: once, when the change counts as weaker."""
    return action.strength == Strength.WEAKER and not action.easier_asked


def asks_individuals_to_cope(round: Round) -> bool:
    """Whether everything agreed in the round stays with individuals."""
    levels = set(Action.objects.filter(round=round).exclude(level="").values_list("level", flat=True))
    return levels == {Level.INDIVIDUAL}


def check_words(fields: Mapping[str, Any]) -> None:
    """Raise Refused when a statement, step or holder names a person, or the holder is nobody in particular."""
    for field in ("statement", "first_step", "holder", "sponsor", "learn_from", "easier"):
        name = name_in(str(fields.get(field) or ""))
        if name:
            raise Refused(
                f"“{name}” reads like a person’s name. Actions change how things are set up: say a role or a group."
            )
    if str(fields.get("holder") or "").strip().lower() in NOBODY_IN_PARTICULAR:
        raise Refused("“Staff” is everyone and no one. Which role or group holds it?")


def lock(action: Action, version: int) -> Action:
    """The action as it stands, locked. Raises SomebodyElseChangedIt when it is not at `version` any more."""
    current = Action.objects.select_for_update().get(pk=action.pk)
    if current.version != version:
        raise SomebodyElseChangedIt(current)
    return current


def keep(action: Action) -> None:
    """Save the action under its next version."""
    action.version += 1
    action.save()


def record(action: Action, *, by: User, what: str, before: str, words: str = "") -> None:
    """Append to the action's history, and ring: the round's screens and the programme's next one follow."""
    ActionEvent.objects.create(action=action, who=by, what=what, from_state=before, to_state=action.state, words=words)
    for live in Round.objects.live().filter(programme_id=action.programme_id):
        announce(live, "actions")
