"""The only door to a guarded object, for HTTP and socket alike. "Not yours" looks like "not found"."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from rounds.models import Membership, Programme, Role, Round, User
from rounds.refusals import NotYours

Person = User | AnonymousUser | Any
RUNS_ROUNDS = (Role.FACILITATOR,)
SEES_PROGRAMME = (Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING, Role.ADMINISTRATOR)
RUNS_PROGRAMME = (Role.ADMINISTRATOR,)


def roles_of(person: Person, programme: Programme) -> frozenset[str]:
    """The roles a person holds in a programme; empty for a stranger, a participant or a closed account."""
    if not getattr(person, "is_active", False) or not getattr(person, "pk", None):
        return frozenset()
    return frozenset(Membership.objects.filter(user=person.pk, programme=programme).values_list("role", flat=True))


def programmes_of(person: Person) -> QuerySet[Programme]:
    """The programmes in which a person holds a role, by name; none for a participant or a closed account."""
    if not getattr(person, "is_active", False) or not getattr(person, "pk", None):
        return Programme.objects.none()
    return Programme.objects.filter(memberships__user=person.pk).distinct().order_by("name")


def programme_for(person: Person, public_id: str, *, roles: tuple[Role, ...] = SEES_PROGRAMME) -> Programme:
    """The programme, if the person holds one of `roles` in it. Raises NotYours otherwise."""
    programme = Programme.objects.filter(public_id=public_id).first()
    if programme is None or not roles_of(person, programme) & set(roles):
        raise NotYours
    return programme


def round_for(person: Person, public_id: str, *, roles: tuple[Role, ...] = RUNS_ROUNDS) -> Round:
    """The round, if the person holds one of `roles` in its programme. Raises NotYours otherwise."""
    round = Round.objects.select_related("programme", "current_prompt").filter(public_id=public_id).first()
    if round is None or not roles_of(person, round.programme) & set(roles):
        raise NotYours
    return round
