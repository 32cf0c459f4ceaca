"""One round of the two years: held, sealed and signed off as a real one is, on a day that has passed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from facilitation.demo import content, table
from facilitation.models import Placement, Theme
from rounds import debriefs, keys, retention, sealing, staff_groups, statements, telling_again
from rounds.cases import case
from rounds.check_ins import Planned
from rounds.models import (
    Debrief,
    Feedback,
    Kind,
    Programme,
    Prompt,
    Reaction,
    Round,
    StaffAct,
    Stage,
    Story,
    Storyteller,
    Tally,
    User,
)
from rounds.timings import usual

EACH_THEME: Final = 7  # reactions at the least, in a round whose words have gone: below five nothing is said of them
SIGNED_AFTER: Final = timedelta(days=9)
KEPT_AFTER: Final = timedelta(days=20)  # of the latest: the words of these can still be read
LATELY: Final = 100  # days
_MINUTES: Final = {Kind.ROUND: 60, Kind.TEAM: 40, Kind.POPUP: 15}


def at_one(days_ago: int) -> datetime:
    """One o'clock of a Wednesday, about so many days ago; in the future with fewer than none."""
    there = timezone.localtime() - timedelta(days=days_ago)
    there += timedelta(days=(2 - there.weekday()) % 7 - (7 if days_ago > 0 else 0))
    return there.replace(hour=13, minute=0, second=0, microsecond=0)


def tell(round: Round, code: str) -> Story:
    """Write a case of the library down as the round's story, the first storyteller's words with it."""
    chosen = case(code)
    story = Story.objects.create(round=round, title=chosen.title, no_identifiers=True)
    for position, role in enumerate(chosen.storytellers):
        Storyteller.objects.create(
            story=story,
            position=position,
            role=role[0].upper() + role[1:],
            what_it_was_like=chosen.story if position == 0 else "",
            weight=chosen.weight,
        )
    return story


def round_of(programme: Programme, code: str, starts_at: datetime, by: User, **fields: Any) -> Round:
    """A round with the story of a case, its question, and the one who holds it."""
    chosen, kind = case(code), fields.pop("kind", Kind.ROUND)
    made = Round.objects.create(
        programme=programme,
        title=chosen.title,
        kind=kind,
        starts_at=starts_at,
        place=content.PLACE,
        content_note=chosen.content_note,
        weight=chosen.weight,
        floor=programme.floor,
        staff_groups=[group for group, _ in staff_groups.choices()],
        may_be_told_again=True,
        may_stay_open=True,
        **usual(kind)._asdict(),
        **fields,
    )
    made.facilitators.add(by)
    tell(made, code)
    Prompt.objects.create(round=made, text=chosen.opening_question)
    return made


def over(starts_at: datetime, kind: str) -> dict[str, Any]:
    """The fields of a round that began then and is closed."""
    closed_at = starts_at + timedelta(minutes=_MINUTES.get(Kind(kind), 45))
    return {"stage": Stage.CLOSED, "reached_reflection": True, "room_was_big_enough": True, "closed_at": closed_at}


def hold(programme: Programme, one: table.Held, by: User) -> tuple[Round, Round, list[Theme]]:
    """Hold a round and what followed it: the round, the one its actions were made in, and its themes."""
    begun = at_one(one.days_ago)
    fields = {"kind": one.kind, **over(begun, one.kind)}
    first = round_of(programme, one.case, begun, by, **fields)
    keys.make(first)
    found = [
        Theme.objects.create(
            round=first, title=theme.title, barriers=list(theme.barriers), to_be_held=theme.to_be_held,
            position=place, made_by=by,
        )
        for place, theme in enumerate(table.themes(one.case))
    ]  # fmt: skip
    chance = random.Random(one.case)  # noqa: S311  the same two years each time
    tellings = [first, *(again(first, name, days, by) for name, days in one.also if name != "circle")]
    _write(one, tellings, found, chance)
    circles = [_circle(first, days, by) for name, days in one.also if name == "circle"]
    acting = circles[0] if circles else first
    Round.objects.filter(pk=acting.pk).update(crossed_threshold=True)
    acting.refresh_from_db()
    for each in (*tellings, *circles):
        _close(each, chance)
    return first, acting, found


