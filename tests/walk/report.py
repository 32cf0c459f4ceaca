"""A pytest plugin (`-p tests.walk.report`): how every test of the walk's run ended, and the table at its end."""

from __future__ import annotations

import pytest

from tests.walk.record import record


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.failed:
        record.tests[report.nodeid] = report.outcome


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the table down; a walk in which a row was not seen has failed, whatever pytest thinks of it."""
    record.write()
    for row in record.unseen:
        print(f"\nNot seen: {row.number} {row.says}\n  " + "\n  ".join(record.wrong_in(row)))
    for part in record.broken:
        print(f"\nCould not be walked to its end: {part}")
    if record.unseen or record.broken:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
