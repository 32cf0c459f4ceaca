"""The circle: what would change what gets in the way here, and who would help. Nothing of it before the threshold."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from facilitation import themes
from facilitation.models import Action, Offer, Proposal, Theme
from rounds import ceiling, flowing, gathering, holding, on_paper, reactions, sealing, staff_acts, stages, voices
from rounds.live.doorbell import announce
from rounds.live.messages import Sender
from rounds.models import Kind, ReleasePolicy, Round, Stage, Tally, User
from rounds.models.ids import new_id
from rounds.models.programme import LOWEST_FLOOR
from rounds.refusals import Refused, StageMovedOn

QUESTION: Final = "What, in the way things are set up here, gets in the way of the compassion people already have?"
HELP: Final = "help"
PROPOSALS: Final = "proposals"  # the basket they wait in
CARDS: Final = "cards:proposals"  # and the one for those typed in from paper, counted apart (ADR 32)
NOT_YET: Final = "Until the threshold nothing has to be solved. Proposals begin in the circle."
_BANDS: Final = ((12, "many would help"), (6, "several would help"), (voices.COMPANY, "a few would help"))
_BAND_EDGES: Final = frozenset(least for least, _ in _BANDS)


@transaction.atomic
def propose(*, sender: Sender, nonce: str, theme: str, offer: str, text: str, reply: str = "") -> None:
    """Seal one proposal, or one memory of when compassion was possible; it is shown later, with others.

    Raises Refused, in words, before the threshold, outside the circle, in a room that has never been big enough,
    when there is nothing in it, for a theme that is not there, and once the round takes nothing more (`ceiling`).
    A repeat of what is already here is none of these.
    """
    round, full = ceiling.locked(sender.round, related="continues", shown=Proposal, by="round")
    if gathering.knows(round=round, basket=PROPOSALS, nonce=nonce):
        return
    check(round)
    if not round.room_was_big_enough:
        raise Refused("Writing opens when a few more people are here, so that nobody stands out.")
    if not text:
        raise Refused("There is nothing in it yet. One sentence is enough.")
    if full:
        raise full
    if theme:
        themes.named(round.origin, theme)
    payload = {"theme": theme, "offer": offer, "text": text, "reply": reply}
    gathering.put(round=round, basket=PROPOSALS, nonce=nonce, voice=sender.voice, payload=payload)
    announce(round, "gathered")


@transaction.atomic
def write_in(*, round: Round, theme: str, cards: Sequence[str], sitting: str, by: User) -> None:
    """Seal proposals that people wrote on paper, each card one person's. sitting: as on_paper.write_in has it.

    Raises Refused, in words, before the threshold, outside the circle, and when there is no card: then none is kept.
    """
    locked = Round.objects.select_for_update(of=("self",)).select_related("continues").get(pk=round.pk)
    payloads = [{"theme": theme, "offer": Offer.CHANGE.value, "text": text} for text in cards]
    if not locked.is_open or not on_paper.all_known(round=locked, basket=CARDS, payloads=payloads, sitting=sitting):
        check(locked)
    if theme:
        themes.named(locked.origin, theme)
    on_paper.put(round=locked, basket=CARDS, payloads=payloads, sitting=sitting, by=by)
    release_due(locked)


@reactions.also_due
def release_due(round: Round) -> None:
    """Show what has been gathered in a flowing room, if there are enough and the last batch was a while ago."""
    if round.stage != Stage.CIRCLE or not flows(round):
        return
    if not flowing.due(round=round, baskets=(PROPOSALS, CARDS)):
        return
    with transaction.atomic():
        locked = Round.objects.select_for_update(of=("self",)).select_related("continues").get(pk=round.pk)
        if locked.stage == Stage.CIRCLE and (due := flowing.due(round=locked, baskets=(PROPOSALS, CARDS))):
            flowing.rest(round=locked, basket=PROPOSALS)
            _release(locked, due)


@transaction.atomic
def release(*, round: Round, by: User) -> int:
    """Show the room the proposals gathered so far, shuffled. Returns how many: none if all is held.

    Raises Refused when fewer are waiting than the round's floor: they would not be shown together.
    """
    locked = Round.objects.select_for_update(of=("self",)).select_related("continues").get(pk=round.pk)
    check(locked)
    ready = can_be_shown(round=locked)
    if not ready:
        raise Refused("Too few are waiting to be shown together. They are safe; the rest come at the end.")
    shown = _release(locked, ready)
    what = "showed the proposals that were gathered" if shown else "opened the proposals; all of them are held"
    staff_acts.note(round=locked, who=by, what=what)
    return shown


def can_be_shown(*, round: Round) -> list[str]:
    """The baskets in which enough people's proposals wait to be shown together."""
    return [basket for basket in (PROPOSALS, CARDS) if gathering.people(round=round, basket=basket) >= round.floor]


def flows(round: Round) -> bool:
    """Whether proposals are shown while people write: as the round's last question was, else at a word."""
    prompt = round.origin.current_prompt
    return prompt is not None and prompt.policy == ReleasePolicy.FLOWING