def again(first: Round, name: str, days: int, by: User) -> Round:
    """The night shift's telling, or the 48 hours for those who missed it, both over."""
    starts_at = first.starts_at + timedelta(days=days, hours=8)
    kind = Kind.WINDOW if name == "window" else first.kind
    made = telling_again.copy(first, kind=kind, starts_at=starts_at, **over(starts_at, kind))
    keys.make(made)
    return made


def _circle(first: Round, days: int, by: User) -> Round:
    starts_at = first.starts_at + timedelta(days=days)
    made = Round.objects.create(
        programme=first.programme,
        continues=first,
        kind=Kind.CIRCLE,
        title=f"Circle: {first.title}",
        starts_at=starts_at,
        **over(starts_at, Kind.CIRCLE),
    )
    made.facilitators.add(by)
    keys.make(made)
    return made


def _write(one: table.Held, tellings: Sequence[Round], themes: Sequence[Theme], chance: random.Random) -> None:
    """What was said, in no order, a part of it in each telling.

    Where the words have gone since, what is said in many rooms is added: nothing but about how many is left of it.
    """
    said = table.said(one.case)
    if one.days_ago > LATELY:
        common = table.said(table.ANYWHERE)
        with_words = [each for each in common if each.words]
        lying = [chance.choice(with_words) for _ in range(EACH_THEME * len(themes))]
        said += [table.Said(n % len(themes), each.feelings, each.words) for n, each in enumerate(lying)]
        said += chance.sample(common, 6)
    chance.shuffle(said)
    prompts = [Prompt.objects.filter(round=telling).get() for telling in tellings]
    for number, each in enumerate(said):
        reaction = Reaction.objects.create(
            prompt=prompts[number % len(prompts)], text=each.words, feelings=list(each.feelings)
        )
        if each.theme is not None:
            Placement.objects.create(theme=themes[each.theme], reaction=reaction)


def _close(round: Round, chance: random.Random) -> None:
    """Feedback and the head-count, in no order; then the seal, on the day."""
    if round.kind != Kind.WINDOW:
        groups = [(group, chance.choice((0, 2, 6, 7, 9, 12, 18))) for group in round.staff_groups]
        Tally.objects.bulk_create(
            Tally(round=round, kind=sealing.HEAD_COUNT, target=group, count=count) for group, count in groups if count
        )
    if round.kind not in (Kind.WINDOW, Kind.CIRCLE):
        likely = ("little", "mostly", "mostly", "yes", "yes")
        forms = [{line.code: chance.choice(likely) for line in statements.STATEMENTS} for _ in range(24)]
        Feedback.objects.bulk_create(Feedback(round=round, answers=answers) for answers in forms)
    sealing.seal(round=round)
    Round.objects.filter(pk=round.pk).update(sealed_at=round.closed_at)


def look_back(round: Round, one: table.Held, by: User) -> None:
    """The debrief, with the panel checked in with the day after."""
    panel = debriefs.panel(round)
    day = timezone.localdate(round.starts_at) + timedelta(days=1)
    words = {name: getattr(one, name) for name in ("went_well", "pass_on", "pass_on_to")}
    planned = [Planned(on=day, done=True) for _ in panel]
    seen = debriefs.mark(Debrief(round=round), panel)
    debriefs.save(round=round, seen=seen, by=by, check_ins=planned, noticed_someone=True, **words)
    debriefs.complete(round=round, by=by)


def sign_off(round: Round, by: User) -> None:
    """The themes signed off by that day: the latest ones' so that their words can still be read."""
    retention.sign_off(round=round, keep=[title.id for title in retention.titles(round)], by=by)
    is_late = (timezone.now() - round.starts_at).days < LATELY
    day = timezone.now() - KEPT_AFTER if is_late else round.starts_at + SIGNED_AFTER
    Round.objects.pool_of(round).update(signed_off_at=max(day, round.starts_at + SIGNED_AFTER))


def on_the_day(round: Round) -> None:
    """What staff pressed in a round was pressed then, and not when this was made."""
    assert round.closed_at is not None  # noqa: S101  it was held
    StaffAct.objects.filter(round__in=Round.objects.pool_of(round)).update(at=round.closed_at + timedelta(minutes=20))
