"""Every address with what a right press there carries: what is knocked at, as everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from facilitation import calendars, mail_choices, reviews, saved_views
from facilitation.forms.reviews import ASKED
from facilitation.models import State
from facilitation.views.moves import MOVES, TOGETHER
from rounds import guide, invitations
from rounds.live import tickets
from rounds.models import Role, Round, Stage
from tests import factories
from tests.anonymity.addresses import Address
from tests.anonymity.staffed import PRESSES, World, here

WORDS: Final = {"sponsor": "The medical director", "holder": "The estates team", "holder_level": "organisation"}


@dataclass(frozen=True)
class Door:
    """name: the address's, with the move where one address has several. typed: what a right press there carries.

    shown: what a participant's phone or a wall sends in its place, as JSON, with its own ticket.
    """

    name: str
    path: str
    typed: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] | None = None


def doors(world: World, address: Address) -> Iterator[Door]:
    """The doors at an address, with a round, an action or whatever they need made for them."""
    if address.name in _SEVERAL:
        yield from _SEVERAL[address.name](world, address)
    elif address.name in PRESSES:
        parameters, typed = PRESSES[address.name](world)
        yield Door(str(address), address.filled(**parameters), typed)
    elif address.route.startswith("live/"):
        yield _live(world, address)
    else:
        yield Door(str(address), address.filled(**_whatever(world, address)), _OWN.get(address.name, {}))


_OWN: Final[dict[str, dict[str, Any]]] = {
    "view-keep": {"keep-name": "Overdue", "keep-address": "as=list"},
    "view-press": {"what": "share"},
}


def _moves(world: World, address: Address) -> Iterator[Door]:
    for code in MOVES:
        action = world.action(reviews.FROM[code][-1])
        typed = {"version": str(action.version), **_words(code)}
        yield Door(f"{address} ({code})", address.filled(action_id=action.public_id, move=code), typed)


def _together(world: World, address: Address) -> Iterator[Door]:
    for code in TOGETHER:
        action = world.action(reviews.FROM.get(code, (State.AGREED,))[0])
        typed = {"tick": f"{action.public_id}.{action.version}", **_words(code)}
        yield Door(f"{address} ({code})", address.filled(**here(world), move=code), typed)


def _asked(world: World, address: Address) -> Iterator[Door]:
    yield Door(str(address), f"{address.filled(**here(world))}?tick={world.action(State.AGREED).public_id}")


def _words(code: str) -> dict[str, str]:
    fields = [asked.field for asked in ASKED.get(code, ())] or ["words"]
    return {name: WORDS.get(name, "The booking office was asked.") for name in fields}


_SEVERAL: Final = {"action-move": _moves, "actions-together": _asked, "actions-together-go": _together}


def _live(world: World, address: Address) -> Door:
    round = world.round()
    ticket = {"ticket": tickets.for_room(round)}
    said = {"what": "react", "nonce": "n" * 22, "prompt": _prompt(round), "text": "I sat down.", "feelings": []}
    bodies: dict[str, dict[str, Any]] = {
        "live-join": {"code": round.join_code},
        "live-wall": {"token": round.wall_token},
        "live-poll": {**ticket, "revision": None},
        "live-say": {**ticket, **said},
        "live-stored": {**ticket, "written": []},
    }
    return Door(str(address), address.filled(), shown=bodies[address.name])


def _prompt(round: Round) -> str:
    assert round.current_prompt is not None
    return round.current_prompt.public_id


def _whatever(world: World, address: Address) -> dict[str, str]:
    """Something for each parameter of an address that only shows something."""
    round = world.round(Stage.CIRCLE)
    action = world.action(State.AGREED)
    found = {
        **here(world),
        "round_id": round.public_id,
        "theme_id": factories.theme(round).public_id,
        "action_id": action.public_id,
        "chapter_id": guide.CHAPTERS[-1].code,
    }
    if "view_id" in address.parameters:
        found["view_id"] = saved_views.keep(programme=world.programme, by=world.dora, name="x", address="").public_id
    if "token" in address.parameters:
        found["token"] = _token(world, address.name)
    return found


def _token(world: World, name: str) -> str:
    if name == "invitation":
        return invitations.invite(
            programme=world.programme, email="gus@example.org", role=Role.STEERING, by=world.dora
        ).token
    if name == "calendar-feed":
        return calendars.give(programme=world.programme, person=world.dora)
    if name == "mail-off":
        return mail_choices.token(mail_choices.choose(programme=world.programme, person=world.eve, rhythm="weekly"))
    return world.programme.told_back_token
