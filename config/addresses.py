"""Which addresses can be ours at all."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict


def readable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 404 to an address with a NUL in it, and leave out what its query says with one.

    Nobody can type one, and PostgreSQL cannot be asked for one: it would make it a 500. What a form says goes through
    its fields, which refuse a NUL in words beside everything else that was typed.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        if _has_nul(request.GET):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]  # it cannot be changed any more either
        return get_response(request)

    return answered


def _has_nul(query: QueryDict) -> bool:
    return any("\0" in said for name, values in query.lists() for said in (name, *values))


def _without_nul(query: QueryDict) -> QueryDict:
    left = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in query.lists():
        kept = [value for value in values if "\0" not in value]
        if kept and "\0" not in name:
            left.setlist(name, kept)
    left._mutable = False
    return left
