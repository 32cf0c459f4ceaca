"""The guide inside, for whoever holds a round for the first time: a chapter at a time, or all of it to print."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from rounds import access, guide
from rounds.access import RUNS_ROUNDS
from rounds.models import Round, User
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav

OFFERED = 5  # rounds to rehearse: the next ones


@guarded
def chapter(request: StaffRequest, chapter_id: str = guide.CHAPTERS[0].code) -> HttpResponse:
    place = guide.place_of(chapter_id)
    if place is None:
        raise Http404
    context = {
        "chapters": guide.CHAPTERS,
        "chapter": guide.CHAPTERS[place],
        "words": f"rounds/guide/chapters/_{chapter_id}.html",
        "earlier": guide.CHAPTERS[place - 1] if place else None,
        "later": guide.CHAPTERS[place + 1] if place + 1 < len(guide.CHAPTERS) else None,
        "to_rehearse": _to_rehearse(request.user),
        "staff_nav": _nav(request.user),
    }
    return render(request, "rounds/guide/chapter.html", context)


@guarded
def whole(request: StaffRequest) -> HttpResponse:
    chapters = [(chapter, f"rounds/guide/chapters/_{chapter.code}.html") for chapter in guide.CHAPTERS]
    context = {"chapters": chapters, "to_rehearse": (), "staff_nav": _nav(request.user)}
    return render(request, "rounds/guide/whole.html", context)


def _nav(person: User) -> list[dict[str, Any]]:
    """The menu of somebody's one programme; none where there are several, as the guide belongs to none of them."""
    mine = access.programmes_of(person)[:2]
    return staff_nav(mine[0], access.roles_of(person, mine[0])) if len(mine) == 1 else []


def _to_rehearse(person: User) -> QuerySet[Round]:
    """The next rounds of the programmes in which this person runs rounds."""
    mine = Round.objects.filter(programme__memberships__user=person, programme__memberships__role__in=RUNS_ROUNDS)
    return mine.first_tellings().to_come().select_related("programme", "story")[:OFFERED]
