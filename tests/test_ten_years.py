"""A programme does not slow down with its years: each list and chart asks the database as often in ten as in one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.years import build
from benchmarks.years.build import Years
from benchmarks.years.pages import lists_and_charts


def asked(years: Years) -> dict[str, int]:
    """How many queries each page takes, looked at for the second time."""
    browsers = {"": Client()} | {role: Client() for role in years.people}
    for role, person in years.people.items():
        browsers[role].force_login(person)
    found = {}
    for page in lists_and_charts(years):
        browsers[page.who].get(page.path)
        with CaptureQueriesContext(connection) as queries:
            answer = browsers[page.who].get(page.path)
            b"".join(answer)
        assert answer.status_code == 200, page.name
        found[page.name] = len(queries)
    return found


@pytest.mark.django_db
def test_each_list_and_chart_asks_as_often_for_120_rounds_as_for_12() -> None:
    years = build.go_on(build.begin(), 12, reactions=6, actions=6)
    one_year = asked(years)
    assert min(one_year.values()) > 1
    assert asked(build.go_on(years, 120, reactions=3, actions=2)) == one_year
