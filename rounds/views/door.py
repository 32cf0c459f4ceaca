"""How a signed-in person enters a view, and how a view answers a press on the console."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape
from django_htmx.middleware import HtmxDetails

from rounds.models import User
from rounds.refusals import NotYours, Refused


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in. htmx: whether it asks for a part of a page."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]
PressView = Callable[..., HttpResponse | str | None]


def guarded(view: View) -> View:
    """Sign-in first; what is not yours answers exactly like what is not there; never kept by a cache."""

    @login_required
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except NotYours:
            raise Http404 from None
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return entered


def pressed(view: PressView) -> View:
    """For buttons on live staff screens: a verb's refusal becomes its words with status 409, nothing is lost.

    The view returns nothing or a short sentence; the screen itself changes through the live layer.
    """

    @guarded
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponse(status=405)
        try:
            words = view(request, *args, **kwargs)
        except Refused as refusal:
            return HttpResponse(escape(str(refusal)), status=409)
        return words if isinstance(words, HttpResponse) else HttpResponse(escape(words or ""))

    return answered
