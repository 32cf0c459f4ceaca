"""An action's fields as its page shows them: part by part, each with what was said and what was not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format

from facilitation import taxonomies
from facilitation.action_parts import LABELS, PARTS, Part
from facilitation.models import Action

_BARRIERS: Final = taxonomies.labels(taxonomies.BARRIERS)
_TABLE_1: Final = taxonomies.labels(taxonomies.TABLE_1)
_KINDS: Final = taxonomies.labels(taxonomies.CHANGE_KINDS)


@dataclass(frozen=True)
class Fact:
    """One field. lines: what was said of it, a line each; none when nothing was said."""

    label: str
    lines: list[str]


@dataclass(frozen=True)
class FactsOf:
    """One part of the page."""

    part: Part
    facts: list[Fact]

    @property
    def is_empty(self) -> bool:
        return not any(fact.lines for fact in self.facts)

    @property
    def empty(self) -> str:
        """What stands there where nothing does; the sentence itself is always said."""
        said = {"what": "No first small step yet.", "easier": f"{LABELS['easier']} Not said yet."}
        return said.get(self.part.code, "Not said yet.")


def barrier_labels(action: Action) -> list[str]:
    return [_BARRIERS[code] for code in action.barriers if code in _BARRIERS]


def facts(action: Action) -> list[FactsOf]:
    """The parts of the page after the sentence itself. The strength question is there once it was asked."""
    shown = [part for part in PARTS if part.code != "easier" or action.easier_asked or action.easier]
    return [FactsOf(part, [_fact(action, name) for name in _fields(action, part)]) for part in shown]


def now_it_says(action: Action, part: Part) -> list[Fact]:
    """What stands in a part now, for somebody whose own words did not get in."""
    return [_fact(action, name) for name in part.fields]


def _fields(action: Action, part: Part) -> list[str]:
    if part.code == "what":
        return ["first_step"]  # the sentence is the page's heading
    if part.code == "voice" and action.patient_voice != "not_yet":
        return ["patient_voice", "for_the_person"]
    return [*part.fields, *(["sponsor"] if part.code == "responsibility" and action.sponsor else [])]


def _fact(action: Action, name: str) -> Fact:
    say = _SAID.get(name)
    value = getattr(action, name)
    return Fact(LABELS[name], say(action) if say else [_plain(value)] if value else [])


def _plain(value: Any) -> str:
    return date_format(value, "j F Y") if isinstance(value, date) else str(value)


def _one(display: str) -> list[str]:
    return [display] if display else []


def _readiness(action: Action) -> list[str]:
    said: Mapping[str, bool] = action.readiness
    return [f"{q.label} {'Yes' if said[q.code] else 'No'}." for q in taxonomies.READINESS if q.code in said]


def _kind(action: Action) -> list[str]:
    kind = _KINDS.get(action.strength_kind, "")
    return [kind, f"It {_lower(action.get_strength_display())}."] if kind else _one(action.get_strength_display())


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


_SAID: Final[dict[str, Callable[[Action], list[str]]]] = {
    "themes": lambda action: [theme.title for theme in action.themes.all()],
    "barriers": barrier_labels,
    "level": lambda action: _one(action.get_level_display()),
    "holder_level": lambda action: _one(action.get_holder_level_display()),
    "patient_voice": lambda action: _one(action.get_patient_voice_display().removesuffix(", because …")),
    "domain": lambda action: _one(action.get_domain_display()),
    "table_1": lambda action: [_TABLE_1[code] for code in action.table_1 if code in _TABLE_1],
    "strength_kind": _kind,
    "readiness": _readiness,
}
