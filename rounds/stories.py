"""The story of a round: told by its storytellers, read for names, withdrawn at any time, given back if they ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from rounds import purge, staff_acts, words
from rounds.live.doorbell import announce
from rounds.models import Kind, Round, StaffAct, Story, Storyteller, User
from rounds.models.round import UNTITLED
from rounds.plans import PlannedStory, PlannedTeller
from rounds.refusals import Refused

OF_ITS_OWN: Final = ("role", "what_it_was_like", "what_it_meant", "weight")
READ: Final = "read the story for whether anybody can be recognised"
CHANGED: Final = "The story has been changed since you opened this page. Please read it once more as it stands now."
GONE_FOR_GOOD: Final = "What people wrote went along with this story, and its words too. Nothing is left to give back."
ALL_OF_IT_GONE: Final = "The whole story is withdrawn. It has to be given back before one of its parts can be."
TAKEN_BACK: Final = "The person whose story it is has taken it back. That is always all right."
PART_TAKEN_BACK: Final = "One of the storytellers has taken their part back. That is always all right."
LET_GO: Final = "What was written about it has been let go of."
PART_GIVEN_BACK: Final = "One of the storytellers had taken their part back, and would like it to be here again."
GIVEN_BACK: Final = "The story is here again, as the person whose it is wishes."


def read_as(round: Round) -> str:
    """The mark of the words somebody has read for names; empty where nobody has."""
    story = Story.objects.filter(round=round, no_identifiers=True, withdrawn=False).first()
    return story.mark if story is not None else ""


def tell(*, round: Round, planned: PlannedStory, read: str = "") -> Story:
    """Write the story down as planned. Inside the verb's transaction.

    read: what `read_as` gave before the plan changed; other words than those have to be read for names again.
    Storytellers who are there already keep what was prepared with them; those left out go, but for one who withdrew.
    A story that was withdrawn makes way.
    """
    Story.objects.filter(round=round, withdrawn=True).delete()
    story = Story.objects.filter(round=round).first() or Story()
    story.round, story.title, story.private_notes = round, round.title, planned.private_notes
    story.save()
    _write_tellers(story, planned.storytellers)
    story.no_identifiers = read == story.mark
    story.save(update_fields=["no_identifiers"])
    return story


@transaction.atomic
def answer_for(*, round: Round, seen: str, by: User) -> None:
    """Say that one has read the story and nobody can be recognised in it.

    seen: the mark of the words that were read. Raises Refused when they have changed since, or were withdrawn.
    """
    locked = _locked(round)
    story = Story.objects.filter(round=locked, withdrawn=False).first()
    if story is None or story.mark != seen:
        raise Refused(CHANGED)
    if not story.no_identifiers:
        story.no_identifiers = True
        story.save(update_fields=["no_identifiers"])
        staff_acts.note(round=locked, who=by, what=READ)
        announce(locked, "stage")


def last_read(round: Round) -> StaffAct | None:
    """Who said last that they have read the story, and when; None for a copy, whose words were read elsewhere."""
    return StaffAct.objects.filter(round=round, what=READ).select_related("who").last()


@transaction.atomic
def withdraw(*, round: Round, by: User, storyteller: str = "", let_go: bool = False) -> None:
    """Take the story off every screen, before, during or after the round, without a reason.

    storyteller: public id of one of several, whose part alone is withdrawn; what people wrote was to all of it and
    stays. With the last of them the whole story goes. let_go: what people wrote goes too, for good, and the
    story's words with it. Twice is once. Raises Refused for a storyteller who is not of this story, and for a
    part with which people's words should go.
    """
    locked = _locked(round)
    story = Story.objects.filter(round=locked).first()
    if story is None or (story.withdrawn and not let_go):
        return
    if storyteller and let_go:
        raise Refused("What people wrote was to the whole story. It can only go when the whole story goes.")
    if storyteller and _leaves_others(story, storyteller):
        _set_part(locked, _teller(story, storyteller), by, withdrawn=True)
        return
    _set_whole(locked, by, withdrawn=True)
    if let_go:
        for one in [locked, *_others(locked).select_for_update(of=("self",)).select_related("programme")]:
            _let_go(one, by)


@transaction.atomic
def give_back(*, round: Round, by: User, storyteller: str = "") -> None:
    """Undo a withdrawal, because the storyteller asked for it.

    storyteller: as withdraw has it. Raises Refused once what people wrote has been let go: the story's words went
    with it; and for a part while the whole story is withdrawn.
    """
    locked = _locked(round)
    if locked.let_go_at is not None or locked.words_gone_at is not None:
        raise Refused(GONE_FOR_GOOD)
    if not storyteller:
        _set_whole(locked, by, withdrawn=False)
        return
    story = Story.objects.filter(round=locked, withdrawn=False).first()
    if story is None:
        raise Refused(ALL_OF_IT_GONE)
    _set_part(locked, _teller(story, storyteller), by, withdrawn=False)


def may_let_go(round: Round) -> bool:
    """Whether what people wrote can go along with the story, here, in its circles or in another telling."""
    return any(purge.may_be_let_go(one) for one in [round, *_others(round)])


def still_open(round: Round) -> bool:
    """Whether people can still write somewhere once the story is withdrawn: in a room, not in a window."""
    return any(one.is_open and one.kind != Kind.WINDOW for one in [round, *_others(round)])


def readers_of_their_words(round: Round) -> QuerySet[Round]:
    """The open window in which the storytellers' own words are read."""
    return Round.objects.live().filter(retells=round, telling_is_theirs=True)


