"""An action in the order a person can bear to fill in: one part at a time, each with a few fields.

Pure. Forms, the action's page and its history all take their words from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Part:
    """code: in the address. title: of the part's page. why: one line under it. fields: names on the Action."""

    code: str
    title: str
    why: str
    fields: tuple[str, ...]


def _part(code: str, title: str, why: str, fields: str) -> Part:
    return Part(code, title, why, tuple(fields.split()))


PARTS: Final = (
    _part(
        "what",
        "The sentence and a first small step",
        "What we will do, and a step small enough to begin with.",
        "statement first_step",
    ),
    _part(
        "where",
        "What it removes, and where",
        "The themes it came from, what stands in the way, and where the change happens.",
        "themes barriers level",
    ),
    _part(
        "responsibility",
        "Responsibility: who holds it",
        "Where, and with whom, the focus sits. A role or a group; never a person, and never simply “staff”.",
        "holder holder_level",
    ),
    _part(
        "voice",
        "Patients and families",
        "Whether they have a voice in it, and what it does to the person being cared for.",
        "patient_voice patient_voice_why for_the_person",
    ),
    _part(
        "accountability",
        "Accountability: how we learn",
        "From whom we learn, how, and whom we tell. This is about learning, not about blame.",
        "learn_from learn_by learn_tell learn_on",
    ),
    _part(
        "kind",
        "What kind of change it is",
        "None of these is a mark. They help to see what a change leans on.",
        "domain strength_kind table_1",
    ),
    _part(
        "easier",
        "One question",
        "Training, policies and reminders hold up best where the way things are set up helps too. "
        "You can leave this empty.",
        "easier",
    ),
    _part("ready", "Is it ready?", "Five questions. A “no” is worth knowing; it stops nothing.", "readiness"),
    _part("again", "When we look at it again", "On that day it comes back to whoever holds it.", "review_on"),
)
WAY_THROUGH: Final = tuple(part for part in PARTS if part.code != "easier")  # asked once, by itself, when it applies


LABELS: Final = {
    "statement": "We will …",
    "first_step": "A first small step",
    "themes": "The themes it came from",
    "barriers": "What stands in the way",
    "level": "Where the change happens",
    "holder": "Who holds it: a role or a group",
    "holder_level": "How far their say reaches",
    "sponsor": "Sponsor",
    "patient_voice": "Do patients and families have a voice in it?",
    "patient_voice_why": "Not yet, because …",
    "for_the_person": "What it does to the person being cared for",
    "learn_from": "We will learn from",
    "learn_by": "by",
    "learn_tell": "and tell",
    "learn_on": "on",
    "domain": "What it changes",
    "strength_kind": "What kind of change",
    "table_1": "Which of these it serves, if any",
    "easier": "What would make the right thing easier to do than not to do?",
    "readiness": "The five questions",
    "review_on": "We look at it again on",
}
_IN_HISTORY: Final = {
    "statement": "the sentence",
    "patient_voice": "the voice of patients and families",
    "patient_voice_why": "why patients and families have no voice yet",
    "learn_from": "from whom we learn",
    "learn_by": "how we learn",
    "learn_tell": "whom we tell",
    "learn_on": "when we tell them",
    "easier": "what would make it easier",
    "readiness": "whether it is ready",
    "review_on": "when we look at it again",
}


def part(code: str) -> Part | None:
    """The part of this code, or None."""
    return next((one for one in PARTS if one.code == code), None)


def after(code: str) -> Part | None:
    """The part that follows on the way through; None after the last one."""
    codes = [one.code for one in WAY_THROUGH]
    code = "kind" if code == "easier" else code
    return WAY_THROUGH[codes.index(code) + 1] if code in codes[:-1] else None


def in_history(field: str) -> str:
    """A field as the history names it: "changed the sentence, who holds it"."""
    said = _IN_HISTORY.get(field) or LABELS[field]
    return said[0].lower() + said[1:].removesuffix("?")
