"""Which themes sound like ones of earlier rounds: proposed by the machine on this server, or searched for by hand.

A theme is known by its title alone here: what people wrote is gone after its days, and a vector of it would stay.
Nothing is kept but, for as long as the server runs, vectors of titles (`clustering.embed.Remembering`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from facilitation import titles, told_back
from facilitation.clustering.embed import best_here
from facilitation.clustering.recurring import Themes
from facilitation.models import NotAlike, Theme, Thread
from facilitation.titles import NO_NAME
from rounds.models import Programme

SHOWN: Final = 6  # themes with a proposal on one page: a handful can be read, a heap is put off
EACH: Final = 3  # of what one theme sounds like
LOOKED_AT: Final = 60  # of the latest themes in no thread; the older ones are still found by these
FOUND: Final = 20  # of a search by hand
_NEAR: Final = 12  # likest ones of each, before those of its own round and those told apart are left out


@dataclass(frozen=True)
class SoundsLike:
    """A theme that lies in no thread, and themes of other rounds it may belong with, likest first.

    Of those that lie in one thread only the likest.
    """

    theme: Theme
    others: list[Theme]


def proposals(programme: Programme) -> list[SoundsLike]:
    """What sounds alike, the latest round's themes first. Empty where the programme has switched the machine off."""
    if not programme.machine_on:
        return []
    heard = _heard(programme).exclude(title=NO_NAME).order_by("-round__starts_at", "position", "pk")
    themes = _named(programme, heard)
    loose = [theme for theme in themes if not hasattr(theme, "strand")][:LOOKED_AT]
    if not loose or len(themes) < 2:
        return []
    told_apart = set(NotAlike.objects.filter(first__round__programme=programme).values_list("first", "second"))
    vectors = dict(zip((theme.pk for theme in themes), best_here().embed([one.title for one in themes]), strict=True))
    index = Themes(len(vectors[loose[0].pk]))
    for theme in themes:
        index.put(theme.public_id, vectors[theme.pk])
    named = {theme.public_id: theme for theme in themes}
    found: list[SoundsLike] = []
    proposed: set[int] = set()
    for theme in loose:
        if theme.pk in proposed:
            continue
        near = index.like(vectors[theme.pk], most=_NEAR)
        others = _others(theme, [named[like.key] for like in near], themes, told_apart | {(theme.pk, theme.pk)})
        others = [one for one in others if one.pk not in proposed][:EACH]
        if others:
            found.append(SoundsLike(theme, others))
            # What is asked of once is not asked of again below; a thread may take several.
            proposed |= {theme.pk, *(one.pk for one in others if _thread(one) is None)}
        if len(found) == SHOWN:
            break
    return found


def search(programme: Programme, words: str, *, beside: Thread | None = None) -> list[Theme]:
    """Themes with all of these words in their title, the latest first; beside a thread, only those in none."""
    found = _heard(programme)
    for word in words.split():
        found = found.filter(title__icontains=word)
    if beside is not None:
        found = found.filter(strand=None)
    if not words.split():
        return []
    return _named(programme, found.order_by("-round__starts_at", "position", "pk")[:FOUND])


def _heard(programme: Programme) -> QuerySet[Theme]:
    shown = ("public_id", "title", "round__starts_at", "strand__thread__name", "strand__thread__public_id")
    return told_back.heard_themes(programme).select_related("round", "strand__thread").only(*shown)


def _named(programme: Programme, themes: QuerySet[Theme]) -> list[Theme]:
    """The themes, each thread they lie in under the name it is called by."""
    names = titles.of_threads(programme)
    found = list(themes)
    for theme in found:
        if hasattr(theme, "strand"):
            theme.strand.thread.name = names.get(theme.strand.thread_id, NO_NAME)
    return found


def _others(theme: Theme, near: list[Theme], themes: list[Theme], told_apart: set[tuple[int, int]]) -> list[Theme]:
    """Of what is near, what it may belong with: of another round, not told apart, of each thread the likest alone."""
    apart = {other for pair in told_apart if theme.pk in pair for other in pair}
    threads = {_thread(one) for one in themes if one.pk in apart} - {None}
    found: list[Theme] = []
    for other in near:
        thread = _thread(other)
        if other.round_id == theme.round_id or other.pk in apart or thread in threads:
            continue
        found.append(other)
        if thread is not None:
            threads.add(thread)
    return found


def _thread(theme: Theme) -> int | None:
    return theme.strand.thread_id if hasattr(theme, "strand") else None
