"""Getting ready: what is gone through with each storyteller, and what a facilitator notes for themselves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from rounds import purge, retention, staff_acts
from rounds.models import OwnNote, Preparation, Round, Stage, Story, Storyteller, User
from rounds.models.story import MEET_BEFORE
from rounds.refusals import Refused

NOT_HERE: Final = "That storyteller is not in this story any more."
KEPT: Final = ("meet_on", *Preparation.STEPS, "again_agreed")


class FirstStep(NamedTuple):
    """What a planned round asks for next, and the page where it is done."""

    words: str
    url: str


@transaction.atomic
def keep(*, round: Round, storyteller: str, changed: Mapping[str, Any], by: User) -> None:
    """Keep what has changed in a storyteller's preparation: some of KEPT, and no more than was changed.

    Two facilitators who tick beside each other lose nothing. Raises Refused for somebody who is not in the story.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    teller = Storyteller.objects.filter(story__round=locked, public_id=storyteller, withdrawn=False).first()
    if teller is None:
        raise Refused(NOT_HERE)
    told = {name: value for name, value in changed.items() if name in KEPT}
    if told:
        Preparation.objects.update_or_create(storyteller=teller, defaults=told)
        staff_acts.note(round=locked, who=by, what="went on preparing the panel")


@transaction.atomic
def keep_own_note(*, round: Round, words: str, by: User) -> None:
    """Keep a facilitator's note to themselves; nothing in it, or no words at all, leaves none.

    No staff act is noted: that somebody has something to note is theirs alone, too. Raises Refused once the round is
    signed off, or its words are gone.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.signed_off_at is not None or locked.words_gone_at is not None:
        raise Refused("The round is done, and notes to oneself go with it.")
    if words:
        OwnNote.objects.update_or_create(round=locked, who=by, defaults={"words": words})
    else:
        OwnNote.objects.filter(round=locked, who=by).delete()


def own_note(round: Round, reader: User) -> str:
    """What this person has noted for themselves; nobody else's."""
    return OwnNote.objects.filter(round=round, who=reader).values_list("words", flat=True).first() or ""


@retention.once_signed_off
@purge.as_words_go
def forget_own_notes(round: Round) -> None:
    """Delete every facilitator's note to themselves. In a transaction."""
    OwnNote.objects.filter(round=round).delete()


def still_to_do(round: Round) -> list[str]:
    """What is not ready yet, in words, the most pressing first; nothing of it but the first two keeps the doors shut.

    Of a circle on another day nothing is prepared here. Asks the database nothing where the story's tellers, with
    their preparation, the questions and the facilitators are there already.
    """
    story: Story | None = getattr(round, "story", None)
    if story is None:
        return []
    found = []
    if story.withdrawn:
        found.append("find another story")
    elif not story.no_identifiers:
        found.append("read the story for names")
    if not round.prompts.all():
        found.append("choose a question")
    if not round.facilitators.all():
        found.append("say who holds it")
    if round.rehearsal:
        return found  # there is no panel to meet
    return [*found, *_with_the_panel(story.tellers, round)]


def first_step(round: Round, *, with_the_panel: Sequence[str]) -> FirstStep | None:
    """What comes before the console: first what keeps the doors shut, then the panel, until the day of the round.

    with_the_panel: of still_with_the_panel. None once all is done, on the day itself, and where nothing is prepared.
    """
    story: Story | None = getattr(round, "story", None)
    if round.stage != Stage.PLANNED or story is None:
        return None
    plan = reverse("round-edit", args=[round.public_id])
    if story.withdrawn:
        return FirstStep("Find another story", f"{plan}#rows-storyteller")
    if not story.no_identifiers:
        return FirstStep("Check the story", reverse("story-check", args=[round.public_id]))
    if not round.prompts.exists():
        return FirstStep("Add a question", f"{plan}#prompt-add")
    if with_the_panel and not round.rehearsal and timezone.localdate(round.starts_at) > timezone.localdate():
        return FirstStep("Prepare the panel", reverse("panel", args=[round.public_id]))
    return None


def still_with_the_panel(story: Story, *, of: Round) -> list[str]:
    """Whom to sit with, and what is open with those who were met, in words; empty once all are prepared. One query."""
    found = Storyteller.objects.filter(story=story, withdrawn=False).select_related("preparation")
    soon = timezone.localdate(of.starts_at) - MEET_BEFORE < timezone.localdate()
    return _with_the_panel(list(found), of, when="" if soon else " about a week before")


def _with_the_panel(tellers: Sequence[Storyteller], round: Round, *, when: str = "") -> list[str]:
    """when: said of those who are still to be met."""
    kept = {teller: getattr(teller, "preparation", None) or Preparation() for teller in tellers}
    unmet = [teller for teller in tellers if not kept[teller].met]
    found = [f"sit with {in_words(unmet)}{when}"] if unmet else []
    for teller in tellers:
        if teller not in unmet and (open_ := kept[teller].still_open(round)):
            more = ", and more" if len(open_) > 1 else ""
            found.append(f"with {_named(teller)}: “{open_[0]}”{more}")
    return found


def in_words(tellers: Sequence[Storyteller]) -> str:
    """The storytellers in the middle of a sentence: “the porter, the GP and the ward clerk”."""
    *others, last = [_named(teller) for teller in tellers]
    return f"{', '.join(others)} and {last}" if others else last


def _named(teller: Storyteller) -> str:
    role = teller.role  # an abbreviation keeps its letters
    if not role:
        return "the storyteller"
    return f"the {role if role[1:2].isupper() else role[0].lower() + role[1:]}"
