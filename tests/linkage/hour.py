"""One round from its doors to its seal, through the product's own desk and verbs; its truth is kept here alone."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from unittest import mock

from asgiref.sync import async_to_sync

from facilitation import actions, circle, sorting, themes
from facilitation.models import Offer, Proposal, ProposedGroup, SortedPairs, Theme
from facilitation.taxonomies import BARRIERS
from rounds import reactions, stages
from rounds.live import tickets
from rounds.live.desk import Desk
from rounds.live.frames import Say
from rounds.live.tickets import Guest
from rounds.models import (
    Membership,
    Programme,
    Prompt,
    Reaction,
    ReleasePolicy,
    Role,
    Round,
    SealedPost,
    Spent,
    Stage,
    User,
    Voice,
)
from tests import factories
from tests.linkage.acts import Act, Line, Size, answers, script, sentence, together

FLOWING, TOGETHER = ReleasePolicy.FLOWING, ReleasePolicy.TOGETHER
GROUPS = ["nursing_midwifery", "medical_dental", "students", "allied_health", "admin_clerical"]


def facilitator_of(programme: Programme) -> User:
    member = Membership.objects.filter(programme=programme, role=Role.FACILITATOR).first()
    return member.user if member else factories.facilitator(f"facilitator-{programme.pk}", of=programme)


@dataclass
class Hour:
    """A round under way. `policies`: one question each. `look`: called with "released" and "closing" on the way."""

    programme: Programme
    size: Size
    chance: random.Random
    policies: Sequence[str] = (FLOWING,)
    look: Callable[[str, Hour], None] = lambda _name, _hour: None
    lines: Sequence[Sequence[Line]] = ()  # what is written to each question; made up where it is not given
    acts: list[Act] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)  # ids and hashes that must be gone once the round is sealed
    batches: list[list[int]] = field(default_factory=list)  # who wrote what flowing questions showed at once
    now: float = 0.0  # seconds into the hour, as the network log counts them

    def run(self) -> Round:
        """The whole hour; returns the sealed round."""
        self.hold()
        factories.sealed_in_the_end(self.round)
        self.round.refresh_from_db()
        return self.round

    def hold(self) -> None:
        """The whole hour up to its end: closed, and not sealed yet."""
        self.open()
        self.reflect()
        self.weave()
        self.look("released", self)
        self.list_in_order()
        self.propose()
        self.close()
        self.look("closing", self)
        self.move(Stage.CLOSED)

    def open(self) -> None:
        self.by = facilitator_of(self.programme)
        self.round = factories.round_(self.programme, threshold_seconds=0, staff_groups=GROUPS)
        self.round.prompts.all().delete()
        self.prompts = [
            Prompt.objects.create(round=self.round, position=at, text=f"What stays with you, {at}?", policy=policy)
            for at, policy in enumerate(self.policies)
        ]
        Round.objects.filter(pk=self.round.pk).update(current_prompt=None)
        self.move(Stage.ARRIVAL)
        self.guests = [tickets.admit(tickets.for_room(self.round)) for _ in range(self.size.people)]
        self.desk = Desk()
        stages.note_room_big_enough(round=self.round)
        for stage in (Stage.STORY, Stage.REFLECTION):
            self.move(stage)

    def reflect(self) -> None:
        self.write_all()
        self.keep_marks()
        self.move(Stage.THREADS)

    def write_all(self) -> None:
        """Have every question asked and answered."""
        share = self.size.posts // len(self.prompts)
        for at, prompt in enumerate(self.prompts):
            if at:
                self.keep_marks()
                stages.ask(round=self.round, prompt=prompt, by=self.by)
            lines = self.lines[at] if self.lines else script(self.chance, self.size, share)
            began = self.now
            for group in together(lines):
                self.write(group, began, prompt)

    def write(self, group: Sequence[Line], began: float, prompt: Prompt) -> None:
        """Have a few people press at nearly the same moment, then release what is due."""
        said: list[tuple[str, int, Mapping[str, str | list[str]]]]
        said = [("react", line.who, {"prompt": prompt.public_id, "text": line.words}) for line in group]
        self.now = began + group[-1].at
        self.say(said)
        for line in group:
            self.acts.append(Act("reaction", line.who, began + line.at, line.words, prompt.public_id))
        if prompt.policy == FLOWING:
            self.release_due()

    def release_due(self) -> None:
        before = self.shown()
        # The pause between two batches is kept by a clock that does not stand still for a simulation.
        with mock.patch("time.monotonic", return_value=time.monotonic() + self.now):
            reactions.release_due(round=self.fresh())
        batch = self.shown() - before
        if batch:
            self.batches.append([act.who for act in self.acts if act.what in batch])

    def shown(self) -> set[str]:
        return set(Reaction.objects.of(self.round).values_list("text", flat=True))

    def weave(self) -> None:
        """Company for reactions, themes, what rings true."""
        shown = list(Reaction.objects.of(self.round).shown())
        self.tap("mine_too", "reaction", {reaction.pk: reaction.text for reaction in shown})
        piles: list[list[str]] = [[] for _ in range(5)]
        for reaction in shown:
            self.chance.choice(piles).append(reaction.pk)
        for at, pile in enumerate(piles[:4]):
            themes.make(round=self.round, title=f"Thread {at}", by=self.by, reactions=pile)
        self.themes = {theme.public_id: theme.public_id for theme in Theme.objects.filter(round=self.round)}
        self.tap("rings_true", "theme", self.themes)
        self.sort_together()

    def sort_together(self) -> None:
        """Have some people say which sentences belong together, as they come to it."""
        sorting.begin(round=self.fresh(), by=self.by)
        for who in self.chance.choices(range(self.size.people), k=self.size.taps // 2):
            hand = self.chance.choice(SortedPairs.objects.get(round=self.round).hands)
            mark = sorting.mark(self.round, hand)
            self.now += self.chance.uniform(0.5, 8)
            self.say([("sort", who, {"hand": mark, "cards": " ".join(hand), "together": self.chance.sample(hand, 2)})])
            self.release_due()

    def list_in_order(self) -> None:
        """Leave a group as no machine proposes it, all reactions in the order of writing: the seal must drop it."""
        ids = dict(Reaction.objects.of(self.round).values_list("text", "pk"))
        by_time = [ids[act.what] for act in self.acts if act.what in ids]
        ProposedGroup.objects.create(round=self.round, reaction_ids=by_time)

    def propose(self) -> None:
        for stage in (Stage.THRESHOLD, Stage.CIRCLE):
            self.move(stage)
        codes = [barrier.code for barrier in BARRIERS]
        for theme in self.themes:
            chosen = {code: f"{theme}:{code}" for code in self.chance.sample(codes, 4)}
            self.tap("barrier", "barrier", chosen, theme=theme)
        began = self.now
        for group in together(script(self.chance, self.size, self.size.proposals, seconds=600)):
            self.now = began + group[-1].at
            self.say([("propose", line.who, {"offer": Offer.CHANGE, "text": line.words}) for line in group])
            self.acts += [Act("proposal", line.who, began + line.at, line.words) for line in group]
            self.release_due()
        waiting = SealedPost.objects.filter(round=self.round, basket=circle.PROPOSALS).count()
        if waiting and not circle.flows(self.fresh()):
            circle.release(round=self.round, by=self.by)
        shown = {proposal.pk: proposal.text for proposal in Proposal.objects.filter(round=self.round)}
        self.tap("help", "proposal", shown)
        first = Proposal.objects.filter(round=self.round).first()
        fields = {"statement": f"put chairs by every bed, {self.round.pk}", "barriers": codes[:1], "level": "team"}
        actions.shape(round=self.round, by=self.by, fields=fields, themes=[], proposal=first)

    def close(self) -> None:
        self.keep_marks()
        self.move(Stage.CLOSING)
        for who in self.chance.sample(range(self.size.people), self.size.forms):
            self.now += self.chance.uniform(0.5, 5)
            given = answers(self.chance)
            self.say([("feedback", who, given)])
            self.acts.append(Act("feedback", who, self.now, json.dumps(given, sort_keys=True)))
            group = self.chance.choice(GROUPS)
            self.say([("staff_group", who, {"group": group})])
            self.acts.append(Act("staff_group", who, self.now, group))
        self.keep_marks()

    def tap(self, kind: str, name: str, targets: dict[str, str], **more: str) -> None:
        """Have people tap on targets (sent value to what it is known by), a few at the same moment."""
        values = self.chance.sample(list(targets), len(targets))
        favour = [1 / place for place in range(1, len(values) + 1)]  # some find much company, most none
        number = self.size.taps // 3 if kind == "barrier" else self.size.taps
        for _ in range(number if values else 0):
            who, (value,) = self.chance.randrange(self.size.people), self.chance.choices(values, favour)
            self.now += self.chance.uniform(0.2, 4)
            self.say([(kind, who, {name: value, **more})])
            self.acts.append(Act(kind, who, self.now, targets[value], more.get("theme", "")))

    def say(self, said: Sequence[tuple[str, int, Mapping[str, str | list[str]]]]) -> None:
        """Put this on the desk, all at once, and have each of it saved."""
        guests = [self.guests[who] for _, who, _ in said]
        messages = [
            Say(what, secrets.token_urlsafe(16), {name: _listed(value) for name, value in fields.items()})
            for what, _, fields in said
        ]
        for reply in async_to_sync(self._said)(guests, messages):
            assert reply["t"] == "saved", reply

    async def _said(self, guests: Sequence[Guest], messages: Sequence[Say]) -> list[dict[str, object]]:
        return await asyncio.gather(*map(self.desk.say, guests, messages))

    def move(self, to: str) -> None:
        stages.move(round=self.round, seen=self.fresh().stage, to=to, by=self.by)

    def fresh(self) -> Round:
        return Round.objects.select_related("programme", "current_prompt").get(pk=self.round.pk)

    def keep_marks(self) -> None:
        """Remember the ids and hashes that stand there now: none of them may outlive the seal."""
        for rows in (
            Reaction.objects.of(self.round),
            *(model._default_manager.filter(round=self.round) for model in (Proposal, Voice, SealedPost, Spent)),
        ):
            self.marks.update(rows.values_list("pk", flat=True))


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def programme() -> Programme:
    return factories.programme(f"Riverside {sentence()}")
