"""Which addresses can be ours at all, and what of a request can be read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

View = Callable[[HttpRequest], HttpResponse]


def readable(get_response: View) -> View:
    """Answer 404 to an address with a NUL in it: PostgreSQL cannot be asked for one, and would make it a 500."""

    def answered(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return get_response(request)

    return answered


def without_nul(get_response: View) -> View:
    """Leave out what a query or a cookie says with a NUL, as nobody can type one: for PostgreSQL, too.

    Stands before the session, whose key comes in a cookie. What a form says goes through its fields, which refuse a NUL
    in words beside everything else that was typed.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        if any("\0" in said for name, values in request.GET.lists() for said in (name, *values)):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]  # it cannot be changed any more either
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return get_response(request)

    return answered


def _without_nul(query: QueryDict) -> QueryDict:
    left = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in query.lists():
        kept = [value for value in values if "\0" not in value]
        if kept and "\0" not in name:
            left.setlist(name, kept)
    left._mutable = False
    return left
