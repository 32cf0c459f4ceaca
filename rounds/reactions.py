"""Reactions: post, release, hold, set aside, bring forward, and "this is mine too"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from django.db import transaction

from rounds import ceiling, flowing, gathering, holding, pools, staff_acts, voices
from rounds.gathering import Written
from rounds.live.doorbell import announce
from rounds.live.messages import Heard, Sender, Trouble
from rounds.models import Prompt, Reaction, ReleasePolicy, Round, Stage, User
from rounds.models.programme import LOWEST_FLOOR
from rounds.models.prompt import basket_of
from rounds.refusals import Refused, StageMovedOn
from rounds.voices import Said

MINE_TOO = "mine_too"
_also_due: list[Callable[[Round], None]] = []


def also_due(listener: Callable[[Round], None]) -> Callable[[Round], None]:
    """Have `listener(round)` called whenever what is due is released (for facilitation's proposals)."""
    _also_due.append(listener)
    return listener


def post(*, sender: Sender, nonce: str, prompt: str, text: str, feelings: list[str], reply: str = "") -> None:
    """Seal one reaction to the prompt people are being asked now.

    Raises Refused, in words, outside `reflection`, for another prompt than the current one, in a room that has
    never been big enough, when there is nothing in it, and once the round takes nothing more (`ceiling`). A repeat of
    what is already here is none of these.
    """
    fields = {"prompt": prompt, "text": text, "feelings": feelings, "reply": reply}
    for trouble in post_together(round=sender.round, several=[Heard(voice=sender.voice, nonce=nonce, fields=fields)]):
        if trouble is not None:
            raise trouble


@transaction.atomic
def post_together(*, round: Round, several: Sequence[Heard]) -> list[Trouble]:
    """What `post` does, for one after the other under one lock; what each would raise is in its place, or None."""
    locked, full = ceiling.locked(round, related="current_prompt", shown=Reaction, by="prompt__round")
    known = gathering.known(round=locked, sent=[(basket_of(one.fields["prompt"]), one.nonce) for one in several])
    shut, asked = _shut(locked) or full, _asked(locked)
    troubles: list[Trouble] = []
    fresh: dict[str, dict[int, Written]] = {}
    for place, one in enumerate(several):
        # Of a repeat only the answer was lost: "refused" would make a person write it again.
        is_known = (basket_of(one.fields["prompt"]), one.nonce) in known
        troubles.append(None if is_known else shut or _why_not(locked, asked, **one.fields))
        if not is_known and troubles[-1] is None:
            words = {name: one.fields[name] for name in ("text", "feelings", "reply") if name in one.fields}
            written = Written(nonce=one.nonce, voice=one.voice, payload=words)
            fresh.setdefault(basket_of(one.fields["prompt"]), {})[place] = written
    for basket, those in fresh.items():
        tried = gathering.put_together(round=locked, basket=basket, several=list(those.values()))
        for place, trouble in zip(those, tried, strict=True):
            troubles[place] = trouble
    # A window shows nothing of what is gathered, and a revision that rose with each post would keep count.
    if fresh and locked.stage == Stage.REFLECTION:
        announce(locked, "gathered")
    return troubles


def _asked(round: Round) -> frozenset[str]:
    """The public ids of the prompts that can be answered now: one in a room, in a window all of them."""
    if round.stage == Stage.WINDOW:
        return frozenset(round.prompts.values_list("public_id", flat=True))
    return frozenset({round.current_prompt.public_id} if round.current_prompt else ())


def _shut(round: Round) -> Refused | None:
    """Why nobody can write anything in this round now, in words, or None."""
    if round.stage not in (Stage.REFLECTION, Stage.WINDOW):
        return StageMovedOn("Writing is closed just now. What you typed is still here.")
    over = pools.why_over(round) if round.stage == Stage.WINDOW else None
    return StageMovedOn(over) if over else None


def _why_not(
    round: Round, asked: frozenset[str], *, prompt: str, text: str, feelings: list[str], reply: str = ""
) -> Refused | None:
    """Why this reaction cannot be taken where people can write, in words, or None."""
    if prompt not in asked:
        return StageMovedOn("The question has changed since you wrote this. Have a look at the new one.")
    if not round.room_was_big_enough:
        return Refused("Writing opens when a few more people are here, so that nobody stands out.")
    if not text and not feelings:
        return Refused("There is nothing in it yet. A word, a feeling, or “nothing just now” is enough.")
    return None


def release_due(*, round: Round) -> None:
    """Release what a flowing prompt has gathered, if there are enough and the last batch was a while ago.

    `round` may be some seconds old: what it says is only what is looked into, under the lock.
    """
    for listener in _also_due:
        listener(round)
    prompt = round.current_prompt
    if prompt is None or prompt.policy != ReleasePolicy.FLOWING or round.stage != Stage.REFLECTION:
        return
    baskets = prompt.basket, prompt.card_basket
    if not flowing.due(round=round, baskets=baskets):
        return
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=round.pk)
        is_asked = locked.stage == Stage.REFLECTION and locked.current_prompt_id == prompt.pk
        if is_asked and (due := flowing.due(round=locked, baskets=baskets)):
            flowing.rest(round=locked, basket=prompt.basket)
            _release(locked, prompt, due)


