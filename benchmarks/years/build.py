"""Makes a programme of many years, row by row and not by the verbs: it is to be looked at, and soon thrown away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from django.utils import timezone

from facilitation import taxonomies
from facilitation.models import (
    Action,
    ActionEvent,
    ActionTheme,
    Level,
    Placement,
    SavedView,
    State,
    Strand,
    Strength,
    Theme,
    Thread,
)
from facilitation.models.action import ENDED
from rounds.models import (
    Debrief,
    Membership,
    Programme,
    Prompt,
    Reaction,
    Role,
    Round,
    Stage,
    Story,
    Storyteller,
    User,
)

MONTH: Final = timedelta(days=30)
THEMES: Final = 6  # of a round
THREADS: Final = 12
BARRIERS: Final = [item.code for item in taxonomies.BARRIERS]
OPEN: Final = (State.AGREED, State.ACCEPTED, State.RETURNED, State.WAITING, State.UNDER_WAY)
WORDS: Final = [
    "chair",
    "bed",
    "corridor",
    "call",
    "form",
    "screen",
    "night",
    "family",
    "room",
    "clock",
    "letter",
    "key",
    "door",
    "shift",
    "meeting",
    "porter",
]


@dataclass
class Years:
    """A programme, its people by their role, and so many rounds of it. chance: the same years each time."""

    programme: Programme
    people: dict[str, User]
    chance: random.Random = field(default_factory=lambda: random.Random(10))
    rounds: int = 0

    def words(self, least: int, most: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(least, most)))


def begin(name: str = "Ten years") -> Years:
    programme = Programme.objects.create(name=name)
    people = {}
    for role in Role:
        user = User.objects.create_user(f"{role}@bench.example", "a long quiet password", name=str(role.label))
        Membership.objects.create(programme=programme, user=user, role=role)
        people[role.value] = user
    years = Years(programme, people)
    Thread.objects.bulk_create(
        Thread(programme=programme, name=f"{years.words(2, 4)} {n}", made_by=people["facilitator"])
        for n in range(THREADS)
    )
    lead = people["clinical_lead"]
    SavedView.objects.bulk_create(
        SavedView(programme=programme, owner=lead, name=f"View {n}", address="as=list&due=past") for n in range(8)
    )
    return years


def go_on(years: Years, until: int, *, reactions: int = 125, actions: int = 12) -> Years:
    """Hold rounds, each a month before the one made before it, until there are so many."""
    for number in range(years.rounds, until):
        _round(years, timezone.now() - MONTH * (number + 1), reactions, actions + number % 2)
    years.rounds = max(until, years.rounds)
    return years


def _round(years: Years, starts_at: datetime, reactions: int, actions: int) -> None:
    closed_at, facilitator = starts_at + timedelta(hours=1), years.people["facilitator"]
    over = {"closed_at": closed_at, "sealed_at": closed_at, "signed_off_at": closed_at + timedelta(days=3)}
    made = Round.objects.create(
        programme=years.programme,
        title=years.words(2, 5),
        starts_at=starts_at,
        stage=Stage.CLOSED,
        reached_reflection=True,
        crossed_threshold=True,
        **over,
    )
    made.facilitators.add(facilitator)
    story = Story.objects.create(round=made, title=made.title, no_identifiers=True)
    Storyteller.objects.bulk_create(Storyteller(story=story, position=n, role=years.words(1, 2)) for n in range(3))
    Debrief.objects.create(round=made, went_well=years.words(5, 20), completed=True)
    themes = _themes(years, made)
    prompt = Prompt.objects.create(round=made, text="What stays with you?")
    said = Reaction.objects.bulk_create(Reaction(prompt=prompt, text=years.words(6, 40)) for _ in range(reactions))
    Placement.objects.bulk_create(Placement(theme=years.chance.choice(themes), reaction=one) for one in said)
    _actions(years, made, themes, actions)


def _themes(years: Years, made: Round) -> list[Theme]:
    threads = list(Thread.objects.filter(programme=years.programme))
    themes = Theme.objects.bulk_create(
        Theme(
            round=made,
            title=years.words(3, 6),
            barriers=years.chance.sample(BARRIERS, 2),
            position=n,
            made_by=years.people["facilitator"],
        )
        for n in range(THEMES)
    )
    Strand.objects.bulk_create(Strand(thread=years.chance.choice(threads), theme=theme) for theme in themes[:2])
    return themes


def _actions(years: Years, made: Round, themes: list[Theme], count: int) -> None:
    """Old ones have mostly ended, those of the last year mostly not."""
    is_old = timezone.now() - made.starts_at > 12 * MONTH
    drawn = [years.chance.choice((*ENDED, *ENDED, *ENDED, *OPEN) if is_old else (*OPEN, *ENDED)) for _ in range(count)]
    found = Action.objects.bulk_create(_action(years, made, state) for state in drawn)
    ActionTheme.objects.bulk_create(ActionTheme(action=one, theme=years.chance.choice(themes)) for one in found)
    ActionEvent.objects.bulk_create(event for action in found for event in _history(years, action))


def _action(years: Years, made: Round, state: State) -> Action:
    chance, ended = years.chance, state in ENDED
    told: dict[str, Any] = {}
    if ended or chance.random() < 0.3:
        told = {"told_back": years.words(10, 40), "told_back_at": made.starts_at + 3 * MONTH * chance.random()}
    return Action(
        programme=years.programme,
        round=made,
        statement=years.words(6, 16),
        barriers=chance.sample(BARRIERS, 2),
        level=chance.choice(Level.values),
        first_step=years.words(4, 9),
        holder=f"The {chance.choice(WORDS)} team",
        holder_level=chance.choice(Level.values),
        domain="care_delivery",
        strength=chance.choice(Strength.values),
        patient_voice="yes",
        review_on=timezone.localdate(made.starts_at) + chance.randint(1, 9) * MONTH,
        state=state,
        **told,
    )


def _history(years: Years, action: Action) -> Iterator[ActionEvent]:
    states = ["", State.PROPOSED, State.AGREED, State.ACCEPTED, State.UNDER_WAY, action.state]
    for number, (before, after) in enumerate(pairwise(states)):
        at = action.round.starts_at + timedelta(days=number * years.chance.randint(2, 30))
        who = years.people["clinical_lead" if number > 1 else "facilitator"]
        yield ActionEvent(action=action, who=who, what="moved", from_state=before, to_state=after, words="", at=at)
