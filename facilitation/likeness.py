"""Which themes sound like ones of earlier rounds: proposed by the machine on this server, or searched for by hand.

A theme is known by its title alone here: what people wrote is gone after its days, and a vector of it would stay.
Nothing is kept but, for as long as the server runs, vectors of titles (`clustering.embed.Remembering`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from facilitation import told_back
from facilitation.clustering.embed import best_here
from facilitation.clustering.recurring import Themes, theme_vector
from facilitation.models import NotAlike, Theme, Thread
from facilitation.retention import NO_NAME
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
    themes = list(_heard(programme).exclude(title=NO_NAME).order_by("-round__starts_at", "position", "pk"))
    loose = [theme for theme in themes if not hasattr(theme, "strand")][:LOOKED_AT]
    if not loose or len(themes) < 2:
        return []
    told_apart = set(NotAlike.objects.filter(first__round__programme=programme).values_list("first", "second"))
    index = _index(themes)
    found: list[SoundsLike] = []
    proposed: set[int] = set()
    for theme in loose:
        others = [one for one in _others(theme, themes, index, told_apart) if one.pk not in proposed]
        if others:
            found.append(SoundsLike(theme, others))
            proposed.add(theme.pk)  # of a pair the later one asks, once
        if len(found) == SHOWN:
            break
    return found


def search(programme: Programme, words: str, *, beside: Thread | None = None) -> list[Theme]:
    """Themes with all of these words in their title, the latest first; none of the thread `beside`."""
    found = _heard(programme)
    for word in words.split():
        found = found.filter(title__icontains=word)
    if beside is not None:
        found = found.exclude(strand__thread=beside)
    return list(found.order_by("-round__starts_at", "position", "pk")[:FOUND]) if words.split() else []


def _heard(programme: Programme) -> QuerySet[Theme]:
    return told_back.heard_themes(programme).select_related("round", "strand__thread")


def _index(themes: Sequence[Theme]) -> Themes:
    # All at once first: one by one the model takes several times as long for titles it has not met.
    vectors = best_here().embed([theme.title for theme in themes])
    index = Themes(vectors.shape[1])
    for theme in themes:
        index.put(theme.public_id, theme_vector(theme.title))
    return index


def _others(theme: Theme, themes: Sequence[Theme], index: Themes, told_apart: set[tuple[int, int]]) -> list[Theme]:
    named = {one.public_id: one for one in themes}
    near = [named[like.key] for like in index.like(theme_vector(theme.title), most=_NEAR)]
    apart = {other for pair in told_apart if theme.pk in pair for other in pair} | {theme.pk}
    shut = {_thread(one) for one in themes if one.pk in apart} - {None}
    found: list[Theme] = []
    threads: set[int] = set()
    for other in near:
        thread = _thread(other)
        if other.round_id == theme.round_id or other.pk in apart or thread in shut or thread in threads:
            continue
        found.append(other)
        if thread is not None:
            threads.add(thread)
    return found[:EACH]


def _thread(theme: Theme) -> int | None:
    return theme.strand.thread_id if hasattr(theme, "strand") else None
