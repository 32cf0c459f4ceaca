"""Asking the room to sort together, and ending it."""

from __future__ import annotations

from facilitation import sorting
from rounds import access
from rounds.views.door import StaffRequest, pressed


@pressed
def begin(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    sorting.begin(round=round, by=request.user)
    return "The phones ask which sentences belong together."


@pressed
def end(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    sorting.end(round=round, by=request.user)
    return "Sorting together has ended."
