"""Two years of a programme, so that every page can be seen full: made once, from the case library and `data/`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from facilitation import actions, mail_choices, recurring, reviews, saved_views
from facilitation.demo import build, content, held, table
from facilitation.models import Action, Theme
from facilitation.models.review import happened
from rounds import debriefs, planning, preparing, purge, stories, telling_again, windows
from rounds.cases import case
from rounds.check_ins import Planned
from rounds.compacting import compact
from rounds.models import Debrief, Kind, Preparation, Programme, Round, User

NAME: Final = "Harbourside, two years (demonstration)"
WITHDRAWN: Final = "C02"
NEXT: Final = "C09"
LATER: Final = "S02"
SHAPED: Final = 3  # shaped, changed and agreed in the round; what follows happened in the weeks after
A_STEP: Final = timedelta(weeks=5)
VERBS: Final = {  # of a path: the verb of reviews, and what its words are called
    "accept": ("accept", ""),
    "start": ("start", ""),
    "finish": ("finish", "told_back"),
    "could_not": ("could_not", "told_back"),
    "tell": ("tell_back", "told_back"),
    "return_": ("return_with_question", "question"),
    "answer": ("answer", "words"),
    "sponsor": ("sponsor", "sponsor"),
}
THREADS: Final[dict[str, tuple[str, ...]]] = {  # a name, and the titles of themes that people tied together
    "Nobody comes to us afterwards": (
        "Nobody comes to the office afterwards",
        "First times are left to chance",
        "Carrying it without anybody knowing",
        "The case is closed and we are not",
    ),
    "The number comes first": (
        "The colour on the screen",
        "What does not fit in the box",
        "The long way, and the reason given for it",
        "Thanking people for extra shifts",
    ),
    "It falls between us": (
        "Three systems and one death",
        "Either side of the same door",
        "A contract changed and a visit was lost",
        "A number, a ward and a code",
    ),
}
VIEWS: Final = (  # a name, its address, and whether all clinical leads have it
    ("Past their day", "as=list&due=past", True),
    ("Waiting for a sponsor", "as=list&state=waiting", True),
    ("The board of this half year", "as=board", False),
)


def load() -> Programme:
    """Make the two years where they are not there yet; what is there is left as it is."""
    found = Programme.objects.filter(name=NAME).first()
    if found is not None:
        return found
    with transaction.atomic():
        programme, latest, facilitator = _all_that_was()
    compact(apps.get_models(include_auto_created=True))  # nothing can be compacted while it is being made
    purge.run()
    _what_is_open(latest, facilitator)
    return programme


def _all_that_was() -> tuple[Programme, Round, User]:
    programme = Programme.objects.create(
        name=NAME,
        support_card=content.SUPPORT_CARD,
        words_days=30,
        words_days_at_most=180,
        told_back_name="harbourside-demonstration",
    )
    facilitator, lead, *_ = (build.person(programme, email, build.password()) for email in build.PEOPLE)
    rounds = [_round(programme, one, facilitator, lead) for one in table.held()]
    _tie(programme, facilitator)
    _still_to_come(programme, facilitator)
    for name, address, shared in VIEWS:
        saved_views.keep(programme=programme, by=lead, name=name, address=address, shared=shared)
    mail_choices.choose(programme=programme, person=lead, rhythm="weekly")
    return programme, rounds[-1], facilitator


def _round(programme: Programme, one: table.Held, facilitator: User, lead: User) -> Round:
    first, acting, themes = held.hold(programme, one, facilitator)
    for number, made in enumerate(table.made(one.case)):
        with happened(_moments(acting, len(made.path), number)):
            _act(acting, made, themes[made.theme], facilitator, lead)
    if table.made(one.case):  # the latest is still to be looked back on
        held.look_back(first, one, facilitator)
        for each in {first.pk: first, acting.pk: acting}.values():
            held.sign_off(each, facilitator)
            held.on_the_day(each)
    if one.case == WITHDRAWN:
        stories.withdraw(round=first, by=facilitator)
    return first


def _act(round: Round, made: table.Made, theme: Theme, facilitator: User, lead: User) -> None:
    action = actions.shape(round=round, by=facilitator, fields=made.fields, themes=[theme])
    rest = {name: value for name, value in made.fields.items() if name not in actions.FIRST_PASS}
    looked_at = timezone.localdate(round.starts_at) + timedelta(weeks=12)
    if made.review is not None:
        looked_at = timezone.localdate() + timedelta(days=made.review)
    days: dict[str, Any] = {"review_on": looked_at, "learn_on": looked_at + timedelta(weeks=4)}
    action = actions.change(action=action, version=action.version, by=facilitator, fields={**rest, **days})
    if made.path == (("proposed", ""),):
        return
    action = actions.agree(action=action, version=action.version, by=facilitator)
    for step, words in made.path:
        if step in VERBS:
            verb, named = VERBS[step]
            who = facilitator if verb == "answer" else lead
            said = {named: words} if named else {}
            action = getattr(reviews, verb)(action=action, version=action.version, by=who, **said)
    told = action.events.filter(words=action.told_back).last() if action.told_back else None
    Action.objects.filter(pk=action.pk).update(told_back_at=told.at if told else None)


def _moments(round: Round, steps: int, number: int) -> Iterator[datetime]:
    """When what was done with an action happened: in the round, then some weeks between, and none of it to come."""
    assert round.closed_at is not None  # noqa: S101  it was held
    until_now = timezone.now() - timedelta(days=1) - round.closed_at
    step = min(A_STEP * (3 + number % 4) / 5, until_now / max(1, steps))
    for count in itertools.count():
        later = step * max(0, count - SHAPED + 1)
        yield round.closed_at - timedelta(minutes=20 - min(count, SHAPED)) + later


def _tie(programme: Programme, by: User) -> None:
    for name, titles in THREADS.items():
        first, *others = [_theme(programme, title) for title in titles]
        thread = recurring.start(programme=programme, theme=first, by=by)
        for other in others:
            recurring.link(programme=programme, theme=other, to=thread.public_id, by=by)
        recurring.rename(thread=thread, name=name, by=by)


def _theme(programme: Programme, title: str) -> str:
    return Theme.objects.get(round__programme=programme, title=title).public_id


def _still_to_come(programme: Programme, by: User) -> None:
    """The next round, its panel half prepared, the third heavy one in a row; and one that was cancelled."""
    following = held.round_of(programme, NEXT, held.at_one(-11), by)
    first, second, *_ = _tellers(following)
    everything = dict.fromkeys(Preparation.steps_of(following), True)
    preparing.keep(round=following, storyteller=first, changed=everything, by=by)
    preparing.keep(round=following, storyteller=second, changed={"met": True, "may_stop": True}, by=by)
    preparing.keep_own_note(round=following, words="I looked at a clock once, too.", by=by)
    cancelled = held.round_of(programme, LATER, held.at_one(-25), by)
    planning.cancel(round=cancelled, by=by)


def _tellers(round: Round) -> Sequence[str]:
    """The public ids of a round's storytellers, in their order."""
    return list(round.story.storytellers.values_list("public_id", flat=True))


def _what_is_open(latest: Round, by: User) -> None:
    """The latest round is not finished: check-ins to come, another telling planned, its circle, and its window open."""
    panel = debriefs.panel(latest)
    days = [Planned(on=timezone.localdate() + timedelta(days=place)) for place, _ in enumerate(panel)]
    seen, one = debriefs.mark(Debrief(round=latest), panel), table.held()[-1]
    words = {name: getattr(one, name) for name in ("went_well", "pass_on", "pass_on_to")}
    debriefs.save(round=latest, seen=seen, by=by, check_ins=days, noticed_someone=False, **words)
    Round.objects.create(
        programme=latest.programme,
        continues=latest,
        kind=Kind.CIRCLE,
        title=f"Circle: {latest.title}",
        starts_at=held.at_one(-4),
    ).facilitators.add(by)
    telling_again.plan(first=latest, starts_at=held.at_one(-4) + timedelta(hours=9), by=by)
    windows.begin(first=latest, telling=case(one.case).story, is_theirs=True, is_checked=True, by=by)
