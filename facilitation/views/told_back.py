"""The page that needs no account: what was heard, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from facilitation import told_back
from rounds import access
from rounds.models import Programme
from rounds.views.navigation import staff_nav


def page(request: HttpRequest, token: str) -> HttpResponse:
    """Open to anyone with the link, or to members only where the programme says so. Sets no cookie.

    token: the link's, which nobody can guess, or the plain name a programme has chosen.
    """
    programme = Programme.objects.filter(Q(told_back_token=token) | Q(told_back_name=token)).first()
    if programme is None:
        raise Http404
    roles = access.roles_of(request.user, programme)
    is_member = bool(roles)
    if not programme.told_back_is_public and not is_member:
        if request.user.is_authenticated or token != programme.told_back_token:
            raise Http404  # a plain name can be guessed: it answers a stranger as one that nobody has
        return redirect_to_login(request.get_full_path())
    context = {
        "programme": programme,
        "staff_nav": staff_nav(programme, roles),
        **_shown(request, programme, is_member),
    }
    response = render(request, "facilitation/told_back/page.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _shown(request: HttpRequest, programme: Programme, rehearsals: bool) -> dict[str, Any]:  # noqa: FBT001
    """The first of everything, or page by page all of the one pile the address names."""
    asked, number = request.GET.get("show", ""), request.GET.get("page", "1")
    if asked == told_back.HEARD:
        rounds = told_back.rounds_heard(programme, rehearsals=rehearsals)
        pages = Paginator(rounds, told_back.A_PAGE).get_page(number)
        return {"show": asked, "pages": pages, "heard": told_back.heard(list(pages))}
    if asked in told_back.PILES:
        actions = told_back.pile(programme, asked, rehearsals=rehearsals)
        return {"show": asked, "pages": Paginator(actions, told_back.A_PAGE).get_page(number)}
    return {"show": "", "page": told_back.page(programme, rehearsals=rehearsals)}
