"""What facilitation has done by itself: digests and reminders, planned on the hour and handed over as they can be."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from facilitation import clustering, mails
from rounds.forgetting import with_the_words
from rounds.schedule import scheduled, was_queued_since, without_words


@task()
@without_words
def send_mails() -> None:
    """Plan every mail that is due, and hand over those that are to go."""
    mails.plan(timezone.now())
    mails.send(timezone.now())  # later than what was planned just now may go


def _is_due() -> bool:
    now = timezone.now()
    return mails.are_waiting(now) or not was_queued_since(send_mails, now.replace(minute=0, second=0, microsecond=0))


scheduled(send_mails, is_due=_is_due)
with_the_words(clustering.forget)