def told_in(round: Round) -> list[Round]:
    """Where its story is on a screen: there, in its rehearsals, in their circles and in their other tellings.

    All of them carry its title, and their consoles read its words where they stand, before and after the hour too.
    """
    named = [round, *round.rehearsals.all()]
    return [*named, *Round.objects.filter(Q(continues__in=named) | Q(retells__in=named))]


def _write_tellers(story: Story, planned: Iterable[PlannedTeller]) -> None:
    known = {teller.public_id: teller for teller in Storyteller.objects.filter(story=story, withdrawn=False)}
    kept = set()
    for position, one in enumerate(planned):
        teller = known.get(one.id) if one.id not in kept else None
        teller = teller or Storyteller(story=story)
        teller.position = position
        for name in OF_ITS_OWN:
            setattr(teller, name, getattr(one, name))
        teller.save()
        kept.add(teller.public_id)
    for public_id, teller in known.items():
        if public_id not in kept:
            teller.delete()


def _locked(round: Round) -> Round:
    return Round.objects.select_for_update(of=("self",)).select_related("programme").get(pk=round.pk)


def _teller(story: Story, public_id: str) -> Storyteller:
    found = Storyteller.objects.filter(story=story, public_id=public_id).first()
    if found is None:
        raise Refused("That storyteller is not in this story any more.")
    return found


def _leaves_others(story: Story, public_id: str) -> bool:
    return Storyteller.objects.filter(story=story, withdrawn=False).exclude(public_id=public_id).exists()


def _set_part(round: Round, teller: Storyteller, by: User, *, withdrawn: bool) -> None:
    if teller.withdrawn == withdrawn:
        return
    teller.withdrawn = withdrawn
    teller.save(update_fields=["withdrawn"])
    if withdrawn:
        # Their part stands in what is read, and nobody but a person could take it out.
        readers_of_their_words(round).update(telling="", telling_is_theirs=False)
    else:
        Story.objects.filter(pk=teller.story_id).update(no_identifiers=False)  # read while these words were not there
    what = "withdrew a storyteller’s part" if withdrawn else "gave a storyteller’s part back"
    _tell_room(told_in(round), round, by, what=what, told=PART_TAKEN_BACK if withdrawn else PART_GIVEN_BACK)


def _set_whole(round: Round, by: User, *, withdrawn: bool) -> None:
    named = [round, *round.rehearsals.all()]  # a rehearsal carries the title of the story it rehearses
    if not Story.objects.filter(round__in=named, withdrawn=not withdrawn).update(withdrawn=withdrawn):
        return
    what = "withdrew the story" if withdrawn else "gave the story back"
    _tell_room(told_in(round), round, by, what=what, told=TAKEN_BACK if withdrawn else GIVEN_BACK)


def _tell_room(rooms: Iterable[Round], round: Round, by: User, *, what: str, told: str) -> None:
    """Note it of the round, and say it to people in every room that is open: there it can have been heard."""
    for one in rooms:
        if one.is_open:
            staff_acts.tell_room(round=one, who=by, what=what, subject="story", words=told)
        elif one.pk == round.pk:
            staff_acts.note(round=one, who=by, what=what)
        announce(one, "stage")


def _others(round: Round) -> QuerySet[Round]:
    """The circles that continue a round, and the other tellings of its story."""
    return Round.objects.filter(Q(continues=round) | Q(retells=round), rehearsal=False)


def _let_go(round: Round, by: User) -> None:
    if round.let_go_at is not None or round.words_gone_at is not None:
        return
    round.let_go_at = timezone.now()
    round.save(update_fields=["let_go_at"])
    _tell_room([round], round, by, what="let go of what people wrote", told=f"{TAKEN_BACK} {LET_GO}")
    if round.sealed_at is not None:
        purge.let_go(round=round, today=timezone.localdate())
    else:
        purge.let_go_so_far(round=round)


@purge.as_words_go
def _erase(round: Round) -> None:
    """A story that was withdrawn, or a part of one, does not outlive what people wrote: then nobody can ask for it."""
    stories = Story.objects.filter(Q(round=round) | Q(round__rehearses=round))
    parts = Storyteller.objects.filter(story__in=stories)
    parts.filter(Q(withdrawn=True) | Q(story__withdrawn=True)).update(role="", what_it_was_like="", what_it_meant="")
    if stories.filter(round=round, withdrawn=True).exists():
        stories.update(title="", private_notes="")
        Round.objects.filter(_named([round.pk])).update(title=UNTITLED, content_note="", telling="")


def _withdrawn_parts() -> set[int]:
    parts = Storyteller.objects.filter(Q(withdrawn=True) | Q(story__withdrawn=True))
    return set(parts.values_list("pk", flat=True))


def _withdrawn_stories() -> set[int]:
    return set(Story.objects.filter(withdrawn=True).values_list("pk", flat=True))


def _untitled() -> set[int]:
    gone = Story.objects.filter(withdrawn=True).values("round")
    return set(Round.objects.filter(_named(gone)).values_list("pk", flat=True))


def _named(rounds: object) -> Q:
    """The rounds that carry the title of the story of one of `rounds`."""
    return Q(pk__in=rounds) | Q(continues__in=rounds) | Q(rehearses__in=rounds) | Q(retells__in=rounds)


words.withhold(Storyteller, dict.fromkeys(("role", "what_it_was_like", "what_it_meant"), ""), pks=_withdrawn_parts)
words.withhold(Story, {"title": "", "private_notes": ""}, pks=_withdrawn_stories)
words.withhold(Round, {"title": UNTITLED, "content_note": "", "telling": ""}, pks=_untitled)
