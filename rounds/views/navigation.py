"""The navigation of the desk: what a person's roles let them see of a programme, and which programmes are theirs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from rounds.access import RUNS_PROGRAMME, programmes_of
from rounds.models import Programme, Role

READS: Final = (Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING)
PLACES: Final[tuple[tuple[str, str, tuple[Role, ...]], ...]] = (
    ("programme", "Rounds", (*READS, Role.ADMINISTRATOR)),
    ("actions", "Actions", READS),
    ("trends", "Over the months", READS),
    ("people", "People", RUNS_PROGRAMME),
    ("programme-settings", "Settings", RUNS_PROGRAMME),
)


def own_programmes(request: HttpRequest) -> dict[str, Any]:
    """For the head of the desk's pages, which asks for them; what does not show them pays nothing."""
    return {"own_programmes": SimpleLazyObject(lambda: list(programmes_of(request.user)))}


def staff_nav(programme: Programme, roles: Collection[str], *, here: str = "") -> list[dict[str, Any]]:
    """Label, address and whether it is the page one is on; a place nobody has built yet is left out."""
    return [
        {"label": label, "url": address, "current": name == here}
        for name, label, who in PLACES
        if set(who) & set(roles) and (address := _address(name, programme))
    ]


def _address(name: str, programme: Programme) -> str:
    try:
        return reverse(name, args=[programme.public_id])
    except NoReverseMatch:
        return ""
