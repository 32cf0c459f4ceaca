"""The staff groups of the head-count at the end of a round.

Used for the head-count alone: a staff group is never stored with, or shown beside, a
reaction. The groups follow those of the NHS Electronic Staff Record, in plainer words;
students and volunteers are added because they sit in the room too.

Pure: imports nothing of Django.
"""

from typing import Final, NamedTuple


class StaffGroup(NamedTuple):
    """A line of the head-count: `code` is stored, `label` is shown."""

    code: str
    label: str


STAFF_GROUPS: Final[tuple[StaffGroup, ...]] = (
    StaffGroup("nursing_midwifery", "Nurses and midwives"),
    StaffGroup("medical_dental", "Doctors and dentists"),
    StaffGroup("allied_health", "Therapists, paramedics and other allied health professions"),
    StaffGroup("clinical_support", "Healthcare assistants and other clinical support"),
    StaffGroup("scientific_technical", "Pharmacy, psychology and other clinical professions"),
    StaffGroup("healthcare_science", "Healthcare scientists"),
    StaffGroup("admin_clerical", "Administration and management"),
    StaffGroup("estates_ancillary", "Porters, cleaners, catering and estates"),
    StaffGroup("students", "Students"),
    StaffGroup("volunteers_other", "Volunteers, chaplaincy and everybody else"),
)

_LABELS: Final = {group.code: group.label for group in STAFF_GROUPS}


def label(code: str) -> str:
    """Return the plain name of a staff group; KeyError when there is none."""
    return _LABELS[code]


def choices() -> list[tuple[str, str]]:
    """Return (code, label) of every staff group, in the order they are shown."""
    return list(_LABELS.items())
