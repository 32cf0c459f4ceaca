"""What clinical leads do with an action: accept, ask, find a sponsor, hand on, move on, tell back."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from facilitation import action_parts
from facilitation.actions import COMMENTED, append, check_words, lock, needs_sponsor, record, state_by_its_reach
from facilitation.models import Action, ActionEvent, Level, State
from rounds.models import User
from rounds.refusals import Refused

_AGREED_AND_OPEN: Final = (State.AGREED, State.RETURNED, State.WAITING, State.ACCEPTED, State.UNDER_WAY)
FROM: Final[dict[str, tuple[State, ...]]] = {  # verb: the states it starts from
    "accept": (State.AGREED, State.WAITING),
    "return_with_question": (State.AGREED, State.WAITING),
    "answer": (State.RETURNED,),
    "ask_sponsor": (State.AGREED, State.ACCEPTED, State.UNDER_WAY),
    "sponsor": (State.WAITING,),
    "start": (State.ACCEPTED,),
    "hand_on": _AGREED_AND_OPEN,
    "finish": (State.ACCEPTED, State.UNDER_WAY),
    "could_not": _AGREED_AND_OPEN,
    "tell_back": _AGREED_AND_OPEN,
}
NEEDS_A_SPONSOR: Final = "It reaches beyond one team and needs somebody with more say: it needs a sponsor first."
RETURNED_WITH: Final = "returned with a question"
ANSWERED: Final = "answered"
LEARNING_FIRST: Final = "Before it is done, please say from whom we learn, how, and whom we tell."


def possible(action: Action) -> list[str]:
    """The verbs that can be done to the action as it stands, in the order of FROM."""
    return [verb for verb in FROM if not hindrance(action, verb)]


def hindrance(action: Action, verb: str) -> str:
    """Why this verb of FROM cannot be done to the action from where it stands, in words; empty when it can."""
    if action.state not in FROM[verb]:
        return f"It stands at “{action.get_state_display()}” now. This cannot be done from there."
    return NEEDS_A_SPONSOR if verb == "accept" and needs_sponsor(action) else ""


def learning_is_said(action: Action) -> bool:
    """Whether it stands there from whom we learn, how, and whom we tell."""
    return bool(action.learn_from and action.learn_by and action.learn_tell)


@transaction.atomic
def accept(*, action: Action, version: int, by: User) -> Action:
    """Take the action on. Raises Refused while it needs a sponsor."""
    current = _locked(action, version, "accept")
    return _to(current, State.ACCEPTED, by=by, what="accepted")


@transaction.atomic
def return_with_question(*, action: Action, version: int, by: User, question: str) -> Action:
    """Send it back to the facilitators with a question; without one it cannot be returned."""
    current = _locked(action, version, "return_with_question")
    return _to(current, State.RETURNED, by=by, what=RETURNED_WITH, words=_said(question, "What is it?"))


@transaction.atomic
def answer(*, action: Action, version: int, by: User, words: str) -> Action:
    """Answer the lead's question; the action goes back to the leads, or waits for the sponsor it needs."""
    current = _locked(action, version, "answer")
    words = _said(words, "The question is still open. What is the answer?")
    return _to(current, State.WAITING if needs_sponsor(current) else State.AGREED, by=by, what=ANSWERED, words=words)


@transaction.atomic
def ask_sponsor(*, action: Action, version: int, by: User, words: str) -> Action:
    """Say that it cannot go on without somebody higher up, and what is needed of them."""
    current = _locked(action, version, "ask_sponsor")
    words = _said(words, "What is needed of a sponsor?")
    return _to(current, State.WAITING, by=by, what="asked for a sponsor", words=words)


@transaction.atomic
def sponsor(*, action: Action, version: int, by: User, sponsor: str) -> Action:
    """Note who stands behind it (a role or a group); the action is accepted. Raises Refused for nobody, or a person."""
    current = _locked(action, version, "sponsor")
    current.sponsor = sponsor.strip()
    if not current.sponsor:
        raise Refused("Which role or group stands behind it?")
    check_words({"sponsor": current.sponsor, "holder": current.sponsor})
    return _to(current, State.ACCEPTED, by=by, what="found a sponsor", words=current.sponsor)


