"""The lists people choose from when they turn a theme into an action.

Every list is a tuple of frozen items in the order a screen offers them. `code` is what
is stored and never changes; `label` is what a person reads and may be reworded.

Pure: imports nothing of Django.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol


class Choice(Protocol):
    """Anything that can be offered in a list."""

    @property
    def code(self) -> str:
        """What is stored."""

    @property
    def label(self) -> str:
        """What is read."""


class Item(NamedTuple):
    """A plain choice, which unpacks as (code, label)."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Barrier:
    """Something in how work is set up that gets in the way of compassion.

    `hse` holds codes of `HSE_STANDARDS`, `seips` codes of `SEIPS_ELEMENTS`: never shown
    while choosing, used in exports that speak to a health-and-safety or quality team.
    """

    code: str
    label: str
    hse: tuple[str, ...]
    seips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table1Action:
    """One of the six actions that sustain compassionate care (founding paper, Table 1)."""

    code: str
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class ChangeKind:
    """An example of a change; `strength` is the code of the group it stands in."""

    code: str
    label: str
    strength: str


@dataclass(frozen=True, slots=True)
class Strength:
    """How much a change holds up when people are tired and busy."""

    code: str
    label: str
    kinds: tuple[ChangeKind, ...]


@dataclass(frozen=True, slots=True)
class ReadinessQuestion:
    """A yes-or-no question about an action; `label` is the question itself."""

    code: str
    label: str


# HSE Management Standards for work-related stress.
HSE_STANDARDS: Final = (
    Item("demands", "Demands"),
    Item("control", "Control"),
    Item("support", "Support"),
    Item("relationships", "Relationships"),
    Item("role", "Role"),
    Item("change", "Change"),
)

# SEIPS 2.0 work system (Holden and others 2013; Holden and Carayon 2021).
SEIPS_ELEMENTS: Final = (
    Item("people", "People"),
    Item("tasks", "Tasks"),
    Item("tools", "Tools and technology"),
    Item("organisation", "Organisation"),
    Item("internal_environment", "Internal environment"),
    Item("external_environment", "External environment"),
)


def _barrier(code: str, label: str, hse: str, seips: str) -> Barrier:
    return Barrier(code, label, tuple(hse.split()), tuple(seips.split()))


BARRIERS: Final = (
    _barrier("targets_first", "The number came first", "demands", "organisation"),
    _barrier(
        "too_few_people_too_little_time",
        "Too few people, too little time",
        "demands",
        "organisation",
    ),
    _barrier(
        "space_and_kit",
        "The place or the kit was wrong",
        "demands",
        "internal_environment tools",
    ),
    _barrier("interruptions", "Pulled away, again", "demands", "tasks"),
    _barrier("paperwork", "The form got the time", "demands", "tasks tools"),
    _barrier("loss_of_autonomy", "I could not practise as I judged best", "control", "organisation"),
    _barrier("moral_distress", "I knew what was right and could not do it", "control", "people"),
    _barrier("exhaustion", "Nothing left", "demands", "people"),
    _barrier("distance", "I stopped feeling it", "support", "people"),
    _barrier("anxiety_uncertainty", "Not knowing; being out of my depth", "support", "tasks"),
    _barrier("fear_of_blame", "Fear of blame or complaint", "relationships", "organisation"),
    _barrier("hard_encounter", "It was hard to be kind to this person", "relationships", "people"),
    _barrier("unheard", "Said it and nothing happened", "control relationships", "organisation"),
    _barrier(
        "between_teams",
        "It fell between teams or services",
        "role relationships",
        "organisation",
    ),
    _barrier(
        "unsafe_here",
        "I was not safe (violence, discrimination)",
        "relationships",
        "internal_environment",
    ),
    _barrier(
        "language_and_access",
        "We could not properly understand each other",
        "demands",
        "tools organisation",
    ),
    _barrier(
        "taught_not_to",
        "What training taught us not to say or see",
        "role support",
        "organisation",
    ),
    _barrier("no_care_after", "No one came to us afterwards", "support", "organisation"),
    _barrier("rules_from_outside", "A rule made somewhere else", "change", "external_environment"),
)

# What several people choose of these comes to the facilitators, and to the room only once they have written it down.
FACILITATORS_FIRST: Final = frozenset({"unsafe_here"})

