"""Pages for people without an account: join, the room, the wall, and what is stored.

The same for everybody. That no answer of theirs sets a cookie, is kept by a cache or tells another site where
somebody came from is seen to for all of them at once (config/caching.py, config/traces.py).
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from rounds import stored as storage
from rounds.live import regions
from rounds.live.regions import AnyRegion, Audience

LONGEST_CODE = 64
packed = gzip_page  # there is no secret in these pages that their length could give away


@csrf_exempt  # it changes nothing, and a token would need a session
@require_http_methods(["GET", "HEAD", "POST"])
@packed
def join(request: HttpRequest) -> HttpResponse:
    """Where a code becomes a ticket, by js/join.js. Where that did not load, a posted code is given back."""
    typed = request.POST.get("code", "")[:LONGEST_CODE]
    context = {"typed": typed, "promises": storage.promises(), "limits": storage.limits()}
    return render(request, "rounds/room/join.html", context)


@require_safe
@packed
def room(request: HttpRequest) -> HttpResponse:
    """The shell of the phones; everything in it arrives through the live layer, by the ticket in the tab."""
    return render(request, "rounds/room/room.html", _slots("room", "main", "foot"))


@require_safe
@packed
def left(request: HttpRequest) -> HttpResponse:
    """The goodbye, which has the browser forget what it keeps of the site: its cache, and what tabs have stored.

    Not its cookies: a participant has none, and a colleague who is signed in at this computer stays so.
    """
    response = render(request, "rounds/room/left.html")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
@packed
def wall(request: HttpRequest) -> HttpResponse:
    """The shell of the wall; its token stands in the fragment."""
    return render(request, "rounds/wall/wall.html", _slots("wall", "main", "foot"))


@require_safe
@packed
def stored(request: HttpRequest) -> HttpResponse:
    """Every table a phone's words can reach, field by field."""
    return render(request, "rounds/room/stored.html", {"tables": storage.tables(), "limits": storage.limits()})


def _slots(audience: Audience, *names: str) -> dict[str, list[AnyRegion]]:
    """The audience's regions by the part of the page they stand in."""
    return {name: [place for place in regions.of(audience) if place.slot == name] for name in names}
