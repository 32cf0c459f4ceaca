"""What an answer may leave in a browser that anybody may sit at next: outside the pages for accounts, nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

# Said by name, so that a new address leaves nothing until somebody decides otherwise.
FOR_ACCOUNTS: Final = ("/accounts/", "/admin/", "/invitation/", "/programmes/", "/rounds/", "/actions/")


def none_left(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take every cookie off an answer to somebody without an account, errors included, and send no referrer from it.

    A participant may sit at a colleague's browser: the pages of the room must not even touch the cookie that lies
    there, whether it is still good or not. Stands around the sessions, which set and delete cookies on their own.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not is_for_accounts(request):
            response.cookies.clear()
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answered


def is_for_accounts(request: HttpRequest) -> bool:
    """Whether this is a page for people with an account; the home page is one for those who are signed in."""
    if request.path_info == "/":
        user = getattr(request, "user", None)  # a request that is refused early has none
        return user is not None and user.is_authenticated
    return request.path_info.startswith(FOR_ACCOUNTS)
