"""Threads over the months: facilitators tie themes of different rounds together, and take them apart again.

The machine only proposes (`likeness`). Only themes that may be read outside the room can be tied, because a thread
is read by everybody who reads actions. Themes and threads are named by their public ids, looked up under the lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Q

from facilitation import titles, told_back
from facilitation.models import NotAlike, Strand, Theme, Thread
from facilitation.titles import NO_NAME
from facilitation.weaving.quoting import same
from rounds import staff_acts
from rounds.models import Programme, User
from rounds.refusals import Refused

GONE: Final = "That theme cannot be tied any more. Its sign-off may have been taken back, or it was merged."
NO_THREAD: Final = "That thread is not here any more. Somebody may have let it go."


@transaction.atomic
def start(*, programme: Programme, theme: str, by: User) -> Thread:
    """Begin a thread with one theme. Raises Refused when it lies in a thread already."""
    _lock(programme)
    found = _theme(programme, theme)
    lying = _thread_of(found)
    if lying is not None:
        raise Refused(f"It belongs to “{name_of(lying)}” already.")
    return _begin(found, by=by)


@transaction.atomic
def link(*, programme: Programme, theme: str, to: str, by: User) -> Thread:
    """Tie a theme to another theme, or to a thread. `to`: the public id of either.

    The thread one of them lies in takes the other; where neither lies in one, a thread begins. Raises Refused when
    they lie in two threads already.
    """
    _lock(programme)
    found = _theme(programme, theme)
    thread = Thread.objects.filter(programme=programme, public_id=to).first()
    other = None if thread else _theme(programme, to)
    if other == found:
        raise Refused("That is the same theme. Choose another one.")
    mine, theirs = _thread_of(found), thread or (_thread_of(other) if other else None)
    if mine and theirs and mine != theirs:
        two = f"“{name_of(mine)}” and “{name_of(theirs)}”"
        raise Refused(f"They belong to two threads, {two}. Take one out of its thread first.")
    tied = mine or theirs or _begin(found, by=by)
    for one in (found, other):
        if one is not None:
            _tie(one, tied)
    _note(programme, by, "tied themes of two rounds together")
    return tied


@transaction.atomic
def unlink(*, thread: Thread, theme: str, by: User) -> bool:
    """Take a theme out of its thread; it is not proposed there again. Returns whether the thread is still there.

    A thread without any theme is gone. Raises Refused when the theme does not lie in it.
    """
    _lock(thread.programme)
    strand = Strand.objects.filter(thread=thread, theme__public_id=theme).select_related("theme").first()
    if strand is None:
        raise Refused("That theme is not in this thread any more.")
    strand.delete()
    left = list(Theme.objects.filter(strand__thread=thread))
    _tell_apart(strand.theme, left)
    if not left:
        thread.delete()
    _note(thread.programme, by, "took a theme out of a thread")
    return bool(left)


@transaction.atomic
def rename(*, thread: Thread, name: str, by: User) -> Thread:
    """Give a thread a name of its own; one of its themes' titles takes that away. Raises Refused without one, or when
    it was let go meanwhile.
    """
    _lock(thread.programme)
    words = " ".join(name.split())
    if not words:
        raise Refused("A thread needs a name: a few words people would know it by.")
    own = Theme.objects.filter(strand__thread=thread).values_list("title", flat=True)
    if any(same(words, title) for title in own):
        words = ""  # a title is not copied: it would stay when the title goes
    if not Thread.objects.filter(pk=thread.pk).update(name=words):
        raise Refused(NO_THREAD)
    thread.name = words
    _note(thread.programme, by, "renamed a thread")
    return thread


@transaction.atomic
def let_go(*, thread: Thread, by: User) -> None:
    """Untie all of a thread. Its themes stay where they were heard, and may be proposed together again."""
    _lock(thread.programme)
    Thread.objects.filter(pk=thread.pk).delete()
    _note(thread.programme, by, "let a thread go")


@transaction.atomic
def dismiss(*, programme: Programme, theme: str, to: str, by: User) -> None:
    """Say that a theme is not the same as another, nor as any of that one's thread: it stays put away."""
    _lock(programme)
    found, other = _theme(programme, theme), _theme(programme, to)
    thread = _thread_of(other)
    others = Theme.objects.filter(strand__thread=thread) if thread else [other]
    _tell_apart(found, others)
    _note(programme, by, "said of two themes that they are not the same")


def name_of(thread: Thread) -> str:
    """What the thread is called where a theme of it may be read outside the room; NO_NAME where none may."""
    return titles.of_threads(thread.programme).get(thread.pk, NO_NAME)


def _lock(programme: Programme) -> None:
    """One at a time: two facilitators who tie the same themes at once get one thread."""
    Programme.objects.select_for_update().get(pk=programme.pk)


def _theme(programme: Programme, public_id: str) -> Theme:
    found = told_back.heard_themes(programme).select_related("round").filter(public_id=public_id).first()
    if found is None:
        raise Refused(GONE)
    return found


def _thread_of(theme: Theme) -> Thread | None:
    return Thread.objects.filter(strands__theme=theme).first()


def _begin(theme: Theme, *, by: User) -> Thread:
    programme = theme.round.programme
    made = Thread.objects.create(programme=programme, made_by=by)
    _tie(theme, made)
    _note(programme, by, "began a thread")
    return made


def _tie(theme: Theme, thread: Thread) -> None:
    """Whoever ties them has changed their mind about what was told apart."""
    Strand.objects.get_or_create(theme=theme, defaults={"thread": thread})
    others = Theme.objects.filter(strand__thread=thread).exclude(pk=theme.pk)
    apart = Q(first=theme, second__in=others) | Q(second=theme, first__in=others)
    NotAlike.objects.filter(apart).delete()


def _tell_apart(theme: Theme, others: Iterable[Theme]) -> None:
    pairs = [sorted((theme.pk, other.pk)) for other in others if other.pk != theme.pk]
    NotAlike.objects.bulk_create((NotAlike(first_id=a, second_id=b) for a, b in pairs), ignore_conflicts=True)


def _note(programme: Programme, by: User, what: str) -> None:
    staff_acts.note_in_programme(programme=programme, who=by, what=what)
