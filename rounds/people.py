"""Who is what in a programme: giving and taking roles of people who already belong to it."""

from __future__ import annotations

from django.db import transaction

from rounds.models import Membership, Programme, Role, User
from rounds.refusals import Refused


@transaction.atomic
def give_role(*, programme: Programme, email: str, role: str) -> User:
    """Give a further role to a member. Raises Refused for somebody who is not one: they are invited instead."""
    _lock(programme)
    member = _member(programme, email)
    Membership.objects.get_or_create(programme=programme, user=member, role=Role(role))
    return member


@transaction.atomic
def take_role(*, programme: Programme, email: str, role: str) -> User:
    """Take a role back; whoever holds none any more is out of the programme, and keeps the account.

    Raises Refused for the last administrator who can still sign in: nobody could let anyone in again.
    """
    _lock(programme)
    member = _member(programme, email)
    if role == Role.ADMINISTRATOR and not _other_administrators(programme, member):
        raise Refused("A programme needs one administrator at least. Give somebody else the role first.")
    Membership.objects.filter(programme=programme, user=member, role=role).delete()
    return member


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
