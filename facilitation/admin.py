"""What the site administration sees of actions: where they stand, and no word anybody wrote."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from facilitation.models import Action
from rounds.admin import site


@admin.register(Action, site=site)
class ActionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To be looked at only: actions are made, moved and ended on their own pages, with a history."""

    list_display = ("public_id", "programme", "state", "level", "review_on")
    list_display_links = None
    list_filter = ("programme", "state", "level")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)  # a page of its own would have the sentence on top

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
