"""Invitations: one e-mail address, one role, one use, fourteen days."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from rounds import staff_acts
from rounds.models import Invitation, Membership, Programme, Role, User
from rounds.models.ids import new_token
from rounds.people import NOT_ONESELF
from rounds.refusals import Refused

LASTS: Final = timedelta(days=14)
NOT_SENT: Final = "The invitation stands, but the mail could not be sent just now. Please send it again a little later."
NO_LONGER: Final = "This invitation no longer works. It may have been used, taken back, or be older than 14 days."


def invite(*, programme: Programme, email: str, role: str, by: User) -> Invitation:
    """Invite an address into a role and mail the link. An open invitation to the same is replaced by this one.

    Raises Refused when the person has the role already, for one's own address, and when the mail cannot be sent (the
    invitation stays).
    """
    address = email.strip().lower()
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        if Membership.objects.filter(programme=programme, user__email=address, role=role).exists():
            raise Refused("That person has this role already.")
        if address == by.email.lower():
            raise Refused(NOT_ONESELF)
        Invitation.objects.filter(programme=programme, email=address, role=role, accepted_at=None).delete()
        made = Invitation.objects.create(
            programme=programme,
            email=address,
            role=Role(role),
            invited_by=by,
            expires_at=timezone.now() + LASTS,
        )
        _note(made, by, "invited")
    _mail(made)
    return made


def resend(*, programme: Programme, email: str, role: str, by: User) -> Invitation:
    """Mail a fresh link for fourteen more days; the earlier link stops working."""
    with transaction.atomic():
        invitation = _waiting(programme, email, role)
        invitation.token = new_token()
        invitation.expires_at = timezone.now() + LASTS
        invitation.invited_by = by
        invitation.save(update_fields=["token", "expires_at", "invited_by"])
        _note(invitation, by, "sent an invitation again")
    _mail(invitation)
    return invitation


@transaction.atomic
def revoke(*, programme: Programme, email: str, role: str, by: User) -> None:
    """Take an invitation back; its link stops working at once."""
    invitation = _waiting(programme, email, role)
    _note(invitation, by, "took an invitation back")
    invitation.delete()


@transaction.atomic
def accept(*, token: str, by: User) -> Programme:
    """Use an invitation: the role is added to the account of the address it was sent to, once.

    Raises Refused when it is used, taken back or too old, and for any other account than the invited one.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("programme").filter(token=token).first()
    )
    if invitation is None or not invitation.is_open:
        raise Refused(NO_LONGER)
    if by.email.lower() != invitation.email.lower() or not by.is_active:
        raise Refused(f"This invitation was sent to {invitation.email}. Please sign in with that address.")
    Membership.objects.get_or_create(programme=invitation.programme, user=by, role=invitation.role)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _note(invitation, by, "accepted an invitation")
    return invitation.programme


def open_for(token: str) -> Invitation | None:
    """The open invitation behind a link, or None: used, taken back, too old and never made look the same."""
    found = Invitation.objects.select_related("programme", "invited_by").filter(token=token).first()
    return found if found is not None and found.is_open else None


def _waiting(programme: Programme, email: str, role: str) -> Invitation:
    """The invitation that has not been used, expired or not. Call inside a transaction."""
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("programme")
        .filter(programme=programme, email=email.strip().lower(), role=role, accepted_at=None)
        .order_by("-expires_at")
        .first()
    )
    if found is None:
        raise Refused("That invitation is not waiting any more.")
    return found


def _note(invitation: Invitation, by: User, what: str) -> None:
    words = f"{what}: {Role(invitation.role).label}, {invitation.email}"
    staff_acts.note_in_programme(programme=invitation.programme, who=by, what=words)


def _mail(invitation: Invitation) -> None:
    context = {
        "invitation": invitation,
        "link": f"{settings.SITE_URL}{reverse('invitation', args=[invitation.token])}",
        "days": LASTS.days,
    }
    try:
        # After the commit: a slow mail server must not hold the database while a room is writing.
        send_mail(
            subject=" ".join(f"You are invited to {invitation.programme}".split()),
            message=render_to_string("rounds/desk/invitation_mail.txt", context),
            from_email=None,
            recipient_list=[invitation.email],
        )
    except OSError as error:  # what smtplib raises is one too
        raise Refused(NOT_SENT) from error
