"""Why something cannot be done, in words a person may be shown."""

from __future__ import annotations


class Refused(Exception):
    """A verb declined. `str(error)` is shown to the person as it is; what they typed is kept."""


class StageMovedOn(Refused):
    """Somebody else moved the round while this was on its way."""


class Changed(Refused):
    """Somebody has saved something else since the writer's page was opened: saving would undo it."""


class NotYours(Exception):
    """The object is not there, or not for this person: both must look the same (an HTTP 404)."""
