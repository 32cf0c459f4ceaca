"""Mail to people with an account: how often each wants it from a programme, and what is to go or went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from rounds.models import Programme, Round, User
from rounds.models.ids import new_id


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", "Once a week"
    ON_CHANGE = "on_change", "When something changes"
    NONE = "none", "Never"


class MailChoice(models.Model):
    """How often one person wants mail from one programme. Without a row it is what their roles suggest."""

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="mail_choices")
    person = models.ForeignKey(User, models.CASCADE, related_name="mail_choices")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    told_until = models.DateTimeField(default=timezone.now)  # what happened before has been in a mail, or never will be

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "person"], name="one_mail_choice_per_person")
        ]

    def __str__(self) -> str:
        return self.get_rhythm_display()


class Mail(models.Model):
    """One mail that is to go, or went. Its row keeps it from going twice; its words are made as it goes, and not kept.

    occasion: what it is for, so that planning it again finds this row. not_before: when it is tried next; whoever
    hands it over moves that on first, so that no two do.
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", "What waits and what changed"
        MEETING = "meeting", "Meeting those who will tell"
        CHECK_IN = "check_in", "Checking in with the panel"
        WORDS_GO = "words_go", "What people wrote goes soon"

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    to = models.ForeignKey(MailChoice, models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    occasion = models.CharField(max_length=60)
    round = models.ForeignKey(Round, models.CASCADE, null=True, related_name="+")
    until = models.DateTimeField()  # what happened later is for the next one
    last_day = models.DateField()  # after which it is not worth sending any more
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["to", "kind", "occasion"], name="one_mail_per_occasion")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
