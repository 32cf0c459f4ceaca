"""The draft of a write-up: what was heard and what was agreed, in words that can be sent on. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format

from facilitation import barriers, taxonomies, themes
from facilitation.models import Action, State, Theme
from facilitation.models.action import ENDED
from rounds import finishing, voices
from rounds.finishing import Step
from rounds.models import Reaction, Round

NO_REFLECTION = "There was no reflection in this round, so there is nothing to act on. A story was told, and heard."
HELD = "Held, not fixed: nothing was agreed in this round. That is an outcome too."
_BARRIERS = taxonomies.labels(taxonomies.BARRIERS)


def draft(round: Round) -> str:
    """Both halves: what was heard, then what will be done or was begun; where there is neither, it is held, not fixed.

    Themes by their titles, actions in the group's words; no sentence that anybody wrote, but for a title made of one.
    """
    return "\n".join([*_head(round), "", *_heard(round), "", *_agreed_on(round), "", *_next(round)]) + "\n"


@finishing.finishes
def _steps(round: Round) -> Iterable[Step]:
    page = reverse("console", args=[round.public_id])
    named = Theme.objects.filter(round=round.origin).exists()
    if named or Reaction.objects.of(round.origin).exists():
        yield Step(10, "Themes are named" if named else "Name the themes, or leave it at what was heard", named, page)
    open_ = [action for action in _actions(round) if action.state == State.PROPOSED]
    if _actions(round):
        words = "Every action is agreed" if not open_ else "Complete the actions that are not agreed yet"
        yield Step(20, words, not open_, reverse("round-actions", args=[round.public_id]))


def _head(round: Round) -> Iterator[str]:
    yield f"{round.shown_title}, {date_format(round.starts_at, 'j F Y')}"
    yield f"A reflective round of {round.programme.name}"


def _heard(round: Round) -> Iterator[str]:
    yield "WHAT WE HEARD"
    named = list(Theme.objects.filter(round=round.origin))
    company = _chosen_in_company(round) if named else frozenset()
    if not named:
        yield NO_REFLECTION if not round.origin.reached_reflection else "No themes were named."
    for theme in named:
        yield f"- {theme.title}"
        yield from _in_the_way(theme, company)
        if theme.to_be_held:
            yield "  To be held, not fixed."


def _in_the_way(theme: Theme, company: frozenset[str]) -> Iterator[str]:
    """What the facilitators wrote down; where that is nothing, what at least three people chose, as the room saw it."""
    written = [words for code, words in _BARRIERS.items() if code in theme.barriers]
    if written:
        yield f"  In the way: {'; '.join(written)}"
        return
    chosen = [
        code for code in barriers.chosen_in(company, theme.public_id) if code not in taxonomies.FACILITATORS_FIRST
    ]
    if chosen:
        yield f"  Several of us chose as being in the way: {'; '.join(_BARRIERS[code] for code in chosen)}"


def _chosen_in_company(round: Round) -> frozenset[str]:
    """The targets of the barriers that at least three people chose, here or in a circle that continues the round."""
    rounds = [round, *round.circles.all()]
    return frozenset[str]().union(*(voices.in_company(round=one, kind=themes.BARRIER) for one in rounds))


def _agreed_on(round: Round) -> Iterator[str]:
    yield "WHAT WE AGREED ON"
    actions = list(_actions(round))
    if not actions:
        yield HELD
    for action in actions:
        if action.state == State.PROPOSED:
            yield f"- Begun, not agreed yet: we will {action.statement}"
            continue
        yield f"- We will {action.statement}"
        if action.first_step:
            yield f"  First small step: {action.first_step}"
        if action.holder:
            yield f"  Held by: {action.holder}"
        if action.review_on and action.state not in ENDED:
            told = "Was to be looked at on" if action.is_overdue else "We look at it again on"
            yield f"  {told} {date_format(action.review_on, 'j F Y')}"


def _next(round: Round) -> Iterator[str]:
    yield "WHAT HAPPENS NEXT"
    states = [action.state for action in _actions(round)]
    if any(state != State.PROPOSED for state in states):
        yield "The clinical leads take up what was agreed."
        yield "What became of it, also where it could not be done, is told at the start of the next round."
    elif states:
        yield "What was begun is not agreed yet. It goes to the clinical leads once it is."
    else:
        yield "Nothing has to follow. Whoever carries something on from here can turn to those on the support card."


def _actions(round: Round) -> QuerySet[Action]:
    """Those of the round and of the circle that continues it."""
    return Action.objects.filter(Q(round=round) | Q(round__continues=round)).order_by("pk")
