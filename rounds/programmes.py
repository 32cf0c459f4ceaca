"""What an administrator settles for a whole programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from rounds.models import Programme
from rounds.models.ids import new_token
from rounds.models.programme import LOWEST_FLOOR
from rounds.refusals import Refused

SETTLED: Final = (
    "name",
    "support_card",
    "floor",
    "machine_on",
    "told_back_is_public",
    "incident_link",
    "speak_up_link",
)


@transaction.atomic
def settle(*, programme: Programme, settings: Mapping[str, Any]) -> Programme:
    """Change the programme's settings (those of SETTLED). Rounds already planned keep their own floor.

    Raises Refused for a floor below three.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    for name in SETTLED:
        setattr(locked, name, settings[name])
    if locked.floor < LOWEST_FLOOR:
        raise Refused("Fewer than three people cannot write together without standing out.")
    locked.save(update_fields=SETTLED)
    return locked


@transaction.atomic
def renew_told_back_link(*, programme: Programme) -> None:
    """Give the told-back page a new address; the old one is gone for good."""
    Programme.objects.filter(pk=programme.pk).update(told_back_token=new_token())
