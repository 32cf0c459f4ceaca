"""The page behind an invitation's link. Looking at it uses nothing up: mail programs look at links too."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from rounds import invitations
from rounds.models import Invitation, User
from rounds.refusals import Refused


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.open_for(token)
    if found is None:
        return render(request, "rounds/desk/invitation_closed.html", {"words": invitations.NO_LONGER}, status=404)
    if request.method != "POST":
        return render(request, "rounds/desk/invitation.html", _standing(request, found))
    if isinstance(request.user, User):
        return _accept(request, found, request.user)
    # config/sign_in.py opens the sign-up for exactly this address while the invitation stands.
    request.session["invitation"] = found.token
    return redirect("account_signup")


def _accept(request: HttpRequest, found: Invitation, by: User) -> HttpResponse:
    try:
        programme = invitations.accept(token=found.token, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("invitation", found.token)
    messages.success(request, f"Welcome to {programme}.")
    return redirect("programme", programme.public_id)


def _standing(request: HttpRequest, found: Invitation) -> dict[str, object]:
    """Who looks at the invitation: its owner, somebody else, or nobody we know yet."""
    account = User.objects.filter(email__iexact=found.email).first()
    here = request.user.email.lower() == found.email.lower() if isinstance(request.user, User) else False
    return {
        "invitation": found,
        "is_theirs": here,
        "is_somebody_else": request.user.is_authenticated and not here,
        "has_account": account is not None,
        "is_closed_account": account is not None and not account.is_active,
        "sign_in": f"{reverse('account_login')}?next={reverse('invitation', args=[found.token])}",
    }
