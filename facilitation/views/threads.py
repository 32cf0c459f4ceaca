"""Weaving themes on the console. What a press changes comes back to every screen through the live layer."""

from __future__ import annotations

from facilitation import groups, themes
from facilitation.forms.themes import HeldForm, MakeForm, MergeForm, PlaceForm, SplitForm, TakeForm, TitleForm
from rounds import access
from rounds.views.door import StaffRequest, pressed


@pressed
def make(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = MakeForm(request.POST).read()
    made = themes.make(round=round, title=press["title"], reactions=press["reaction"], by=request.user)
    return f"“{made.title}” is a theme now."


@pressed
def place(request: StaffRequest, round_id: str) -> str:
    """Move what was ticked or dragged into a theme, or back among the loose ones."""
    round = access.round_for(request.user, round_id)
    press = PlaceForm(request.POST).read()
    theme = themes.place(round=round, reactions=press["reaction"], theme=press["theme"], by=request.user)
    return f"Moved {len(press['reaction'])} to {f'“{theme.title}”' if theme else 'the loose ones'}."


@pressed
def rename(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = TitleForm(request.POST).read()
    theme = themes.rename(round=round, theme=theme_id, title=press["title"], by=request.user)
    return f"The theme is called “{theme.title}” now."


@pressed
def merge(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = MergeForm(request.POST).read()
    kept = themes.merge(round=round, theme=theme_id, into=press["into"], by=request.user)
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
def propose(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    found = groups.propose_groups(round=round, by=request.user)
    return "The machine proposes these. Only facilitators see them." if found else "The machine has nothing to propose."


@pressed
def take(request: StaffRequest, round_id: str, group_id: str) -> str:
    """Make what is ticked of a proposed group a theme, under the title that was chosen or written."""
    round = access.round_for(request.user, round_id)
    press = TakeForm(request.POST).read()
    title = press["own_title"] or press["title"]
    theme = groups.take(round=round, group=group_id, title=title, kept=press["reaction"], by=request.user)
    return f"“{theme.title}” is a theme now."


@pressed
def dismiss(request: StaffRequest, round_id: str, group_id: str) -> str:
    round = access.round_for(request.user, round_id)
    groups.dismiss(round=round, group=group_id, by=request.user)
    return "Put away. The sentences stay as they are."