@transaction.atomic
def release(*, round: Round, by: User) -> int:
    """Show the room what has been gathered for the current prompt, shuffled. Returns how many: none if all is held.

    Raises Refused when fewer people have written than may be shown together: they would not be shown together; and
    StageMovedOn outside the reflection and the threads.
    """
    locked = Round.objects.select_for_update(of=("self",)).select_related("current_prompt").get(pk=round.pk)
    prompt = locked.current_prompt
    if locked.stage not in (Stage.REFLECTION, Stage.THREADS) or prompt is None:
        raise StageMovedOn("There is nothing to show in this part of the round.")
    ready = can_be_shown(round=locked, prompt=prompt)
    if not ready:
        raise Refused("Too few are waiting to be shown together. They are safe; the rest come at the end.")
    shown = _release(locked, prompt, ready)
    what = "showed what was gathered" if shown else "opened what was gathered; all of it is held"
    staff_acts.note(round=locked, who=by, what=what)
    return shown


def can_be_shown(*, round: Round, prompt: Prompt) -> list[str]:
    """The prompt's baskets in which enough people wait to be shown together: phones' and cards', each counted alone.

    Whoever typed the cards knows them: among four of one's own, a fifth from a phone would not be together with others.
    """
    baskets = (prompt.basket, prompt.card_basket)
    least = prompt.least_together
    return [basket for basket in baskets if gathering.people(round=round, basket=basket) >= least]


def release_rest(*, round: Round, for_good: bool = False) -> None:
    """At the end of a prompt, release what is left of it, of every prompt. Call inside a transaction.

    What fewer than three people wrote in all stays sealed: shown, it would not be together with others. A prompt
    that is opened again after its end shows no leftover at a second one, unless the reflection ends for good:
    by going to and fro one could pick the answers out one by one.
    """
    for prompt in round.prompts.all():
        ends = for_good or not prompt.rest_shown
        # Cards can still be read aloud: a screen shows none unless there were as many as the round asks for.
        floors = {prompt.basket: LOWEST_FLOOR, prompt.card_basket: round.floor}
        left = [basket for basket, floor in floors.items() if _is_left(round, prompt, basket, floor, ends=ends)]
        if left:
            _release(round, prompt, left, joins=True)
            Prompt.objects.filter(pk=prompt.pk).update(rest_shown=True)


def _is_left(round: Round, prompt: Prompt, basket: str, floor: int, *, ends: bool) -> bool:
    """Whether something waits in the basket that may be shown now that the prompt ends."""
    people = gathering.people(round=round, basket=basket)
    if not people:
        return False
    in_all = gathering.people(round=round, basket=basket, ever=True)
    return (ends and in_all >= floor) or people >= prompt.least_together


def end_window(*, round: Round) -> None:
    """Show what was written in a window, all at once, shuffled. Call inside the transaction that closes it.

    Nobody was in a room together, so the floor counts those who wrote: what fewer people than the round's floor wrote
    to a question stays sealed, and goes with the seal.
    """
    for prompt in round.prompts.all():
        if gathering.people(round=round, basket=prompt.basket, ever=True) >= round.floor:
            _release(round, prompt, [prompt.basket])


def _release(round: Round, prompt: Prompt, baskets: Iterable[str], *, joins: bool = False) -> int:
    """Show what is in these baskets, as one batch: rows are laid by random ids, so that nothing tells them apart.

    What a facilitator should read first is held. joins: as for holding.take. Returns how many are shown.
    """
    place = _place(round, prompt)
    taken = holding.take(place=place, baskets=baskets, joins=joins)
    made = [
        Reaction(
            prompt=prompt,
            text=one.payload["text"],
            feelings=one.payload["feelings"],
            state=Reaction.State.HELD if one.why else Reaction.State.RELEASED,
            held_for=one.why,
        )
        for one in taken
    ]
    Reaction.objects.bulk_create(made)
    holding.keep(place=place, made=[(row.pk, one) for row, one in zip(made, taken, strict=True)])
    announce(round, "gathered", "reactions")
    return sum(not one.why for one in taken)


