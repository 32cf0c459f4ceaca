"""What can be done to an action from where it stands: the buttons of its page, and who has which."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from facilitation import access as doors
from facilitation import reviews
from facilitation.forms.reviews import ASKED
from facilitation.models import Action
from rounds.models import Role, User

LEADS: Final = doors.REVIEWS_ACTIONS


@dataclass(frozen=True)
class Move:
    """code: in the address, and the verb's name. label: on the button and its page. done: said afterwards.

    why: one line on the page that asks for words. strong: the likeliest step, drawn as the full button.
    """

    code: str
    label: str
    verb: Callable[..., Action]
    done: str
    why: str = ""
    roles: tuple[Role, ...] = LEADS
    strong: bool = False

    @property
    def asks(self) -> bool:
        """Whether it needs words, and so a page of its own."""
        return self.code in ASKED


def _note(*, action: Action, version: int, by: User, words: str) -> Action:
    reviews.comment(action=action, by=by, words=words)  # a note takes nobody's turn, so it needs no version
    return action


_ALL: Final = (
    Move("accept", "Accept", reviews.accept, "Accepted. The people who raised it will see that.", strong=True),
    Move("answer", "Answer the question", reviews.answer, "It is back with the clinical leads.", strong=True,
         roles=(Role.FACILITATOR,)),
    Move("sponsor", "Name the sponsor", reviews.sponsor, "It has a sponsor and is accepted.", strong=True,
         why="Somebody who can carry it beyond one team."),
    Move("start", "It is under way", reviews.start, "It is under way.", strong=True),
    Move("finish", "It is done", reviews.finish, "Done, and told back.",
         why="What happened is told to the people who raised it."),
    Move("tell_back", "Tell back how it stands", reviews.tell_back, "Told back.",
         why="It stays open. People hear where it is."),
    Move("return_with_question", "Return with a question", reviews.return_with_question,
         "It is back with the facilitators, with your question.",
         why="It goes back to the facilitators until they have answered."),
    Move("hand_on", "Hand it on", reviews.hand_on, "It is with them now.",
         why="To another role or group that can do more about it."),
    Move("ask_sponsor", "Ask for a sponsor", reviews.ask_sponsor, "It waits for a sponsor.",
         why="For what cannot go on without somebody higher up."),
    Move("could_not", "We couldn’t, because …", reviews.could_not, "Ended, and told back.",
         why="An honest end. The people who raised it hear why."),
)  # fmt: skip
MOVES: Final = {move.code: move for move in _ALL}
NOTE: Final = Move("comment", "Add a note", _note, "It is in the history.", roles=doors.WRITES_ACTIONS)
# What can be said of several in the same words. To end one, or to tell it back, is said for each by itself.
_TOGETHER: Final = ("accept", "start", "hand_on", "sponsor", "ask_sponsor", "return_with_question")
TOGETHER: Final = {move.code: move for move in (*(MOVES[code] for code in _TOGETHER), NOTE)}


def offered(action: Action, roles: Collection[str]) -> list[Move]:
    """The moves somebody with these roles has from where the action stands, the likeliest first."""
    possible = reviews.possible(action)
    return [move for move in _ALL if move.code in possible and set(move.roles) & set(roles)]


def offered_together(roles: Collection[str]) -> list[Move]:
    """What somebody with these roles can do with several actions at once."""
    return [move for move in TOGETHER.values() if set(move.roles) & set(roles)]


def hindrance(move: Move, action: Action) -> str:
    """Why this move of TOGETHER or MOVES cannot be made with the action as it stands; empty when it can."""
    return "" if move is NOTE else reviews.hindrance(action, move.code)
