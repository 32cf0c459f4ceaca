"""What clinical leads do with an action: accept, return with a question, find a sponsor, move on, tell back."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from facilitation.actions import check_words, keep, lock, needs_sponsor, record
from facilitation.models import Action, ActionEvent, State
from rounds.models import User
from rounds.refusals import Refused

MOVES: Final[dict[str, tuple[State, ...]]] = {
    State.PROPOSED: (),
    State.AGREED: (State.ACCEPTED, State.RETURNED, State.WAITING, State.COULD_NOT),
    State.RETURNED: (State.AGREED, State.COULD_NOT),
    State.WAITING: (State.ACCEPTED, State.RETURNED, State.COULD_NOT),
    State.ACCEPTED: (State.UNDER_WAY, State.WAITING, State.DONE, State.COULD_NOT),
    State.UNDER_WAY: (State.WAITING, State.DONE, State.COULD_NOT),
    State.DONE: (),
    State.COULD_NOT: (),
}


@transaction.atomic
def accept(*, action: Action, version: int, by: User) -> Action:
    """Take the action on. Raises Refused while it needs a sponsor."""
    current = lock(action, version)
    if needs_sponsor(current):
        raise Refused("It changes the organisation and one team holds it: it needs a sponsor first.")
    return _to(current, State.ACCEPTED, by=by, what="accepted")


@transaction.atomic
def return_with_question(*, action: Action, version: int, by: User, question: str) -> Action:
    """Send it back to the facilitators with a question; without one it cannot be returned."""
    return _to(lock(action, version), State.RETURNED, by=by, what="returned with a question", words=_said(question))


@transaction.atomic
def answer(*, action: Action, version: int, by: User, words: str) -> Action:
    """Answer the lead's question; the action goes back to the leads."""
    return _to(lock(action, version), State.AGREED, by=by, what="answered", words=_said(words))


@transaction.atomic
def ask_sponsor(*, action: Action, version: int, by: User, words: str) -> Action:
    """Say that it cannot go on without somebody higher up, and what is needed of them."""
    return _to(lock(action, version), State.WAITING, by=by, what="asked for a sponsor", words=_said(words))


@transaction.atomic
def sponsor(*, action: Action, version: int, by: User, sponsor: str) -> Action:
    """Note who stands behind it (a role or a group); the action is accepted."""
    current = lock(action, version)
    current.sponsor = _said(sponsor)
    check_words({"sponsor": current.sponsor})
    return _to(current, State.ACCEPTED, by=by, what="found a sponsor", words=current.sponsor)


@transaction.atomic
def start(*, action: Action, version: int, by: User) -> Action:
    """It is under way."""
    return _to(lock(action, version), State.UNDER_WAY, by=by, what="started")


@transaction.atomic
def finish(*, action: Action, version: int, by: User, told_back: str) -> Action:
    """End it as done. Raises Refused without what is told back, or without the learning entry."""
    current = lock(action, version)
    if not (current.learn_from and current.learn_by and current.learn_tell):
        raise Refused("Before it is done: from whom we learn, how, and whom we tell.")
    return _tell(current, State.DONE, by=by, what="done", told_back=told_back)


@transaction.atomic
def could_not(*, action: Action, version: int, by: User, told_back: str) -> Action:
    """End it as "we couldn't, because …": a legitimate end, told back like any other."""
    return _tell(lock(action, version), State.COULD_NOT, by=by, what="could not be done", told_back=told_back)


@transaction.atomic
def tell_back(*, action: Action, version: int, by: User, told_back: str) -> Action:
    """Tell the people who raised it how it stands, while it is still open."""
    current = lock(action, version)
    if current.state in (State.PROPOSED, State.DONE, State.COULD_NOT):
        raise Refused("There is nothing to tell back from here.")
    return _tell(current, State(current.state), by=by, what="told back", told_back=told_back)


@transaction.atomic
def comment(*, action: Action, by: User, words: str) -> ActionEvent:
    """Add a line to the history. It moves nothing and needs no version."""
    record(action, by=by, what="commented", before=action.state, words=_said(words))
    newest = action.events.last()
    assert newest is not None  # noqa: S101  just recorded, in this transaction
    return newest


def _to(action: Action, state: State, *, by: User, what: str, words: str = "") -> Action:
    if state not in MOVES[State(action.state)]:
        raise Refused(f"An action that is “{action.get_state_display()}” cannot go there.")
    before, action.state = action.state, state
    keep(action)
    record(action, by=by, what=what, before=before, words=words)
    return action


def _tell(action: Action, state: State, *, by: User, what: str, told_back: str) -> Action:
    words = _said(told_back)
    check_words({"statement": words})
    action.told_back, action.told_back_at = words, timezone.now()
    if state == action.state:
        keep(action)
        record(action, by=by, what=what, before=action.state, words=words)
        return action
    return _to(action, state, by=by, what=what, words=words)


def _said(words: str) -> str:
    if not words.strip():
        raise Refused("A few words are needed here, for the people who raised it.")
    return words.strip()
