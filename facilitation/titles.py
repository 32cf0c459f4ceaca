"""Who may read a theme’s title: one rule, for forms, lists, searches, files, reports, pages and what is told back.

A title may be a whole sentence somebody wrote. The facilitators read it, for they name the themes. Everybody else reads
it once the round is over and the facilitators have signed the themes off; before that, only where the room has agreed
on an action of it (ADR 26).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from facilitation.models import Action, ActionTheme, State, Theme
from rounds.models import Programme, Role, Stage

NO_NAME: Final = "A thread without a name"  # in place of a title that went with the words, or may not be read


def readable(themes: QuerySet[Theme]) -> QuerySet[Theme]:
    """Those of these themes whose title may be read outside the room."""
    agreed = ActionTheme.objects.exclude(action__state=State.PROPOSED).values("theme")
    return themes.filter(Q(round__signed_off_at__isnull=False) | Q(pk__in=agreed), round__stage=Stage.CLOSED)


def of_threads(programme: Programme) -> dict[int, str]:
    """What each thread over the months is called, by its primary key: a name of its own, or its newest theme's title.

    A thread none of whose titles may be read outside the room is left out, also one with a name of its own.
    """
    themes = readable(Theme.objects.filter(round__programme=programme, round__rehearsal=False, strand__isnull=False))
    named = themes.order_by("round__starts_at", "-position", "-pk")
    found: dict[int, str] = {}
    for thread, name, title in named.values_list("strand__thread", "strand__thread__name", "title"):
        if name or title != NO_NAME or thread not in found:
            found[thread] = name or title
    return found


def open_to(roles: Collection[str], themes: QuerySet[Theme] | None = None) -> QuerySet[Theme]:
    """Those of these themes whose title somebody with these roles in their programme may read; of all without them."""
    found = Theme.objects.all() if themes is None else themes
    return found if Role.FACILITATOR in roles else readable(found)


def for_actions(roles: Collection[str]) -> Prefetch[str, QuerySet[Theme], str]:
    """What to prefetch of actions before somebody with these roles is shown them: they have no other themes then."""
    return Prefetch("themes", queryset=open_to(roles))


def of_action(action: Action, roles: Collection[str]) -> Action:
    """The action, with only those themes that somebody with these roles may read."""
    prefetch_related_objects([action], for_actions(roles))
    return action
