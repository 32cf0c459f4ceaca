"""Builds the demonstration programme: idempotent, so that running the demo again starts at once and loses nothing."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from facilitation import actions, reviews
from facilitation.demo import content
from facilitation.demo.held import tell
from facilitation.models import Action, Placement, Theme
from facilitation.models.review import happened
from rounds import keys, retention, sealing, staff_groups, stages
from rounds.cases import case
from rounds.models import Kind, Membership, Programme, Prompt, Reaction, Role, Round, Stage, User

NAME: Final = "Riverside (demonstration)"
READY_CASE: Final = "C01"
IN_THE_ROUND: Final = 2  # shaped, changed and agreed; what follows happened afterwards
PEOPLE: Final = {
    "facilitator@demo.example": ("Robin, facilitator", (Role.FACILITATOR,)),
    "lead@demo.example": ("Sam, clinical lead", (Role.CLINICAL_LEAD,)),
    "steering@demo.example": ("Kit, steering group", (Role.STEERING,)),
    "administrator@demo.example": ("Noor, administrator", (Role.ADMINISTRATOR,)),
}


@dataclass(frozen=True)
class Demo:
    """What a person needs to start: the round that is ready, and how to sign in."""

    round: Round
    password: str


def load() -> Demo:
    """Make what is missing of the demonstration and return what to open."""
    secret = password()
    with transaction.atomic():
        programme, new = Programme.objects.get_or_create(name=NAME, defaults={"support_card": content.SUPPORT_CARD})
        people = [person(programme, email, secret) for email in PEOPLE]
    if new:
        _earlier_round(programme, *people[:2])
        _next_round(programme, people[0])
    ready = programme.rounds.filter(rehearsal=True).exclude(stage=Stage.CLOSED).order_by("pk").first()
    return Demo(round=ready or _ready_round(programme, people[0]), password=secret)


def password() -> str:
    """One password for the demonstration's people, made once for this installation and kept in its data folder."""
    path = Path(settings.DATA_DIR) / "demo.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps({"password": "-".join(secrets.token_hex(2) for _ in range(4))}))
    kept: str = json.loads(path.read_text())["password"]
    return kept


def person(programme: Programme, email: str, password: str) -> User:
    name, roles = PEOPLE[email]
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, password, name=name)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    for role in roles:
        Membership.objects.get_or_create(programme=programme, user=user, role=role)
    return user


def _ready_round(programme: Programme, facilitator: User) -> Round:
    """A rehearsal with its doors open and short timings: an hour in five minutes."""
    chosen = case(READY_CASE)
    with transaction.atomic():
        ready = Round.objects.create(
            programme=programme,
            title=chosen.title,
            starts_at=timezone.now(),
            rehearsal=True,
            content_note="A small injury, and somebody who was nearly hurried.",
            floor=programme.floor,
            story_minutes=1,
            silence_seconds=20,
            reflection_minutes=2,
            threads_minutes=2,
            threshold_seconds=10,
            circle_minutes=2,
            staff_groups=[code for code, _ in staff_groups.choices()],
        )
        ready.facilitators.add(facilitator)
        tell(ready, READY_CASE)
        Prompt.objects.create(round=ready, position=0, text=chosen.opening_question, policy="flowing")
        Prompt.objects.create(round=ready, position=1, text="What did it ask of the people who were there?")
    return stages.move(round=ready, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=facilitator)


def _earlier_round(programme: Programme, facilitator: User, lead: User) -> None:
    chosen = case(content.EARLIER_CASE)
    month_ago = (timezone.localtime() - timedelta(days=30)).replace(hour=13, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        earlier = Round.objects.create(
            programme=programme,
            title=chosen.title,
            kind=Kind.ROUND,
            starts_at=month_ago,
            stage=Stage.CLOSED,
            reached_reflection=True,
            crossed_threshold=True,
            closed_at=month_ago + timedelta(hours=1),
        )
        keys.make(earlier)
        earlier.facilitators.add(facilitator)
        tell(earlier, content.EARLIER_CASE)
        themes = _what_was_written(earlier, facilitator, chosen.opening_question)
        for made in content.EARLIER_ACTIONS:
            with happened(_moments(earlier)):
                _what_came_of_it(earlier, made, themes[made.theme], facilitator, lead)
    sealing.seal(round=earlier)
    retention.sign_off(round=earlier, keep=[title.id for title in retention.titles(earlier)], by=facilitator)


def _next_round(programme: Programme, facilitator: User) -> None:
    """One that is planned and not rehearsed yet, two weeks ahead at one o'clock."""
    chosen = case(content.NEXT_CASE)
    ahead = timezone.localtime() + timedelta(days=14)
    with transaction.atomic():
        planned = Round.objects.create(
            programme=programme,
            title=chosen.title,
            starts_at=ahead.replace(hour=13, minute=0, second=0, microsecond=0),
            place=content.PLACE,
            floor=programme.floor,
            staff_groups=[code for code, _ in staff_groups.choices()],
        )
        planned.facilitators.add(facilitator)
        tell(planned, content.NEXT_CASE)
        Prompt.objects.create(round=planned, text=chosen.opening_question)


def _what_was_written(round: Round, facilitator: User, question: str) -> dict[str, Theme]:
    prompt = Prompt.objects.create(round=round, text=question)
    themes = {
        key: Theme.objects.create(round=round, title=title, barriers=list(barriers), position=n, made_by=facilitator)
        for n, (key, (title, barriers)) in enumerate(content.EARLIER_THEMES.items())
    }
    for text, feelings, theme in content.EARLIER_REACTIONS:
        reaction = Reaction.objects.create(prompt=prompt, text=text, feelings=list(feelings))
        if theme:
            Placement.objects.create(theme=themes[theme], reaction=reaction)
    return themes


def _what_came_of_it(round: Round, made: content.Made, theme: Theme, facilitator: User, lead: User) -> Action:
    action = actions.shape(round=round, by=facilitator, fields=made.fields, themes=[theme])
    rest = {name: value for name, value in made.fields.items() if name not in actions.FIRST_PASS}
    today = timezone.localdate()
    learning = {
        "learn_from": "People who make and take these calls",
        "learn_by": "asking them at their own team meeting",
        "learn_tell": "this programme, at a round",
        "learn_on": today + timedelta(days=60),
    }
    review = {"review_on": today + timedelta(days=made.days_to_review)}
    action = actions.change(
        action=action, version=action.version, by=facilitator, fields={**rest, **learning, **review}
    )
    action = actions.agree(action=action, version=action.version, by=facilitator)
    for verb, words in made.path:
        action = getattr(reviews, verb)(action=action, version=action.version, by=lead, **words)
    told = action.events.filter(words=action.told_back).last() if action.told_back else None
    Action.objects.filter(pk=action.pk).update(told_back_at=told.at if told else None)
    return action


def _moments(round: Round) -> Iterator[datetime]:
    """When what was done with an action happened: in the round, then a week between what people did."""
    assert round.closed_at is not None  # noqa: S101  it is the earlier round
    for number in itertools.count():
        weeks = max(0, number - IN_THE_ROUND)
        yield round.closed_at - timedelta(minutes=20 - number) + timedelta(weeks=weeks)
