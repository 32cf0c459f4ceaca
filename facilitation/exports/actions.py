"""The list of actions as a table: what its pages show to whoever may read them, a column for each thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django.utils import timezone

from facilitation import taxonomies
from facilitation.exports.spreadsheet import Cell
from facilitation.models import Action

_BARRIERS: Final = {barrier.code: barrier for barrier in taxonomies.BARRIERS}
_STANDARDS: Final = taxonomies.labels(taxonomies.HSE_STANDARDS)
_ELEMENTS: Final = taxonomies.labels(taxonomies.SEIPS_ELEMENTS)
_KINDS: Final = taxonomies.labels(taxonomies.CHANGE_KINDS)
_TABLE_1: Final = taxonomies.labels(taxonomies.TABLE_1)


def header() -> list[str]:
    return list(_COLUMNS)


def rows(actions: Iterable[Action]) -> list[list[Cell]]:
    """A row for each, in their order. Give them with `round` and `themes` fetched."""
    return [[say(action) for say in _COLUMNS.values()] for action in actions]


def _barriers(action: Action) -> str:
    return _listed(_BARRIERS[code].label for code in action.barriers if code in _BARRIERS)


def _standards(action: Action) -> str:
    found = {standard for code in action.barriers if code in _BARRIERS for standard in _BARRIERS[code].hse}
    return _listed(label for code, label in _STANDARDS.items() if code in found)


def _elements(action: Action) -> str:
    found = {element for code in action.barriers if code in _BARRIERS for element in _BARRIERS[code].seips}
    return _listed(label for code, label in _ELEMENTS.items() if code in found)


def _readiness(action: Action) -> str:
    asked = [question for question in taxonomies.READINESS if question.code in action.readiness]
    return "\n".join(f"{one.label} {'Yes' if action.readiness[one.code] else 'No'}." for one in asked)


def _listed(labels: Iterable[str]) -> str:
    return "; ".join(labels)


_COLUMNS: Final[dict[str, Callable[[Action], Cell]]] = {
    "Action": str,
    "Where it stands": lambda action: action.get_state_display(),
    "When we look at it again": lambda action: action.review_on,
    "Past its day": lambda action: "yes" if action.is_overdue else "",
    "Round of": lambda action: timezone.localdate(action.round.starts_at),
    "Rehearsal": lambda action: "yes" if action.round.rehearsal else "",
    "Themes it came from": lambda action: _listed(theme.title for theme in action.themes.all()),
    "What stands in the way": _barriers,
    "HSE Management Standards": _standards,
    "SEIPS elements": _elements,
    "Where the change happens": lambda action: action.get_level_display(),
    "What it changes": lambda action: action.get_domain_display(),
    "A first small step": lambda action: action.first_step,
    "Who holds it": lambda action: action.holder,
    "How far their say reaches": lambda action: action.get_holder_level_display(),
    "Sponsor": lambda action: action.sponsor,
    "Patients and families have a voice": lambda action: action.get_patient_voice_display().removesuffix(", because …"),
    "Not yet, because": lambda action: action.patient_voice_why,
    "What it does to the person being cared for": lambda action: action.for_the_person,
    "We will learn from": lambda action: action.learn_from,
    "By": lambda action: action.learn_by,
    "And tell": lambda action: action.learn_tell,
    "On": lambda action: action.learn_on,
    "What kind of change": lambda action: _KINDS.get(action.strength_kind, ""),
    "What a change of this kind does": lambda action: action.get_strength_display(),
    "What would make the right thing easier": lambda action: action.easier,
    "Which of the six it serves": lambda action: _listed(_TABLE_1[code] for code in action.table_1 if code in _TABLE_1),
    "Is it ready?": _readiness,
    "Told back": lambda action: action.told_back,
    "Told back on": lambda action: timezone.localdate(action.told_back_at) if action.told_back_at else None,
}
