"""The list an action was opened from: its address goes along from page to page, so that “Actions” leads back there."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

LONGEST: Final = 5000  # letters as written out in an address; a list with a hundred ticks has fewer


def to_list(request: HttpRequest) -> str:
    """The query string of the list this page was opened from; empty where there was none, or none of ours.

    It is only ever put behind the address of a list of ours, which reads what it knows and leaves the rest.
    """
    asked = request.GET.get("back", "")
    try:
        found = QueryDict(asked).urlencode() if len(asked) <= LONGEST else ""
    except TooManyFieldsSent:
        return ""  # a page is not refused for the way back from it
    return found if len(found) <= LONGEST else ""


def along(address: str) -> str:
    """What a link to an action ends with, so that it knows the way back to this list."""
    return f"?{urlencode({'back': address})}" if address else ""


def onward(request: HttpRequest, name: str, *args: str) -> HttpResponse:
    """To another page of the action, the way back still known."""
    return redirect(reverse(name, args=args) + along(to_list(request)))