@transaction.atomic
def hand_on(*, action: Action, version: int, by: User, holder: str, holder_level: str, words: str) -> Action:
    """Pass it to another role or group, with words for them. holder_level: how far their say reaches, a Level.

    Where that is not far enough any more, it waits for a sponsor. Raises Refused without words or holder, for the one
    who holds it already, and for a person.
    """
    current = _locked(action, version, "hand_on")
    words, holder = _said(words, "What do they need to know?"), holder.strip()
    if not holder or holder_level not in Level.values:
        raise Refused("Which role or group holds it from now on, and how far does their say reach?")
    if holder.casefold() == current.holder.casefold():
        raise Refused("They hold it already.")
    check_words({"holder": holder})
    current.holder, current.holder_level = holder, holder_level
    told = f"To: {holder}\n{words}"
    return _to(current, state_by_its_reach(current), by=by, what="handed on", words=told)


@transaction.atomic
def start(*, action: Action, version: int, by: User) -> Action:
    """It is under way."""
    return _to(_locked(action, version, "start"), State.UNDER_WAY, by=by, what="started")


@transaction.atomic
def finish(*, action: Action, version: int, by: User, told_back: str) -> Action:
    """End it as done. Raises Refused without what is told back, or without the learning entry."""
    current = _locked(action, version, "finish")
    if not learning_is_said(current):
        raise Refused(LEARNING_FIRST)
    return _tell(current, State.DONE, by=by, what="done", told_back=told_back)


@transaction.atomic
def could_not(*, action: Action, version: int, by: User, told_back: str) -> Action:
    """End it as "we couldn't, because …": a legitimate end, told back like any other."""
    current = _locked(action, version, "could_not")
    return _tell(current, State.COULD_NOT, by=by, what="could not be done", told_back=told_back)


@transaction.atomic
def tell_back(*, action: Action, version: int, by: User, told_back: str, review_on: date | None = None) -> Action:
    """Tell the people who raised it how it stands, while it is still open.

    review_on: the day on which it is looked at again; None leaves the one that stands.
    """
    current = _locked(action, version, "tell_back")
    told = _tell(current, State(current.state), by=by, what="told back", told_back=told_back)
    if review_on is not None and review_on != told.review_on:
        told.review_on = review_on
        record(told, by=by, what="changed", before=told.state, words=action_parts.in_history("review_on"))
    return told


def question(action: Action) -> str:
    """What a clinical lead last asked about it; empty when nobody has."""
    asked = action.events.filter(to_state=State.RETURNED).exclude(from_state=State.RETURNED).order_by("-pk").first()
    return asked.words if asked else ""


def question_in_hand(action: Action) -> tuple[str, str]:
    """What a lead asked, and the answer once there is one; both empty again when somebody goes on from there."""
    moves_nothing = (COMMENTED, "changed", "handed on", "told back")
    latest = action.events.exclude(what__in=moves_nothing).order_by("-pk").first()
    if latest is None or latest.what not in (RETURNED_WITH, ANSWERED):
        return "", ""
    return question(action), latest.words if latest.what == ANSWERED else ""


@transaction.atomic
def comment(*, action: Action, by: User, words: str) -> ActionEvent:
    """Add a line to the history. It moves nothing and needs no version.

    The same words again by the same person, with nothing after them (a second press, a page sent twice), are the line
    that is there already.
    """
    current = Action.objects.select_for_update().get(pk=action.pk)
    said, latest = _said(words, "There is nothing in it yet."), current.events.last()
    if latest is not None and (latest.what, latest.who_id, latest.words) == (COMMENTED, by.pk, said):
        return latest
    return append(current, by=by, what=COMMENTED, before=current.state, words=said)


def _locked(action: Action, version: int, verb: str) -> Action:
    current = lock(action, version)
    if why := hindrance(current, verb):
        raise Refused(why)
    return current


def _to(action: Action, state: State, *, by: User, what: str, words: str = "") -> Action:
    before, action.state = action.state, state
    record(action, by=by, what=what, before=before, words=words)
    return action


def _tell(action: Action, state: State, *, by: User, what: str, told_back: str) -> Action:
    words = _said(told_back, "Please write what happened, for the people who raised it.")
    action.told_back, action.told_back_at = words, timezone.now()
    return _to(action, state, by=by, what=what, words=words)


def _said(words: str, otherwise: str) -> str:
    """The words, if there are any and they name nobody. Raises Refused with `otherwise` when there are none."""
    if not words.strip():
        raise Refused(otherwise)
    check_words({"words": words})
    return words.strip()
