"""The lists and charts of a programme, each with who looks at it."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from benchmarks.years.build import Years
from facilitation.models import ActionEvent, State, Thread
from rounds.models import Reaction, Role, Round

LEAD, FACILITATOR, STEERING, ADMINISTRATOR = Role.CLINICAL_LEAD, Role.FACILITATOR, Role.STEERING, Role.ADMINISTRATOR


class Page(NamedTuple):
    """who: a role; empty for anybody."""

    name: str
    path: str
    who: str


def lists_and_charts(years: Years) -> list[Page]:
    """Every page that is a list, a chart or a heap of one, as its usual reader opens it."""
    here, made = years.programme.public_id, years.programme.actions
    told = reverse("told-back", args=[years.programme.told_back_token])
    actions, months = reverse("actions", args=[here]), reverse("trends", args=[here])
    thread = Thread.objects.filter(programme=years.programme).order_by("pk")[0]
    return [
        Page("programme", reverse("programme", args=[here]), FACILITATOR),
        Page("programme, its last page", f"{reverse('programme', args=[here])}?page=999", STEERING),
        Page("people", reverse("people", args=[here]), ADMINISTRATOR),
        Page("actions, waiting for you", actions, LEAD),
        Page("actions, list", f"{actions}?as=list", LEAD),
        Page("actions, list narrowed and sorted", f"{actions}?as=list&barrier=paperwork&text=chair&sort=-holder", LEAD),
        Page("actions, list, its last page", f"{actions}?as=list&page=999", STEERING),
        Page("actions, board", f"{actions}?as=board", LEAD),
        Page("over the months", months, STEERING),
        Page("over the months, one barrier", f"{months}?barrier=paperwork", STEERING),
        Page("threads", reverse("recurring", args=[here]), FACILITATOR),
        Page("one thread", reverse("recurring-thread", args=[here, thread.public_id]), STEERING),
        Page("told back", told, ""),
        Page("told back, everything that was done", f"{told}?show=done&page=2", ""),
        Page("told back, everything that was heard", f"{told}?show=heard", ""),
        Page("told back, everything that is stuck", f"{told}?show=stuck", ""),
        Page("poster of what was told back", reverse("told-back-poster", args=[here]), LEAD),
        Page("letter to the board", reverse("board-letter", args=[here]), LEAD),
        *_of_one(years),
        Page("an action", reverse("action", args=[made.filter(state=State.DONE)[0].public_id]), LEAD),
        Page("actions as CSV", reverse("actions-csv", args=[here]), LEAD),
    ]


def _of_one(years: Years) -> list[Page]:
    latest = Round.objects.filter(programme=years.programme).latest("starts_at")
    names = {"a round": "round", "its debrief": "debrief", "its actions": "round-actions", "its report": "round-report"}
    return [Page(words, reverse(name, args=[latest.public_id]), FACILITATOR) for words, name in names.items()]


def how_much(years: Years) -> str:
    """How much there is to look through, in words."""
    reactions = Reaction.objects.filter(prompt__round__programme=years.programme).count()
    steps = ActionEvent.objects.filter(action__programme=years.programme).count()
    actions = years.programme.actions.count()
    return f"{years.rounds} rounds, {reactions:,} reactions, {actions:,} actions, {steps:,} steps of their histories"
