"""The page that needs no account: what was heard, and what became of it."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from facilitation import told_back
from rounds import access
from rounds.models import Programme


def page(request: HttpRequest, token: str) -> HttpResponse:
    """Open to anyone with the link, or to members only where the programme says so. Sets no cookie."""
    programme = Programme.objects.filter(told_back_token=token).first()
    if programme is None:
        raise Http404
    is_member = bool(access.roles_of(request.user, programme))
    if not programme.told_back_is_public and not is_member:
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.get_full_path())
    context = {"programme": programme, "page": told_back.page(programme, rehearsals=is_member), "is_member": is_member}
    response = render(request, "facilitation/told_back/page.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