@transaction.atomic
def offer_help(*, sender: Sender, nonce: str, proposal: str) -> None:
    """Say "I'd help" to a proposal, once per person. `nonce` is not needed: a voice counts once anyway.

    Raises Refused outside the circle, and for a proposal the room does not see; a repeat is neither.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("continues").get(pk=sender.round.pk)
    if voices.has_said(round=round, kind=HELP, target=proposal, voice=sender.voice):
        return
    check(round)
    if not Proposal.objects.filter(round=round, set_aside=False, pk=proposal).exists():
        raise Refused("That proposal is not here any more.")
    voices.say(round=round, kind=HELP, target=proposal, voice=sender.voice)
    if voices.counts(round=round, kind=HELP)[proposal] in _BAND_EDGES:
        announce(round, "circle")


def help_band(count: int) -> str:
    """How many would help, in words, for facilitators; nothing below three. Never a number."""
    return next((words for least, words in _BANDS if count >= least), "")


@transaction.atomic
def set_aside(*, round: Round, proposal: str, aside: bool, by: User) -> bool:
    """Take a proposal off the room's screens, or give it back; whether it is so now. Nothing is deleted.

    What the room has not seen yet may have to wait until enough can be shown with it (`holding.let_go`). Raises
    StageMovedOn once the round is closed (no row that is sealed is written alone), and Refused for a proposal that is
    not of this round.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not locked.is_open:
        raise StageMovedOn("The round is over.")
    found = Proposal.objects.filter(round=locked, pk=proposal).first()
    if found is None:
        raise Refused("That proposal is not here any more.")
    waits = bool(found.held_for) and not aside and not holding.let_go(place=_place(locked), one=found.pk)
    if not waits:
        Proposal.objects.filter(pk=found.pk).update(set_aside=aside)
    done = "set a proposal aside" if aside else "gave a proposal back to the room"
    staff_acts.note(round=locked, who=by, what="let what was held wait for others" if waits else done)
    announce(locked, "circle")
    return not waits


@transaction.atomic
def another_day(*, round: Round, starts_at: datetime, by: User) -> Round:
    """Hold the circle on another day, with its own code, and move this round on to its closing.

    Raises StageMovedOn when the round is not at the threshold, Refused for a time that has passed.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.stage != Stage.THRESHOLD:
        raise StageMovedOn("Another day is chosen at the threshold. The round is not there now.")
    if starts_at <= timezone.now():
        raise Refused("Please choose a day and a time to come.")
    circle = Round.objects.create(
        programme_id=locked.programme_id,
        continues=locked.origin,  # of one story there is one circle's worth of themes
        kind=Kind.CIRCLE,
        title=f"Circle: {locked.title}"[:120],
        starts_at=starts_at,
        floor=locked.floor,
        circle_minutes=max(locked.circle_minutes, 30),  # it has the whole meeting to itself
        **{name: getattr(locked, name) for name in ("ground_rules", "support_card", "staff_groups", "rehearsal")},
    )
    circle.facilitators.set(locked.facilitators.all())
    staff_acts.note(round=locked, who=by, what="chose another day for the circle")
    stages.move(round=locked, seen=Stage.THRESHOLD, to=Stage.CLOSING, by=by)
    return circle


def check(round: Round) -> None:
    """Raises Refused before the threshold, and StageMovedOn once the circle has ended."""
    if not round.crossed_threshold:
        raise Refused(NOT_YET)
    if round.stage != Stage.CIRCLE:
        raise StageMovedOn("The circle has ended. What you typed is still here.")


def _place(round: Round) -> holding.Place:
    rows = Proposal.objects.filter(round=round)
    return holding.Place(round=round, rows=rows, phones=PROPOSALS, cards=CARDS, as_shown={"set_aside": False})


def _release(round: Round, baskets: Iterable[str], *, joins: bool = False) -> int:
    """Show what was gathered; what a facilitator should read first is set aside. Returns how many are shown."""
    place = _place(round)
    taken = holding.take(place=place, baskets=baskets, joins=joins)
    lying = dict(Theme.objects.filter(round=round.origin).values_list("public_id", "pk"))
    made = [
        Proposal(
            round=round,
            theme_id=lying.get(one.payload["theme"]),
            offer=one.payload["offer"],
            text=one.payload["text"],
            set_aside=bool(one.why),
            held_for=one.why,
        )
        for one in taken
    ]
    Proposal.objects.bulk_create(made)
    holding.keep(place=place, made=[(row.pk, one) for row, one in zip(made, taken, strict=True)])
    announce(round, "gathered", "circle")
    return sum(not one.why for one in taken)


@stages.after_move
def _show_the_rest(round: Round, left: str) -> None:
    """At the end of the circle show what still waits, unless too few people proposed anything.

    From phones three are enough; cards can still be read aloud, and wait for as many as the round asks for.
    """
    if left != Stage.CIRCLE:
        return
    floors = {PROPOSALS: LOWEST_FLOOR, CARDS: round.floor}
    waiting = [basket for basket in floors if gathering.people(round=round, basket=basket)]
    enough = [b for b in waiting if gathering.people(round=round, basket=b, ever=True) >= floors[b]]
    if enough:
        _release(round, enough, joins=True)


@sealing.rewrites
def _follow_the_seal(round: Round, new_ids: Mapping[str, str]) -> None:
    """Write proposals anew in random order under new ids; actions and sums follow. Reactions' ids do not matter."""
    old = list(Proposal.objects.filter(round=round))
    secrets.SystemRandom().shuffle(old)
    ids = {proposal.pk: new_id() for proposal in old}
    Proposal.objects.bulk_create(
        Proposal(
            pk=ids[p.pk],
            round=round,
            theme_id=p.theme_id,
            offer=p.offer,
            text=p.text,
            set_aside=p.set_aside,
            held_for=p.held_for,
        )
        for p in old
    )
    for gone, kept in ids.items():
        Action.objects.filter(from_proposal=gone).update(from_proposal=kept)
    sums = list(Tally.objects.filter(round=round, kind=HELP))
    Tally.objects.filter(round=round, kind=HELP).delete()
    secrets.SystemRandom().shuffle(sums)
    Tally.objects.bulk_create(
        Tally(round=round, kind=HELP, target=ids.get(said.target, said.target), count=said.count) for said in sums
    )
    Proposal.objects.filter(pk__in=ids).delete()
