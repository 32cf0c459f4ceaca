"""What can be done to an action from where it stands: the buttons of its page, and who has which."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from facilitation import access as doors
from facilitation import reviews
from facilitation.forms.reviews import ASKED
from facilitation.models import Action
from rounds.models import Role

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
    Move("ask_sponsor", "Ask for a sponsor", reviews.ask_sponsor, "It waits for a sponsor.",
         why="For what cannot go on without somebody higher up."),
    Move("could_not", "We couldn’t, because …", reviews.could_not, "Ended, and told back.",
         why="An honest end. The people who raised it hear why."),
)  # fmt: skip
MOVES: Final = {move.code: move for move in _ALL}


def offered(action: Action, roles: Collection[str]) -> list[Move]:
    """The moves somebody with these roles has from where the action stands, the likeliest first."""
    possible = reviews.possible(action)
    return [move for move in _ALL if move.code in possible and set(move.roles) & set(roles)]
