"""Plain functions that make what tests need. Each takes only what the test is about."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from facilitation import actions
from facilitation.models import Action, Offer, Placement, Proposal, State, Theme
from rounds import keys, sealing
from rounds.models import Kind, Membership, Programme, Prompt, Reaction, Role, Round, Stage, Story, Storyteller, User
from rounds.plans import Plan, PlannedPrompt, PlannedStory, PlannedTeller
from rounds.timings import usual

PASSWORD = "a long quiet password"


def programme(name: str = "Riverside", **fields: Any) -> Programme:
    return Programme.objects.create(name=name, **fields)


def person(name: str = "alice", *, of: Programme | None = None, roles: tuple[Role, ...] = (), **fields: Any) -> User:
    """An account; with `of` and `roles`, a member of that programme. alice runs rounds, charlie is the stranger."""
    user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.title(), **fields)
    for role in roles:
        assert of is not None
        Membership.objects.create(programme=of, user=user, role=role)
    return user


def facilitator(name: str = "alice", *, of: Programme) -> User:
    return person(name, of=of, roles=(Role.FACILITATOR,))


def clinical_lead(name: str = "bob", *, of: Programme) -> User:
    return person(name, of=of, roles=(Role.CLINICAL_LEAD,))


def later_today() -> datetime:
    """In an hour, or in the last second of an evening that has no hour left: a test may run at any time of the day."""
    return min(timezone.now() + timedelta(hours=1), timezone.localtime().replace(hour=23, minute=59, second=59))


def round_(programme_: Programme | None = None, *, stage: str = Stage.PLANNED, **fields: Any) -> Round:
    """A round with one story, one prompt and, once it is open, its key; writing is open unless told otherwise."""
    made = Round.objects.create(
        programme=programme_ or programme(),
        **{
            "title": "A cut finger",
            "starts_at": later_today(),
            "stage": stage,
            "stage_started_at": timezone.now(),
            "room_was_big_enough": stage != Stage.PLANNED,
            "reached_reflection": stage in (Stage.THREADS, Stage.THRESHOLD, Stage.CIRCLE, Stage.CLOSING, Stage.CLOSED),
            "crossed_threshold": stage == Stage.CIRCLE,
            **fields,
        },
    )
    story = Story.objects.create(round=made, title=made.title, no_identifiers=True)
    Storyteller.objects.create(story=story, role="Nurse practitioner")
    made.current_prompt = Prompt.objects.create(round=made, text="When has something small turned out not to be small?")
    made.save()
    if stage != Stage.PLANNED:
        keys.make(made)
    return made


def reaction(of: Round, text: str = "I sat down.", **fields: Any) -> Reaction:
    """A released reaction to the round's current prompt."""
    assert of.current_prompt is not None
    return Reaction.objects.create(prompt=of.current_prompt, text=text, **fields)


def theme(of: Round, title: str = "No time to sit down", **fields: Any) -> Theme:
    """A theme of the round, made by somebody who is no member any more."""
    maker = User.objects.filter(email="maker@example.org").first() or person("maker")
    return Theme.objects.create(round=of, title=title, **{"made_by": maker, **fields})


def proposal(of: Round, text: str = "A chair by every bed", **fields: Any) -> Proposal:
    """A released proposal of what would change it."""
    return Proposal.objects.create(round=of, text=text, **{"offer": Offer.CHANGE, **fields})


COMPLETE: dict[str, Any] = {
    "barriers": ["space_and_kit"],
    "level": "team",
    "first_step": "Borrow two chairs",
    "holder": "The ward’s housekeeping team",
    "holder_level": "team",
    "patient_voice": "yes",
}
LEARNING: dict[str, Any] = {
    "learn_from": "relatives who sat down",
    "learn_by": "asking them",
    "learn_tell": "the next round",
}


def action(of: Round, *, by: User, statement: str = "", **fields: Any) -> Action:
    """A proposed action with nothing missing, unless `fields` takes something away."""
    statement = statement or f"put {Action.objects.count() + 1} chairs by every bed"
    first = {"statement": statement, "barriers": COMPLETE["barriers"], "level": "team"}
    made = actions.shape(round=of, by=by, fields=first, themes=[])
    Action.objects.filter(pk=made.pk).update(**{**COMPLETE, **fields})
    made.refresh_from_db()
    return made


def agreed(of: Round, *, by: User, state: str = State.AGREED, **fields: Any) -> Action:
    """An agreed action, put straight into `state`."""
    made = actions.agree(action=(shaped := action(of, by=by, **fields)), version=shaped.version, by=by)
    Action.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def lay(theme_: Theme, *reactions: Reaction) -> Theme:
    """Lay reactions into a theme, without the verb and its announcement."""
    Placement.objects.bulk_create(Placement(theme=theme_, reaction=one) for one in reactions)
    return theme_


def tellers(*roles: str, **fields: Any) -> tuple[PlannedTeller, ...]:
    """Storytellers as a plan has them, by what they do."""
    return tuple(PlannedTeller(role=role, **fields) for role in roles)


def a_plan(**fields: Any) -> Plan:
    """What a facilitator might have planned: two storytellers, two questions, one of them flowing."""
    return Plan(
        **{
            "title": "The flute",
            "kind": Kind.TEAM,
            "starts_at": timezone.now() + timedelta(days=2),
            "timings": usual(Kind.TEAM),
            "floor": 5,
            "story": PlannedStory(storytellers=tellers("Ward clerk", "Registrar"), private_notes="Tissues."),
            "prompts": (PlannedPrompt(text="What stays?"), PlannedPrompt(text="And then?", policy="flowing")),
            **fields,
        }
    )


def sealed_in_the_end(round: Round) -> bool:
    """Seal a closed round; where PostgreSQL itself was reading just then, again, as the next ticks would."""
    for _ in range(25):
        if sealing.seal(round=round):
            return True
        time.sleep(0.2)
    return False
