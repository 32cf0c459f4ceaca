"""The history of an action, append-only, with who and when; and the views of all actions that somebody keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar, Final, NoReturn

from django.db import models
from django.utils import timezone

from facilitation.models.action import Action, State
from rounds.models import Membership, Programme, User
from rounds.models.ids import new_id

ONLY_ADDED_TO: Final = "The history of an action is added to and never changed (for a made-up past, see `happened`)."
_THEN: ContextVar[Iterator[datetime] | None] = ContextVar("_THEN", default=None)


@contextmanager
def happened(moments: Iterable[datetime]) -> Iterator[None]:
    """What is recorded inside happened at these moments, one after another: for samples, whose past is made up."""
    before = _THEN.set(iter(moments))
    try:
        yield
    finally:
        _THEN.reset(before)


def now() -> datetime:
    """The moment of what is recorded next."""
    made_up = _THEN.get()
    return next(made_up, None) or timezone.now() if made_up else timezone.now()


class ActionEventQuerySet(models.QuerySet["ActionEvent"]):
    """Reads and appends. The database refuses the rest as well; here it is refused with the reason."""

    def update(self, **_: Any) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)

    def delete(self) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)


class ActionEvent(models.Model):
    """One thing that happened to an action. Rows are added and never changed: a trigger sees to it.

    Only an account that is closed for good takes its name off what it did.
    """

    action = models.ForeignKey(Action, models.PROTECT, related_name="events")
    who = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=60)  # past tense: "accepted", "returned with a question"
    from_state = models.CharField(max_length=10, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=State.choices, blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=now, editable=False)

    guards = ("history_is_not_changed", "history_is_not_deleted")  # triggers of this table; the audit knows them

    objects: ClassVar[models.Manager[ActionEvent]] = ActionEventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.what

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(ONLY_ADDED_TO)
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, person: User, programme: Programme, *, leads: bool) -> SavedViewQuerySet:
        """The person's own in the programme; for a clinical lead also what other members share with the leads."""
        own = self.filter(programme=programme, owner=person)
        if not leads:
            return own
        members = Membership.objects.filter(programme=programme).values("user")
        return own | self.filter(programme=programme, shared=True, owner__in=members)


class SavedView(models.Model):
    """A way somebody looks at the actions of a programme, under a name of their own. It holds no action.

    address: the query string of the page: what narrows it, in what order, as a list or a board.
    shared: the programme's clinical leads have it as well.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    address = models.TextField(blank=True)
    shared = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[SavedView]] = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "owner", "name"], name="one_view_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name
