"""Pages for people without an account: join, the room, the wall, and what is stored. No cookie, no session."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from rounds import stored as storage
from rounds.live import regions

LONGEST_CODE = 64
View = Callable[[HttpRequest], HttpResponse]


def anonymous(view: View) -> View:
    """The same page for everybody: kept by no cache, told to no other site, and deaf to whoever is signed in."""

    packed = gzip_page(view)  # there is no secret in these pages that their length could give away

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        response = packed(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return shown


@csrf_exempt  # it changes nothing, and a token would need a session
@require_http_methods(["GET", "HEAD", "POST"])
@anonymous
def join(request: HttpRequest) -> HttpResponse:
    """Where a code becomes a ticket, by js/join.js. Where that did not load, a posted code is given back."""
    typed = request.POST.get("code", "")[:LONGEST_CODE]
    context = {"typed": typed, "promises": storage.promises(), "limits": storage.limits()}
    return render(request, "rounds/room/join.html", context)


@require_safe
@anonymous
def room(request: HttpRequest) -> HttpResponse:
    """The shell of the phones; everything in it arrives through the live layer, by the ticket in the tab."""
    places = regions.of("room")
    slots = {slot: [place for place in places if place.slot == slot] for slot in ("main", "foot")}
    return render(request, "rounds/room/room.html", slots)


@require_safe
@anonymous
def wall(request: HttpRequest) -> HttpResponse:
    """The shell of the wall; its token stands in the fragment."""
    return render(request, "rounds/wall/wall.html", {"main": regions.of("wall")})


@require_safe
@anonymous
def stored(request: HttpRequest) -> HttpResponse:
    """Every table a phone's words can reach, field by field."""
    return render(request, "rounds/room/stored.html", {"tables": storage.tables(), "limits": storage.limits()})
