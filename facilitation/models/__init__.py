from facilitation.models.action import Action, ActionTheme, Domain, Level, PatientVoice, State, Strength
from facilitation.models.calendar import CalendarFeed
from facilitation.models.mail import Mail, MailChoice, Rhythm
from facilitation.models.recurring import NotAlike, Strand, Thread
from facilitation.models.review import ActionEvent, SavedView
from facilitation.models.sorting import SortedPairs, Sorting
from facilitation.models.theme import Offer, Placement, Proposal, ProposedGroup, Theme, Weaving, WeavingStep

__all__ = [
    "Action",
    "ActionEvent",
    "ActionTheme",
    "CalendarFeed",
    "Domain",
    "Level",
    "Mail",
    "MailChoice",
    "NotAlike",
    "Offer",
    "PatientVoice",
    "Placement",
    "Proposal",
    "ProposedGroup",
    "Rhythm",
    "SavedView",
    "SortedPairs",
    "Sorting",
    "State",
    "Strand",
    "Strength",
    "Theme",
    "Thread",
    "Weaving",
    "WeavingStep",
]
