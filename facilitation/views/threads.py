"""Weaving themes on the console. What a press changes comes back to every screen through the live layer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from facilitation import groups, themes
from facilitation.forms.themes import (
    ChooseForm,
    HeldForm,
    MakeForm,
    MergeForm,
    PlaceForm,
    RenameForm,
    SplitForm,
    TakeForm,
    UndoForm,
)
from facilitation.models import ProposedGroup, Theme
from rounds import access
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded, pressed

NOTHING_FOUND = "The machine has nothing to propose."


@pressed
def make(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = MakeForm(request.POST).read()
    made = themes.make(round=round, title=press["title"], reactions=press["reaction"], by=request.user)
    return f"“{made.title}” is a theme now."


@pressed
def place(request: StaffRequest, round_id: str) -> str:
    """Move what was ticked or dragged into a pile, back among the loose ones, out of every theme, or aside."""
    round = access.round_for(request.user, round_id)
    press = PlaceForm(request.POST).read()
    to, moved = press["theme"], press["reaction"]
    how_many = "one sentence" if len(moved) == 1 else f"{len(moved)} sentences"
    if to == PlaceForm.ASIDE:
        themes.set_aside(round=round, reactions=moved, by=request.user)
        return f"Set {how_many} aside for later, off the wall and the phones."
    if to == PlaceForm.LEFT_OUT:
        themes.leave_out(round=round, reactions=moved, by=request.user)
        return f"Left {how_many} out of the themes."
    pile = themes.place(round=round, reactions=moved, theme=to, by=request.user)
    return f"Moved {how_many} to {_called(pile)}."


def _called(pile: Theme | ProposedGroup | None) -> str:
    if pile is None:
        return "the loose ones"
    return f"“{pile.title}”" if isinstance(pile, Theme) else "the proposed group"


@pressed
def rename(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = RenameForm(request.POST).read()
    theme = themes.rename(round=round, theme=theme_id, title=press["title"], seen=press["seen"], by=request.user)
    return f"The theme is called “{theme.title}” now."


@guarded
def reword(request: StaffRequest, round_id: str, theme_id: str) -> HttpResponse:
    """Give a theme other words on the debrief's page, where it is signed off."""
    round = access.round_for(request.user, round_id)
    if request.method == "POST":
        try:
            press = RenameForm(request.POST).read()
            themes.rename(round=round, theme=theme_id, title=press["title"], seen=press["seen"], by=request.user)
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return redirect(f"{reverse('debrief', args=[round.public_id])}#themes")


@pressed
def merge(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = MergeForm(request.POST).read()
    kept = themes.merge(round=round, theme=press["theme"], into=press["into"], by=request.user)
    return f"Both lie in “{kept.title}” now."


@pressed
def split(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = SplitForm(request.POST).read()
    made = themes.split(round=round, theme=theme_id, reactions=press["reaction"], title=press["title"], by=request.user)
    return f"“{made.title}” is a theme of its own now."


@pressed
def move_up(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    theme = themes.move_up(round=round, theme=theme_id, by=request.user)
    return f"Moved “{theme.title}” up."


@pressed
def move_down(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    theme = themes.move_down(round=round, theme=theme_id, by=request.user)
    return f"Moved “{theme.title}” down."


@pressed
def remove(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    gone = themes.remove(round=round, theme=theme_id, by=request.user)
    return f"“{gone.title}” is gone. Its sentences are loose again."


@pressed
def hold(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = HeldForm(request.POST).read()
    theme = themes.hold_not_fix(round=round, theme=theme_id, held=press["held"], by=request.user)
    return f"“{theme.title}” is to be held, not fixed." if theme.to_be_held else f"“{theme.title}” is open again."


@pressed
def undo(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = UndoForm(request.POST).read()
    return f"Taken back: {themes.undo(round=round, by=request.user, step=press['step'])}."


@pressed
def redo(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    return f"Done again: {themes.redo(round=round, by=request.user)}."


@pressed
def propose(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    found = groups.propose_groups(round=round, by=request.user)
    return "The machine proposes these. Only facilitators see them." if found else NOTHING_FOUND


@pressed
def look_again(request: StaffRequest, round_id: str) -> str:
    """Have the machine look at all that is loose once more; what it finds is compared first."""
    round = access.round_for(request.user, round_id)
    found = groups.look_again(round=round, by=request.user)
    return "Compare them with today’s. Nothing has moved yet." if found else NOTHING_FOUND


@pressed
def choose(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    new = ChooseForm(request.POST).read()["new"]
    groups.choose(round=round, new=new, by=request.user)
    return "These are the proposals now. You can take that back." if new else "Everything stays as it was."


@pressed
def take(request: StaffRequest, round_id: str, group_id: str) -> str:
    """Make a proposed group a theme under the title that was chosen or written, or lay it into its theme."""
    round = access.round_for(request.user, round_id)
    press = TakeForm(request.POST).read()
    title = press["own_title"] or press["title"]
    theme = groups.take(round=round, group=group_id, title=title, by=request.user)
    return f"They lie in “{theme.title}” now." if press["into"] else f"“{theme.title}” is a theme now."


@pressed
def dismiss(request: StaffRequest, round_id: str, group_id: str) -> str:
    round = access.round_for(request.user, round_id)
    groups.dismiss(round=round, group=group_id, by=request.user)
    return "Put away. The sentences stay as they are."
