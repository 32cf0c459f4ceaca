"""Who is what in a programme: giving and taking roles of people who already belong to it."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from rounds import staff_acts
from rounds.models import Membership, Programme, Role, User
from rounds.refusals import Refused

NOT_ONESELF: Final = "Ask another administrator to give you this role."


@transaction.atomic
def give_role(*, programme: Programme, email: str, role: str, by: User) -> User:
    """Give a further role to a member.

    Raises Refused for somebody who is not one (they are invited instead), and for oneself: whoever looks after
    people would otherwise read what was written in a room by a press of their own.
    """
    _lock(programme)
    member = _member(programme, email)
    if member == by:
        raise Refused(NOT_ONESELF)
    _, new = Membership.objects.get_or_create(programme=programme, user=member, role=Role(role))
    if new:
        _note(programme, by, f"gave a role: {Role(role).label}, {member}")
    return member


@transaction.atomic
def take_role(*, programme: Programme, email: str, role: str, by: User) -> User:
    """Take a role back; whoever holds none any more is out of the programme, and keeps the account.

    Raises Refused for the last administrator who can still sign in: nobody could let anyone in again.
    """
    _lock(programme)
    member = _member(programme, email)
    if role == Role.ADMINISTRATOR and not _other_administrators(programme, member):
        raise Refused("A programme needs one administrator at least. Give somebody else the role first.")
    gone, _ = Membership.objects.filter(programme=programme, user=member, role=role).delete()
    if gone:
        _note(programme, by, f"took a role back: {Role(role).label}, {member}")
    return member


def _note(programme: Programme, by: User, what: str) -> None:
    staff_acts.note_in_programme(programme=programme, who=by, what=what)


def _lock(programme: Programme) -> None:
    # Two administrators taking each other's role at the same moment would leave none.
    Programme.objects.select_for_update().get(pk=programme.pk)


def _member(programme: Programme, email: str) -> User:
    found = User.objects.filter(memberships__programme=programme, email=email.strip().lower()).first()
    if found is None:
        raise Refused("That person is not in this programme any more.")
    return found


def _other_administrators(programme: Programme, member: User) -> bool:
    administrators = Membership.objects.filter(programme=programme, role=Role.ADMINISTRATOR, user__is_active=True)
    return administrators.exclude(user=member).exists()
