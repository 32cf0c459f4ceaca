"""What stands on the facilitators' console: the step at hand, the doors, what was gathered, the questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from rounds import bands, cards, closing, debriefs, gathering, holding, reactions, small_numbers, stages, stored
from rounds.feelings import label
from rounds.live import presence
from rounds.live.regions import ListRegion, Region, register
from rounds.live.screens import disclosures, released, steps
from rounds.models import Reaction, ReleasePolicy, Round, Stage
from rounds.rehearsal import visits

READING = frozenset({Stage.REFLECTION, Stage.THREADS})
LATER = READING | {Stage.THRESHOLD, Stage.CIRCLE, Stage.CLOSING}
ASKING = frozenset({Stage.SILENCE, Stage.REFLECTION})
QUIET = frozenset({Stage.STORY, Stage.SILENCE})
BEFORE_WRITING = frozenset({Stage.PLANNED, Stage.ARRIVAL, Stage.STORY})
INSIDE = frozenset(Stage) - {Stage.PLANNED, Stage.ARRIVAL, Stage.CLOSED}
SHORT = 48  # letters of a question that are enough to tell it from the others
# Which dialog says what to do with what is held, by the reason; all others are what may point to a person.
HELP: Final = {"": "held-by-hand", holding.COMPANY: "held-company"}


class Row(NamedTuple):
    """A released reaction as the console shows it."""

    words: str
    feelings: tuple[str, ...]
    prompt: str
    prompt_id: str
    state: str
    company: bool
    press: str
    shape: str  # where an action is made of it; empty outside the circle
    why: str
    help: str  # the id of the dialog that says what to do where it is held for that reason
    is_quiet: bool


def address(name: str, round: Round) -> str:
    """Where a page of this round is, or nothing when there is no such page."""
    try:
        return reverse(name, args=[round.public_id])
    except NoReverseMatch:
        return ""


def _stage(round: Round) -> dict[str, Any]:
    return {"stages": steps.strip(round), "going_on": steps.now(round), "total": _total_seconds(round)}


def _total_seconds(round: Round) -> int:
    if round.stage_started_at is None or round.stage_ends_at is None:
        return 0
    return max(1, math.ceil((round.stage_ends_at - round.stage_started_at).total_seconds()))


def _controls(round: Round) -> dict[str, Any]:
    step = steps.next_step(round)
    # The pause runs out by itself: the client counts it down, so it is not an obstacle worth words here.
    reason = stages.obstacle(round, step.to) if step and not step.opens else None
    return {
        "step": step,
        "others": steps.other_steps(round),
        "may_end": steps.may_end_kindly(round),
        "may_shorten": round.stage != Stage.THRESHOLD,
        "obstacle": reason,
        "edit": address("round-edit", round),
    }


def _doors(round: Round) -> dict[str, Any]:
    return {
        "wall": f"{settings.SITE_URL}/w#{round.wall_token}",
        "qr": address("qr", round),
        "poster": address("poster", round),
        "join_at": f"{settings.SITE_URL.split('://', 1)[-1]}/j",
    }


def _arrival(round: Round) -> dict[str, Any]:
    few = stored.in_words(min(round.floor, small_numbers.THRESHOLD))
    return {**_doors(round), "here": presence.banded(round), "few": few, "writing": steps.writing(round)}


def _gathered(round: Round) -> dict[str, Any]:
    prompt = round.current_prompt
    waiting = gathering.waiting(round=round, basket=prompt.basket) if prompt else 0
    ready = reactions.can_be_shown(round=round, prompt=prompt) if prompt else []
    return {
        "flowing": prompt is not None and prompt.policy == ReleasePolicy.FLOWING,
        # Below five the words are the same for none: the first person to write is not pointed at.
        # By the same steps as on the phones: two of different steps together would tell an exact number.
        "band": bands.about(round=round, what=prompt.basket, number=waiting) if prompt else None,
        "enough": bool(ready),
        # Where the floor is below five, the press says so anyway; of cards alone there may be enough without a phone.
        "ready": prompt is not None and prompt.basket in ready,
        "cards": prompt is not None and gathering.waiting(round=round, basket=prompt.card_basket) > 0,
    }


def _forward(round: Round) -> dict[str, Any]:
    found = released.forward(round)
    return {"reaction": found, "feelings": [label(code) for code in found.feelings] if found else []}


def _question(round: Round) -> dict[str, Any]:
    prompts = list(round.prompts.all())
    return {"others": [prompt for prompt in prompts if prompt.pk != round.current_prompt_id]}


def _filter(round: Round) -> dict[str, Any]:
    return {
        "prompts": [(prompt.public_id, _short(prompt.text)) for prompt in released.answered(round)],
        "some_quiet": released.some_quiet(round),
    }


def _nothing(round: Round) -> dict[str, Any]:
    return {}


def _story(round: Round) -> dict[str, Any]:
    """Who tells it, and whether the story is withdrawn: in a rehearsal its own, too."""
    return {"story": getattr(round.origin, "story", None), "tellers": _notes(round)["tellers"]}


def _notes(round: Round) -> dict[str, Any]:
    """The story. A rehearsal in which nobody wrote one reads that of the round it rehearses, where it stands."""
    own = round.origin
    told = own if own.rehearses is None or _has_its_own(own) else own.rehearses
    story = getattr(told, "story", None)
    return {"story": story, "tellers": story.tellers if story else [], "told": told}


def _has_its_own(round: Round) -> bool:
    story = getattr(round, "story", None)
    return story is not None and bool(story.private_notes or story.tellers)


def _cards(round: Round) -> dict[str, Any]:
    now, others = cards.by_stage(round.stage)
    return {"now": now, "others": others}


def _rehearsal(round: Round) -> dict[str, Any]:
    if not round.rehearsal:
        return {}
    return {"here": visits.are_here(round=round), "failed": visits.have_failed(round=round)}


def _end(round: Round) -> dict[str, Any]:
    results = closing.results(round=round)
    counted = results.head_count.items() if results else ()
    lines = results.feedback if results else ()
    return {
        "results": results,
        # A line that says "not shown" tells nothing and is in the way of those that tell something.
        "groups_shown": [(group, shown) for group, shown in counted if not shown.hidden],
        "lines_shown": [line for line in lines if not line.agreed.hidden],
        "others_shown": any(not line.otherwise.hidden for line in lines),
        "debrief": debriefs.of(round),
        "groups": bool(round.staff_groups),
    }


def shown(round: Round) -> list[tuple[str, Hashable]]:
    """What the room may see, the one brought forward included. What says "nothing just now" is a line (_filter)."""
    return [(key, row) for key, row in _rows(round, released.SHOWN) if not row.is_quiet]


def held(round: Round) -> list[tuple[str, Hashable]]:
    """What a facilitator held, and what may name a person. What may be a disclosure stands behind its own sign.

    Of a round that is over all of it, to be read and no more: nobody can be answered, and no room is there to see it.
    """
    at_risk = set(disclosures.told(round))
    return [(key, row) for key, row in _rows(round, frozenset({Reaction.State.HELD})) if key not in at_risk]


def aside(round: Round) -> list[tuple[str, Hashable]]:
    """The shelf for later; a circle on another day has that of the round it continues."""
    return list(_rows(round, frozenset({Reaction.State.ASIDE}), of=round.continues))


def _rows(round: Round, states: frozenset[Reaction.State], of: Round | None = None) -> Iterable[tuple[str, Row]]:
    """of: an earlier round whose reactions they are; nothing can be done to those any more but to build on them."""
    said = of or round
    company, questions = released.in_company(said), released.questions(said)
    several = len(released.answered(said)) > 1  # one question need not be repeated under every sentence
    press = "" if of or not round.is_open else reverse("console-reaction", args=[round.public_id])
    shape = address("action-shape", round) if round.stage == Stage.CIRCLE else ""
    for found in released.reactions(said):
        if found.state not in states:
            continue
        question = questions[found.prompt]
        yield (
            found.pk,
            Row(
                words=found.text,
                feelings=tuple(label(code) for code in found.feelings),
                prompt=_short(question.text) if several else "",
                prompt_id=question.public_id,
                state=found.state,
                company=found.pk in company,
                press=press,
                shape="" if found.is_quiet else shape,
                why=holding.says(round=round, held_for=found.held_for),
                help=HELP.get(found.held_for, "held-named"),
                is_quiet=found.is_quiet,
            ),
        )


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT].rsplit(' ', 1)[0]} …"


def _region(
    name: str,
    context: Callable[[Round], dict[str, Any]],
    *,
    topics: Iterable[str] = (),
    during: Iterable[Stage] = Stage,
    slot: str = "main",
    order: int,
) -> None:
    register(
        Region(
            name=name,
            audience="console",
            template=f"rounds/console/_{name}.html",
            topics=frozenset(topics),
            stages=frozenset(during),
            slot=slot,
            order=order,
            context=context,
        )
    )


def _list(
    name: str,
    rows: Callable[[Round], list[tuple[str, Hashable]]],
    label: str,
    order: int,
    during: frozenset[Stage] = READING,
) -> None:
    register(
        ListRegion(
            name=name,
            audience="console",
            template="rounds/console/_reaction.html",
            topics=frozenset({"reactions"}),
            stages=during,
            slot=name,
            rows=rows,
            label=label,
            order=order,
        )
    )


_region("title", _nothing, slot="title", order=1)
_region("stage", _stage, slot="bar", order=10)
_region("controls", _controls, slot="bar", order=20)
_region("arrival", _arrival, topics=["presence"], during=[Stage.ARRIVAL], order=10)
_region("gathered", _gathered, topics=["gathered"], during=[Stage.REFLECTION], order=20)
_region("forward", _forward, topics=["reactions"], during=READING, order=30)
_region("end", _end, topics=["closing"], during=[Stage.CLOSING, Stage.CLOSED], order=40)
_region("filter", _filter, topics=["reactions"], during=READING, slot="filter", order=55)
_list("released", shown, "Shown on the phones", 60)
_list("held", held, "Held", 61, during=READING | {Stage.CLOSED})
_list("aside", aside, "Set aside for later", 62, during=LATER)
_region("question", _question, during=ASKING, slot="side", order=10)
_region("quiet", _nothing, during=QUIET, order=10)
_region("story", _story, during=BEFORE_WRITING, order=15)
_region("notes", _notes, slot="notes", order=10)
_region("cards", _cards, slot="cards", order=10)
_region("rehearsal", _rehearsal, topics=["rehearsal"], slot="side", order=80)
_region("doors", _doors, during=INSIDE | {Stage.PLANNED}, slot="doors", order=10)
