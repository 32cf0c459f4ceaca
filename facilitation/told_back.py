"""What became of it, read: for the arrival of the next round, and for the page that needs no account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from facilitation.models import Action, ActionTheme, State, Theme
from facilitation.models.action import ENDED
from rounds.models import Programme, Round, Stage

_GOOD_NEWS_FIRST: Final[dict[str, int]] = {State.DONE: 0, State.COULD_NOT: 2}
_STANDS: Final[dict[str, str]] = {State.DONE: "It is done.", State.COULD_NOT: "It could not be done."}
_SAYS_SO_ITSELF: Final = ("we couldn’t", "we couldn't", "we could not", "it could not")


@dataclass(frozen=True)
class Heard:
    """The themes of one closed round. on: its day. themes: (title, to be held and not fixed)."""

    on: date
    themes: tuple[tuple[str, bool], ...]
    rehearsal: bool


@dataclass(frozen=True)
class Page:
    """Everything the told-back page shows. Actions only from where a room has agreed on them."""

    heard: list[Heard]
    done: list[Action]
    could_not: list[Action]
    under_way: list[Action]
    stuck: list[Action]
    asked: list[Action]

    @property
    def is_empty(self) -> bool:
        return not any((self.heard, self.done, self.could_not, self.under_way, self.stuck, self.asked))


def since_last_time(round: Round) -> list[Action]:
    """What was told back since the programme's last round began: what was done first, what could not be last.

    A round that is rehearsed hears of rehearsals too; a real one never does.
    """
    earlier = round.programme.rounds.filter(stage=Stage.CLOSED, closed_at__isnull=False).exclude(pk=round.pk)
    told = Action.objects.filter(programme_id=round.programme_id).told_back()
    if not round.rehearsal:
        earlier, told = earlier.filter(rehearsal=False), told.filter(round__rehearsal=False)
    last = earlier.order_by("-closed_at").first()
    if last is None:
        return []
    # From its beginning on: what was told back while people sat there reached them only if the arrival still stood.
    # A round may have been held before its planned time.
    began = min(last.starts_at, last.closed_at or last.starts_at)
    newest_first = told.filter(told_back_at__gt=began).order_by("-told_back_at", "-pk")
    return sorted(newest_first, key=lambda action: _GOOD_NEWS_FIRST.get(action.state, 1))


def stands(action: Action) -> str:
    """Whether it is done, in a sentence."""
    return _STANDS.get(action.state, "It is not done yet.")


def outcome(action: Action) -> str:
    """The same, beside the words that were told back: empty where they say so themselves."""
    says_so = action.state == State.COULD_NOT and action.told_back.lower().startswith(_SAYS_SO_ITSELF)
    return "" if says_so else stands(action)


def page(programme: Programme, *, rehearsals: bool = False) -> Page:
    """The told-back page of a programme. rehearsals: whether what was only rehearsed is on it, for members."""
    actions = Action.objects.filter(programme=programme).exclude(state=State.PROPOSED).select_related("round")
    if not rehearsals:
        actions = actions.filter(round__rehearsal=False)
    all_of_them = list(actions.order_by("-told_back_at", "-pk"))
    still = [action for action in all_of_them if action.state not in ENDED]
    late = [action for action in still if is_silent(action)]
    moving = [action for action in still if action not in late]
    begun = (State.ACCEPTED, State.UNDER_WAY)
    return Page(
        heard=_heard(programme, rehearsals=rehearsals),
        done=[action for action in all_of_them if action.state == State.DONE],
        could_not=[action for action in all_of_them if action.state == State.COULD_NOT],
        under_way=[action for action in moving if action.state in begun],
        stuck=sorted(late, key=lambda action: (action.review_on or date.max, action.pk)),
        asked=[action for action in moving if action.state not in begun],
    )


def is_silent(action: Action) -> bool:
    """Whether its day has passed and nothing has been told back since that day."""
    if not action.is_overdue or action.review_on is None:
        return False
    return action.told_back_at is None or timezone.localdate(action.told_back_at) < action.review_on


def _heard(programme: Programme, *, rehearsals: bool) -> list[Heard]:
    """The themes of closed rounds, latest first. A later circle has the themes of the round it continues.

    Before the facilitators have signed them off, only those of which the room has agreed on an action.
    """
    themes = Theme.objects.filter(round__programme=programme, round__stage=Stage.CLOSED).select_related("round")
    agreed = ActionTheme.objects.exclude(action__state=State.PROPOSED).values("theme")
    themes = themes.filter(Q(round__signed_off_at__isnull=False) | Q(pk__in=agreed))
    if not rehearsals:
        themes = themes.filter(round__rehearsal=False)
    by_round: dict[Round, list[tuple[str, bool]]] = {}
    for theme in themes.order_by("-round__starts_at", "round", "position", "pk"):
        by_round.setdefault(theme.round, []).append((theme.title, theme.to_be_held))
    return [
        Heard(timezone.localdate(round.starts_at), tuple(titles), round.rehearsal) for round, titles in by_round.items()
    ]