LEVELS: Final = (
    Item("individual", "Each of us"),
    Item("team", "The team"),
    Item("organisation", "The organisation"),
    Item("wider_system", "Beyond the organisation"),
)

DOMAINS: Final = (
    Item("care_delivery", "How care is given"),
    Item("education", "How people are taught"),
    Item("both", "Both"),
)

TABLE_1: Final = (
    Table1Action(
        "awareness",
        "Awareness",
        "Noticing our own emotions, thoughts and reactions, and what the organisation "
        "and the way we were taught do to them.",
    ),
    Table1Action(
        "self_care",
        "Self-care",
        "Looking after emotional as well as physical needs, and finding support: "
        "mentoring, supervision, talking with peers, time to reflect.",
    ),
    Table1Action(
        "attentive_listening",
        "Attentive listening",
        "Putting the needs of patients and families first, listening beneath the surface, "
        "and staying open to seeing things differently.",
    ),
    Table1Action(
        "collaboration",
        "Collaboration",
        "Working with colleagues, patients and families to change the systems of education "
        "and care that stand in the way of compassion.",
    ),
    Table1Action(
        "support_for_colleagues",
        "Support for colleagues",
        "Noticing when students, trainees and colleagues are under pressure, acknowledging "
        "it and, where possible and appropriate, offering support.",
    ),
    Table1Action(
        "commitment",
        "Commitment",
        "Holding to the values of the profession, and acting and speaking up for compassion "
        "despite what stands in its way.",
    ),
)


def _strength(code: str, label: str, **kinds: str) -> Strength:
    return Strength(code, label, tuple(ChangeKind(kind, words, code) for kind, words in kinds.items()))


# The action hierarchy of the VA National Center for Patient Safety, as published by the
# US Agency for Healthcare Research and Quality (CANDOR toolkit), in British English.
STRENGTHS: Final = (
    _strength(
        "stronger",
        "Changes the surroundings",
        building="Change the building or the room",
        tested_device="New equipment, tried out by the people who will use it",
        forcing_function="Make the wrong step impossible",
        simplify="Simplify the work and take out steps",
        standardise="One agreed way: equipment, process or pathway",
        leadership="Leaders take part in person",
    ),
    _strength(
        "intermediate",
        "Makes the right thing easier",
        staffing="More people, or less to do",
        software="Improve the software",
        fewer_distractions="Fewer interruptions and distractions",
        checklist="A checklist or an aid to memory",
        look_alikes="Take away things that look or sound alike",
        read_back="Reading back what was said",
        better_records="Better records and handover",
        redundancy="A second person or a spare, built in",
    ),
    _strength(
        "weaker",
        "Asks people to remember",
        double_check="Checking twice",
        warnings="Warnings and labels",
        policy="A new policy, procedure or memo",
        training="Training",
        more_study="Further study",
    ),
)

CHANGE_KINDS: Final = tuple(kind for strength in STRENGTHS for kind in strength.kinds)

# After the Patient Feedback Response Framework (Sheard and others 2017), in our words.
READINESS: Final = (
    ReadinessQuestion("worth_it", "Do the people who would have to act believe this is worth doing?"),
    ReadinessQuestion("autonomy", "Are they free to decide it themselves?"),
    ReadinessQuestion("ownership", "Does somebody see it as theirs to do?"),
    ReadinessQuestion("resource", "Do they have the time, people and money it takes?"),
    ReadinessQuestion("help_elsewhere", "Does it need another department, or somebody senior?"),
)


def choices(items: Iterable[Choice]) -> list[tuple[str, str]]:
    """Return (code, label) of each item, in order, as a form field takes them."""
    return [(item.code, item.label) for item in items]


def labels(items: Iterable[Choice]) -> dict[str, str]:
    """Return the label of each code."""
    return dict(choices(items))


def change_kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds of change under the label of their strength, as a grouped field."""
    return [(strength.label, choices(strength.kinds)) for strength in STRENGTHS]


def strength_of(kind: str) -> str:
    """Return "stronger", "intermediate" or "weaker" for the code of a kind of change.

    KeyError when there is no such kind.
    """
    return {item.code: item.strength for item in CHANGE_KINDS}[kind]