def _place(round: Round, prompt: Prompt) -> holding.Place:
    return holding.Place(
        round=round,
        rows=Reaction.objects.filter(prompt=prompt),
        phones=prompt.basket,
        cards=prompt.card_basket,
        as_shown={"state": Reaction.State.RELEASED},
    )


@transaction.atomic
def move(*, round: Round, reaction: str, to: Reaction.State, by: User) -> bool:
    """Hold, set aside, bring forward or give back a reaction to the room; whether it is so now.

    What the room has not seen yet may have to wait until enough can be shown with it (`holding.let_go`). One at most is
    brought forward: another one steps back. Raises Refused once the round is closed, when the reaction is not in this
    round (which looks the same as not there), and for the shelf where the room has not seen it.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not locked.is_open:
        raise StageMovedOn("The round is over.")
    found = Reaction.objects.of(locked).filter(pk=reaction)
    one = found.select_related("prompt").first()
    if one is None:
        raise Refused("That reaction is not here any more.")
    if one.held_for and to == Reaction.State.ASIDE:
        raise Refused(holding.NOT_SEEN)
    may_be_seen = not one.held_for or to == Reaction.State.HELD or _let_go(locked, one)
    if may_be_seen:
        if to == Reaction.State.FORWARD:
            step_back(round=locked)
        found.update(state=to)
    staff_acts.note(round=locked, who=by, what=_PAST_TENSE[to] if may_be_seen else "let what was held wait for others")
    announce(locked, "reactions", "themes")
    return may_be_seen


def _let_go(round: Round, one: Reaction) -> bool:
    return holding.let_go(place=_place(round, one.prompt), one=one.pk)


def step_back(*, round: Round) -> None:
    """Leave nothing brought forward, so that the wall is free. Call inside a transaction, and announce it."""
    Reaction.objects.of(round).filter(state=Reaction.State.FORWARD).update(state=Reaction.State.RELEASED)


def mine_too(*, sender: Sender, nonce: str, reaction: str) -> None:
    """Keep a released reaction company, once per person. `nonce` is not needed: a voice counts once anyway.

    Raises Refused, in words, where reactions are not read any more, and for one that the room does not see.
    """
    heard = Heard(voice=sender.voice, nonce=nonce, fields={"reaction": reaction})
    for trouble in mine_too_together(round=sender.round, several=[heard]):
        if trouble is not None:
            raise trouble


@transaction.atomic
def mine_too_together(*, round: Round, several: Sequence[Heard]) -> list[Trouble]:
    """What `mine_too` does, for one after the other under one lock; what each would raise is in its place, or None."""
    locked = Round.objects.select_for_update().get(pk=round.pk)
    said = [Said(kind=MINE_TOO, target=one.fields["reaction"], voice=one.voice) for one in several]
    already = voices.already_said(round=locked, said=said)
    targets = {one.target for one in said}
    shown = set(Reaction.objects.of(locked).shown().filter(pk__in=targets).values_list("pk", flat=True))
    troubles = [None if one in already else _why_not_read(locked, is_shown=one.target in shown) for one in said]
    new = {one for one, trouble in zip(said, troubles, strict=True) if trouble is None} - already
    if new:
        _keep_company(locked, new)
    return [*troubles]


def _why_not_read(round: Round, *, is_shown: bool) -> Refused | None:
    if round.stage not in (Stage.REFLECTION, Stage.THREADS):
        return StageMovedOn("The round has moved on.")
    return None if is_shown else Refused("That reaction is not here any more.")


def _keep_company(round: Round, new: Collection[Said]) -> None:
    before = voices.counts(round=round, kind=MINE_TOO)
    voices.say_together(round=round, said=new)
    more = Counter(one.target for one in new)
    # Only where the screens change: a frame for each tap would count the taps.
    if any(before[target] < voices.COMPANY <= before[target] + more[target] for target in more):
        announce(round, "reactions")


_PAST_TENSE = {
    Reaction.State.RELEASED: "gave a reaction back to the room",
    Reaction.State.FORWARD: "brought a reaction forward",
    Reaction.State.HELD: "held a reaction",
    Reaction.State.ASIDE: "set a reaction aside for later",
}
