"""Views of the actions that somebody keeps under a name: kept, shared with the clinical leads, let go."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from facilitation.models import SavedView
from rounds.models import Programme, User
from rounds.refusals import Refused

AT_MOST: Final = 30  # of one person in one programme


@transaction.atomic
def keep(*, programme: Programme, by: User, name: str, address: str, shared: bool = False) -> SavedView:
    """Keep a view under a name; the same name again is the same view, as it is now.

    address: the page's query string, as a FilterForm wrote it. Raises Refused without a name, and past AT_MOST.
    """
    if not name.strip():
        raise Refused("What do you call it?")
    own = SavedView.objects.filter(programme=programme, owner=by)
    if not own.filter(name=name).exists() and own.count() >= AT_MOST:
        raise Refused(f"{AT_MOST} views are kept already. Please remove one first.")
    kept, _ = SavedView.objects.update_or_create(
        programme=programme, owner=by, name=name, defaults={"address": address, "shared": shared}
    )
    return kept


@transaction.atomic
def share(*, view: SavedView, shared: bool) -> None:
    """Let the programme's clinical leads have it too, or nobody but its owner again."""
    SavedView.objects.filter(pk=view.pk).update(shared=shared)


@transaction.atomic
def remove(*, view: SavedView) -> None:
    """Let it go. No action changes; whoever it was shared with has it no more."""
    view.delete()
