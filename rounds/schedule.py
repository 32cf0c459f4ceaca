"""What must happen by itself, and when: each app says what, `tick` queues what is due, a worker does it.

The queue is a doorbell (ADR 25): whether something is due always stands in our own tables. A task that is lost or
killed half-way is queued again, and one that runs twice finds nothing left to do. Tasks take no arguments, so that
nothing of anybody ever stands in the queue.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.management import call_command
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResultStatus, task_backends
from django_tasks.base import Task
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)
GIVEN_UP: Final = timedelta(minutes=15)  # after which a task that is still running is believed to be killed
KEPT: Final = timedelta(days=1)  # what is done stands in the queue's table so long
_last_queued: Final[dict[str, datetime]] = {}


class Failed(Exception):
    """A task did not work; the text is the class of what went wrong, and none of its words."""


@dataclass(frozen=True, slots=True)
class Job:
    task: Task[[], None]
    is_due: Callable[[], bool]


_jobs: Final[list[Job]] = []


def scheduled(task: Task[[], None], *, is_due: Callable[[], bool]) -> None:
    """Have `task` queued whenever `is_due()` says so, looked at every minute; never twice at a time."""
    _jobs.append(Job(task, is_due))


def without_words(work: Callable[[], None]) -> Callable[[], None]:
    """Keep what a failure says out of the queue's table: an exception may quote an address or what somebody wrote."""

    @functools.wraps(work)
    def done() -> None:
        try:
            work()
        except Exception as error:
            logger.warning("A task failed; it is tried again when it is due", exc_info=True)
            raise Failed(type(error).__name__) from None

    return done


def queue_due() -> int:
    """Queue every job that is due and not queued already; returns how many. Twice is once."""
    if not is_queueing():
        jobs = [job for job in _jobs if job.is_due()]
    else:
        _tidy()
        jobs = [job for job in _jobs if job.is_due() and not _is_under_way(job.task)]
    for job in jobs:
        _last_queued[job.task.module_path] = timezone.now()
        job.task.enqueue()
    return len(jobs)


def was_queued_since(task: Task[[], None], moment: datetime) -> bool:
    """Whether the task was queued since then, by this process or, as long as its row stands, by any."""
    if _last_queued.get(task.module_path, moment - KEPT) >= moment:
        return True
    return is_queueing() and DBTaskResult.objects.filter(task_path=task.module_path, enqueued_at__gte=moment).exists()


def work_off() -> None:
    """Do here and now what is queued, until nothing is."""
    if is_queueing():
        call_command("db_worker", batch=True, verbosity=0)


def give_back(worker_id: str) -> int:
    """Have done again what a worker of this name was killed over; returns how many. Call before it begins."""
    lost = [row.pk for row in DBTaskResult.objects.running() if row.worker_ids[-1:] == [worker_id]]
    return DBTaskResult.objects.filter(pk__in=lost).update(status=TaskResultStatus.READY, started_at=None)


def is_queueing() -> bool:
    """Whether there is a queue, and `enqueue` does not do the work at once."""
    return isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], DatabaseBackend)


def _is_under_way(task: Task[[], None]) -> bool:
    here = DBTaskResult.objects.filter(task_path=task.module_path)
    return here.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)).exists()


def _tidy() -> None:
    """Give up what was killed with nobody left to say so, and forget what was done long ago."""
    now = timezone.now()
    old = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT)
    lost = DBTaskResult.objects.running().filter(started_at__lt=now - GIVEN_UP)
    for rows in (old, lost):
        if rows.exists():  # a deletion would take the database's one write lock, every minute for nothing
            rows.delete()
