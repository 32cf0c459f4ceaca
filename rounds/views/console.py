"""The facilitators' console and its presses. What a press changes comes back through the live layer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rounds import access, holding, reactions, replies, rooms, sealing, stages
from rounds.forms.console import (
    AskPress,
    CodePress,
    DisclosurePress,
    LockPress,
    MovePress,
    ReactionPress,
    RehearsePress,
    TimePress,
)
from rounds.live import regions, tickets
from rounds.live.regions import ListRegion
from rounds.models import Kind, Reaction, Round, Stage
from rounds.refusals import Refused
from rounds.rehearsal import visits
from rounds.views.door import StaffRequest, guarded, pressed


@guarded
def console(request: StaffRequest, round_id: str) -> HttpResponse:
    """The page, with everything on it already; the live layer keeps it so."""
    round = access.round_for(request.user, round_id)
    if round.kind == Kind.WINDOW:
        return redirect("round", round.public_id)  # there is no room to hold
    context = {
        "round": round,
        "slots": _slots(round),
        "now": timezone.now(),
        "ticket": tickets.for_console(user=request.user, round=round, session_key=request.session.session_key or ""),
    }
    return render(request, "rounds/console/console.html", context)


@pressed
def move(request: StaffRequest, round_id: str) -> str:
    """Move the round on; a round that closes is sealed at once."""
    round = access.round_for(request.user, round_id)
    press = MovePress(request.POST).read()
    moved = stages.move(round=round, seen=press["seen"], to=press["to"], by=request.user)
    if moved.stage == Stage.CLOSED:
        done = sealing.seal(round=moved)
        how = "closed and sealed" if done else "closed, and is being sealed"  # a backup reads on: the tick goes on
        return f"The round is {how}. Thank you for holding it."
    return ""


@pressed
def change_time(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = TimePress(request.POST).read()
    seconds = TimePress.SECONDS[press["change"]]
    stages.lengthen(round=round, seen=press["seen"], seen_end=press["end"], seconds=seconds, by=request.user)
    return "The time is up now. Move on when the room is ready." if seconds < 0 else "There is more time now."


@pressed
def ask(request: StaffRequest, round_id: str) -> str:
    """Ask one of the round's questions, or one that was written just now."""
    round = access.round_for(request.user, round_id)
    press = AskPress(request.POST).read()
    if press["prompt"]:
        prompt = round.prompts.filter(public_id=press["prompt"]).first()
        if prompt is None:
            raise Refused("That question is not one of this round’s any more.")
        stages.ask(round=round, prompt=prompt, seen=press["seen"], by=request.user)
    else:
        rooms.ask_in_the_moment(round=round, text=press["text"], seen=press["seen"], by=request.user)
    return "It will be asked when the reflection opens." if _is_still(round) else "The question is on every screen."


@pressed
def release(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    shown = reactions.release(round=round, by=request.user)
    return "What was gathered is on the phones now, shuffled." if shown else holding.ALL_HELD


@pressed
def move_reaction(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = ReactionPress(request.POST).read()
    to = Reaction.State(press["to"])
    done = reactions.move(round=round, reaction=press["reaction"], to=to, by=request.user)
    return _MOVED[to] if done else holding.WAITS


@pressed
def disclosure(request: StaffRequest, round_id: str) -> str:
    """Answer what may be a disclosure, or leave it held once it has been read."""
    round = access.round_for(request.user, round_id)
    press = DisclosurePress(request.POST).read()
    if press["do"] == "leave":
        replies.leave(round=round, about=press["about"], by=request.user)
        return "It stays held. Only the facilitators of this programme can read it."
    replies.send(round=round, about=press["about"], words=press["words"], by=request.user)
    return "The answer is on its way to every phone. Only one can open it."


@pressed
def change_code(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = CodePress(request.POST).read()
    rooms.rotate_code(round=round, seen=press["seen"], by=request.user)
    return "There is a new code. The old one opens nothing any more; everybody inside stays."


@pressed
def lock(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    if LockPress(request.POST).read()["locked"]:
        rooms.lock_joining(round=round, by=request.user)
        return "Nobody else can join now. Everybody inside stays."
    rooms.unlock_joining(round=round, by=request.user)
    return "People can join again."


@pressed
def rehearse(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = RehearsePress(request.POST).read()
    if press["home"]:
        visits.send_home(round=round, by=request.user)
        return "The rehearsal guests have gone home."
    visits.invite(round=round, people=press["people"], by=request.user)
    return "The rehearsal guests are on their way."


_MOVED = {
    Reaction.State.RELEASED: "It is among the others again.",
    Reaction.State.FORWARD: "It is on the wall now.",
    Reaction.State.HELD: "It is held: nobody else sees it.",
    Reaction.State.ASIDE: "It is set aside for later.",
}


def _is_still(round: Round) -> bool:
    """Whether the round keeps a silence by now: no screen asks anything in it."""
    return Round.objects.filter(pk=round.pk, stage=Stage.SILENCE).exists()


def _slots(round: Round) -> dict[str, list[dict[str, Any]]]:
    """Every region of the console as it looks now, by the part of the page it stands in."""
    slots: dict[str, list[dict[str, Any]]] = {}
    for region in regions.of("console"):
        shown: dict[str, Any] = {"name": region.name}
        if isinstance(region, ListRegion):
            rows = region.current(round)
            shown |= {
                "is_list": True,
                "label": region.label,
                "rows": [region.row_html(k, row) for k, row in rows.items()],
            }
        else:
            shown["html"] = region.html(round)
        slots.setdefault(region.slot, []).append(shown)
    return slots
