"""What must happen by itself is queued once, done again when it was lost, and says nothing of anybody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.utils import get_exception_traceback
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from config.logs import AllowedFormatter
from facilitation import tasks as made
from rounds import forgetting, schedule
from rounds.models import Round, Stage
from rounds.tasks import let_words_go
from tests import factories

pytestmark = pytest.mark.django_db
CANARY = "zinnober heron, from anna@example.org"


@pytest.fixture
def queue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The real queue, and what stands in it, to be done or being done."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(schedule, "_last_queued", {})
    open_ones = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return lambda: sorted(row.task_path.split(".")[-1] for row in DBTaskResult.objects.filter(status__in=open_ones))


def test_what_is_due_is_queued_once_and_again_only_when_it_was_done(queue: Callable[[], list[str]]) -> None:
    assert schedule.queue_due() == 1  # nobody's words are due, and mails are planned once an hour
    assert queue() == ["send_mails"]
    assert schedule.queue_due() == 0
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())
    assert schedule.queue_due() == 0
    schedule._last_queued.clear()  # another process, which knows of it from the table alone
    assert schedule.queue_due() == 0
    factories.round_(stage=Stage.CLOSED, closed_at=timezone.now() - timedelta(days=100), sealed_at=timezone.now())
    assert schedule.queue_due() == 1
    assert queue() == ["let_words_go"]
    assert schedule.queue_due() == 0
    assert DBTaskResult.objects.get(task_path=let_words_go.module_path).args_kwargs == {"args": [], "kwargs": {}}


def test_a_killed_workers_task_is_given_back_to_its_successor_and_given_up_when_there_is_none(
    queue: Callable[[], list[str]],
) -> None:
    schedule.queue_due()
    (row,) = DBTaskResult.objects.all()
    row.claim("one")
    assert schedule.give_back("two") == 0
    assert schedule.give_back("one") == 1
    row.refresh_from_db()
    assert (row.status, row.started_at) == (TaskResultStatus.READY, None)
    row.claim("two")
    DBTaskResult.objects.update(started_at=timezone.now() - schedule.GIVEN_UP - timedelta(seconds=1))
    schedule._last_queued.clear()
    assert schedule.queue_due() == 1
    assert queue() == ["send_mails"]
    assert DBTaskResult.objects.get().pk != row.pk


def test_a_failure_says_in_no_table_and_no_log_whom_or_what_it_was_about(caplog: pytest.LogCaptureFixture) -> None:
    @schedule.without_words
    def breaks() -> None:
        raise OSError(CANARY)

    with caplog.at_level(logging.WARNING), pytest.raises(schedule.Failed, match=r"^OSError$") as failed:
        breaks()
    assert CANARY not in get_exception_traceback(failed.value)
    (record,) = caplog.records
    line = AllowedFormatter().format(record)
    assert "[OSError at breaks:" in line
    assert CANARY not in line


def test_words_that_another_process_let_go_are_forgotten_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    forgot: list[int] = []
    monkeypatch.setattr(forgetting, "_forgetful", [lambda: forgot.append(1)])
    monkeypatch.setattr(forgetting, "_seen", None)
    forgetting.look()
    assert forgot == []
    Round.objects.filter(pk=factories.round_().pk).update(words_gone_at=timezone.now())
    forgetting.look()
    forgetting.look()
    assert forgot == [1]
    assert made.send_mails.module_path == "facilitation.tasks.send_mails"
