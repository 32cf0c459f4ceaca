"""What the demonstration programme has been through: one closed round and what came of it. All invented. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

SUPPORT_CARD: Final = """You do not have to carry it alone.
Your supervisor, or the person on call for your team.
Occupational health: extension 4455, weekdays. You can refer yourself.
The chaplains see anyone, of any faith and none: extension 4460, day and night.
Your union representative, or a listening line of your own choosing."""

PLACE: Final = "Seminar room, third floor, beside the library"

EARLIER_CASE: Final = "C10"
NEXT_CASE: Final = "C05"
EARLIER_REACTIONS: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    # (words, feelings, the theme it was put in; empty where it was left out)
    ("I read from the same script. I have never once been asked who wrote it.", ("frustrated",), "script"),
    ("She heard herself being the system. I know that voice, it is mine at ten to five.", ("uneasy",), "script"),
    ("They used the call for training. They used it for training.", ("angry", "let_down"), "script"),
    ("The script has no line for a person who has died. So we improvise at the worst moment.", ("torn",), "script"),
    ("Thirty a day. I could not ring three.", (), "alone"),
    ("Nobody sat with her after. She will have picked up the next call.", ("sad",), "alone"),
    ("I would have gone to the car park and not told anyone.", ("distant",), "alone"),
    ("We debrief an arrest. We do not debrief a phone call.", ("tired",), "alone"),
    ("I did not know that booking staff had to hear this. I am sorry that I did not know.", ("ashamed",), "alone"),
    ("He asked after her cold, twice, while he was being cancelled.", ("moved",), "who_knows"),
    ("Somewhere there was a letter that said he had died and it was not on her screen.", ("frustrated",), "who_knows"),
    ("Three systems and none of them tells the others.", (), "who_knows"),
    ("The family will remember that call for ever, and so will she.", ("grieving",), "who_knows"),
    ("", ("numb",), ""),
    ("Nothing wise. I just felt for her.", ("tender",), ""),
)
EARLIER_THEMES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "script": ("The script has no line for a person", ("rules_from_outside", "loss_of_autonomy")),
    "alone": ("We do not debrief a phone call", ("no_care_after",)),
    "who_knows": ("It was not on her screen", ("between_teams", "space_and_kit")),
}


@dataclass(frozen=True)
class Made:
    """An action of the earlier round. fields: of the Action. path: what the leads did, oldest first."""

    theme: str
    fields: dict[str, Any]
    path: tuple[tuple[str, dict[str, str]], ...] = ()
    days_to_review: int = 30


_READY: Final = {"worth_it": True, "autonomy": True, "ownership": True, "resource": True, "help_elsewhere": False}
EARLIER_ACTIONS: Final = (
    Made(
        theme="who_knows",
        fields={
            "statement": "show a death on the booking screen the same day, before anybody rings",
            "barriers": ["between_teams", "space_and_kit"],
            "level": "organisation",
            "holder": "The booking office and the records team",
            "holder_level": "organisation",
            "first_step": "Compare last month’s list by hand, once",
            "domain": "care_delivery",
            "table_1": ["attentive_listening", "collaboration"],
            "patient_voice": "yes",
            "for_the_person": "No family is asked to confirm an operation for somebody who has died.",
            "strength": "stronger",
            "readiness": _READY,
        },
        path=(
            ("accept", {}),
            ("start", {}),
            (
                "finish",
                {
                    "told_back": "Since this month a notified death stops the call list the same day. Two families "
                    "were spared a call in the first week. Thank you for saying it."
                },
            ),
        ),
    ),
    Made(
        theme="script",
        fields={
            "statement": "let the people who make the calls rewrite the cancellation script",
            "barriers": ["rules_from_outside", "loss_of_autonomy"],
            "level": "team",
            "holder": "The booking office",
            "holder_level": "team",
            "first_step": "One lunchtime with the script on the table",
            "domain": "care_delivery",
            "table_1": ["attentive_listening"],
            "patient_voice": "yes",
            "for_the_person": "The person on the phone hears a person.",
            "strength": "intermediate",
            "readiness": _READY,
        },
        path=(("accept", {}), ("start", {})),
        days_to_review=-9,
    ),
    Made(
        theme="alone",
        fields={
            "statement": "give booking staff the same ten minutes after a hard call that the ward has after an arrest",
            "barriers": ["no_care_after"],
            "level": "organisation",
            "holder": "The booking office",
            "holder_level": "team",
            "first_step": "Try it on two days a week",
            "domain": "both",
            "table_1": ["support_for_colleagues", "self_care"],
            "patient_voice": "not_yet",
            "patient_voice_why": "It is about staff first; we will ask the patients’ panel in the spring.",
            "for_the_person": "The next caller is not met by somebody who is still in the last call.",
            "strength": "stronger",
            "readiness": {**_READY, "resource": False, "help_elsewhere": True},
        },
    ),
    Made(
        theme="script",
        fields={
            "statement": "stop using recorded calls for training without asking the person in them",
            "barriers": ["fear_of_blame"],
            "level": "organisation",
            "holder": "Information governance",
            "holder_level": "organisation",
            "first_step": "Ask who decides this",
            "domain": "education",
            "table_1": ["commitment"],
            "patient_voice": "yes",
            "for_the_person": "Nobody’s worst call becomes somebody’s lesson without them knowing.",
            "strength": "intermediate",
            "readiness": _READY,
        },
        path=(
            (
                "could_not",
                {
                    "told_back": "We couldn’t, because the recordings are kept by a company whose contract runs until "
                    "next year. It is on the list for the new contract, and staff are now told beforehand."
                },
            ),
        ),
    ),
    Made(
        theme="alone",
        fields={
            "statement": "put a colleague beside whoever makes the cancellation calls on the worst days",
            "barriers": ["no_care_after", "exhaustion"],
            "level": "team",
            "holder": "Outpatient managers",
            "holder_level": "team",
            "first_step": "Mark the worst days on next month’s rota",
            "domain": "care_delivery",
            "table_1": ["support_for_colleagues"],
            "patient_voice": "not_yet",
            "patient_voice_why": "We have not asked yet.",
            "for_the_person": "They are rung by somebody who is not alone.",
            "strength": "intermediate",
            "readiness": _READY,
        },
    ),
)
