"""One move for several actions: each by itself, with its own version; none keeps another from being moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from facilitation.actions import SomebodyElseChangedIt
from facilitation.models import Action
from rounds.models import Programme, User
from rounds.refusals import Refused

AT_MOST: Final = 100  # a page of four lists; each is a transaction of its own


@dataclass(frozen=True)
class NotMoved:
    """An action that stays where it is. because: in words. since: what happened to it meanwhile, where that is why."""

    action: Action
    because: str
    since: tuple[Any, ...] = ()


@dataclass
class Outcome:
    moved: list[Action] = field(default_factory=list)
    not_moved: list[NotMoved] = field(default_factory=list)


def of(programme: Programme, ids: Iterable[str]) -> list[Action]:
    """The programme's own of these actions, by their day. What is not there, or not the programme's, is left out."""
    asked = list(ids)[:AT_MOST]
    return list(Action.objects.filter(programme=programme, public_id__in=asked).select_related("round"))


def move(
    *, verb: Callable[..., Any], programme: Programme, seen: Mapping[str, int], by: User, words: Mapping[str, str]
) -> Outcome:
    """Do `verb` with the same words to each of these actions that it can be done to.

    verb: a verb of `reviews` that takes a version. seen: the version that was seen of each action, by its public id.
    The caller has seen to it that `by` may do this in the programme.
    """
    outcome = Outcome()
    for action in of(programme, seen):
        try:
            verb(action=action, version=seen[action.public_id], by=by, **words)
            outcome.moved.append(action)
        except SomebodyElseChangedIt as stale:
            outcome.not_moved.append(NotMoved(stale.action, "Somebody else changed it meanwhile.", tuple(stale.since)))
        except Refused as refusal:
            outcome.not_moved.append(NotMoved(action, str(refusal)))
    return outcome
