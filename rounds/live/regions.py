"""Regions: the named parts of the live screens, and the registry that puts them there.

A region is a function of a round to a template's context. The page, the snapshot and the update all use
the same fragment, so a live screen can never differ from a reloaded one. `facilitation` adds its regions
here from its `ready()`; nothing here imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.template.loader import render_to_string

from rounds.models import Round, Stage

Audience = Literal["room", "wall", "console"]
AUDIENCES: tuple[Audience, ...] = ("room", "wall", "console")
EVERY_STAGE = frozenset(Stage)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What every region has.

    name: unique within its audience; the page holds it in `<div id="region-NAME" data-region="NAME">`.
    topics: what it depends on; it is rendered again when one of them was announced. "stage" is always one.
    stages: where it has something to show; elsewhere it is empty and the page hides it.
    slot: which part of the audience's page it stands in (room, wall: "main"; console: "bar", "main", "side").
    template: the fragment. Nothing in it may depend on who looks: identical bytes are an anonymity rule.
    """

    name: str
    audience: Audience
    template: str
    topics: frozenset[str] = frozenset()
    stages: frozenset[Stage] = EVERY_STAGE
    slot: str = "main"
    order: int = 50

    def depends_on(self, topics: Iterable[str]) -> bool:
        return any(topic == "stage" or topic in self.topics for topic in topics)


@dataclass(frozen=True, kw_only=True)
class Region(Placed):
    """A part of a screen that is replaced as a whole (and morphed, so that focus stays).

    context: round to template context; the template also gets `round`.
    """

    context: Callable[[Round], dict[str, Any]]

    def html(self, round: Round) -> str:
        if round.stage not in self.stages:
            return ""
        return render_to_string(self.template, {"round": round, **self.context(round)}).strip()


@dataclass(frozen=True, kw_only=True)
class ListRegion(Placed):
    """A long list whose rows travel one by one: released reactions, above all.

    rows: round to (key, row); `key` is the row's random id, `row` a hashable value that holds everything its
    template shows, so that an unchanged row is never rendered twice. Screens keep rows sorted by key:
    the order is random, the same everywhere, and says nothing.
    template: one row, given `row` and `key`; its root element is `<li data-key="{{ key }}">`.
    label: the list's accessible name.
    """

    rows: Callable[[Round], Iterable[tuple[str, Hashable]]]
    label: str = ""

    def current(self, round: Round) -> dict[str, Hashable]:
        """The rows to show now, by key, in key order."""
        if round.stage not in self.stages:
            return {}
        return dict(sorted(self.rows(round), key=lambda pair: pair[0]))

    def row_html(self, key: str, row: Hashable) -> str:
        return render_to_string(self.template, {"key": key, "row": row}).strip()


AnyRegion = Region | ListRegion
_registered: dict[tuple[str, str], AnyRegion] = {}


def register(region: AnyRegion) -> None:
    """Put a region on its audience's screens. Two regions of one name would overwrite each other: refused."""
    place = (region.audience, region.name)
    if place in _registered and _registered[place] != region:
        raise ValueError(f"two regions are called {place}")
    _registered[place] = region


def of(audience: Audience) -> list[AnyRegion]:
    """The audience's regions, in the order they stand on its page."""
    return sorted((r for r in _registered.values() if r.audience == audience), key=lambda r: (r.order, r.name))
