from rounds.models.audit import StaffAct
from rounds.models.closing import CheckIn, Debrief, Feedback, FeedbackLine
from rounds.models.people import Invitation, Membership, Role, User
from rounds.models.preparation import OwnNote, Preparation
from rounds.models.programme import Programme
from rounds.models.prompt import Prompt, ReleasePolicy
from rounds.models.reaction import Reaction, SealedPost, Spent, Tally, Voice
from rounds.models.reply import Disclosure
from rounds.models.round import Kind, RoomSketch, Round, RoundTopic, Stage, Weight
from rounds.models.story import Story, Storyteller

__all__ = [
    "CheckIn",
    "Debrief",
    "Disclosure",
    "Feedback",
    "FeedbackLine",
    "Invitation",
    "Kind",
    "Membership",
    "OwnNote",
    "Preparation",
    "Programme",
    "Prompt",
    "Reaction",
    "ReleasePolicy",
    "Role",
    "RoomSketch",
    "Round",
    "RoundTopic",
    "SealedPost",
    "Spent",
    "StaffAct",
    "Stage",
    "Story",
    "Storyteller",
    "Tally",
    "User",
    "Voice",
    "Weight",
]
