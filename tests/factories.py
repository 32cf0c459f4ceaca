"""Plain functions that make what tests need. Each takes only what the test is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from rounds import keys
from rounds.models import Membership, Programme, Prompt, Reaction, Role, Round, Stage, Story, Storyteller, User

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


def round_(programme_: Programme | None = None, *, stage: str = Stage.PLANNED, **fields: Any) -> Round:
    """A round with one story, one prompt and, once it is open, its key; writing is open unless told otherwise."""
    made = Round.objects.create(
        programme=programme_ or programme(),
        **{
            "title": "A cut finger",
            "starts_at": timezone.now() + timedelta(hours=1),
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
