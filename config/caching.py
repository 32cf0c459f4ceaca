"""What browsers and proxies may keep: static files, and of everything else only what a view says itself."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def nothing_kept(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Mark every answer `no-store` that says nothing of caching: on a shared ward computer the next person goes back.

    Stands inside WhiteNoise, so that static files keep their own headers.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered
