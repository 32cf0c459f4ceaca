"""The steps of the weaving: what a facilitator did, kept so that it can be taken back.

A step holds what differs on the board (board.py), before and after. It is taken back by putting these values back,
and only where nobody has changed them since: what a colleague did in the meantime is never undone along the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db.models import Q

from facilitation.models import ProposedGroup, Theme, WeavingStep
from facilitation.weaving import board
from facilitation.weaving.board import Board
from rounds import voices
from rounds.models import Reaction, Round, User
from rounds.refusals import Refused

KEPT: Final = 60  # steps of a round; older ones are forgotten
SAID_OF_THEMES: Final = ("rings_true", "barrier")
MOVED_ON: Final = "Somebody has moved on from there. Have a look at how it lies now."

Changes = dict[str, list[Any]]


@contextmanager
def step(origin: Round, *, by: User, what: str) -> Iterator[None]:
    """Keep what happens to the board inside as one step. Inside the verb's transaction, under its lock."""
    before = board.read(origin)
    yield
    changes = differences(before, board.read(origin))
    if not changes:
        return
    known = _known(origin)
    steps = WeavingStep.objects.filter(round=origin)
    WeavingStep.objects.create(round=origin, who=by, what=what, changes=changes, known=known)
    too_many = steps.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    worthless = Q(pk__in=list(too_many)) | ~Q(known=known) | Q(who=by, undone=True)
    if steps.filter(worthless).delete()[0]:
        _sweep(origin)


def differences(before: Board, after: Board) -> Changes:
    """For each key that differs, its value before and after; None where it is not there."""
    return {
        key: [before.get(key), after.get(key)]
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }


def last(origin: Round, *, by: User, undone: bool) -> WeavingStep | None:
    """The last thing this person did, or took back, that still can be taken back or done again."""
    return WeavingStep.objects.filter(round=origin, who=by, undone=undone, known=_known(origin)).last()


def named(origin: Round, step: str) -> WeavingStep:
    """The step of this public id, not taken back. Raises Refused when it has been, or was never there."""
    found = WeavingStep.objects.filter(round=origin, public_id=step, undone=False).first()
    if found is None:
        raise Refused(MOVED_ON)
    return found


def turn(origin: Round, found: WeavingStep) -> None:
    """Take a step back, or do it again. Raises Refused where somebody has changed the same things since."""
    side = 1 if found.undone else 0
    now = board.read(origin)
    if found.known != _known(origin) or any(now.get(key) != pair[1 - side] for key, pair in found.changes.items()):
        raise Refused(MOVED_ON)
    wanted = {key: value for key, value in now.items() if key not in found.changes}
    wanted |= {key: pair[side] for key, pair in found.changes.items() if pair[side] is not None}
    if not _holds(wanted):
        raise Refused(MOVED_ON)
    board.write(origin, now=now, wanted=wanted)
    # Written anew, so that the order of the rows is the order in which things were done or taken back.
    found.delete()
    WeavingStep.objects.create(
        round=origin,
        who=found.who,
        what=found.what,
        changes=found.changes,
        known=found.known,
        undone=not found.undone,
        public_id=found.public_id,
    )


def forget(origin: Round) -> None:
    """Drop every step, and what the room said of themes that are gone for good."""
    WeavingStep.objects.filter(round=origin).delete()
    _sweep(origin)


def _known(origin: Round) -> int:
    return Reaction.objects.pooled(origin).count()


def _holds(wanted: Board) -> bool:
    """Whether everything that lies in a theme, was said of one or came from one finds it there."""
    pairs = [key.split(":") for key in wanted]
    themes = {key[1] for key in pairs if key[0] == "theme"}
    needed = {value for key, value in wanted.items() if key.startswith(("lies:", "said:"))}
    return needed | {key[2] for key in pairs if key[0] == "came"} <= themes


def _sweep(origin: Round) -> None:
    """Delete past proposals, and what the room said of themes, that can never come back."""
    steps = WeavingStep.objects.filter(round=origin).values_list("changes", flat=True)
    named = {key.split(":")[1] for changes in steps for key in changes if key.startswith(("theme:", "group:"))}
    ProposedGroup.objects.filter(round=origin, state=ProposedGroup.State.PAST).exclude(public_id__in=named).delete()
    kept = named | set(Theme.objects.filter(round=origin).values_list("public_id", flat=True))
    for round in Round.objects.filter(Q(pk=origin.pk) | Q(continues=origin) | Q(retells=origin)):
        voices.forget(round=round, kinds=SAID_OF_THEMES, unless=lambda target: target.split(":")[0] in kept)
