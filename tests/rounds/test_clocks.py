"""Two nights a year the hospital's clocks leave an hour out, or show one twice."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from rounds.models import Round
from rounds.plans import is_on_the_clock
from tests import factories
from tests.rounds.test_planner import typed


def test_an_hour_is_left_out_in_spring_and_none_in_autumn() -> None:
    times = ["2027-03-28T00:59", "2027-03-28T01:00", "2027-03-28T01:59", "2027-03-28T02:00", "2027-10-31T01:30"]
    there = [is_on_the_clock(datetime.fromisoformat(when)) for when in times]
    assert there == [True, False, False, True, True]


@pytest.mark.django_db
def test_an_hour_that_the_clocks_leave_out_is_refused_and_one_that_comes_twice_is_the_first(client: Client) -> None:
    programme = factories.programme()
    url = reverse("round-new", args=[programme.public_id])
    with time_machine.travel("2027-03-01T12:00:00Z", tick=False):
        client.force_login(factories.facilitator(of=programme))
        missing = client.post(url, typed(date="2027-03-28", time="01:30")).content.decode()
        assert "there is no such time on that day" in missing
        assert client.post(url, typed(date="2027-03-28", time="02:00")).status_code == 302
        assert client.post(url, typed(date="2027-10-31", time="01:30", title="Twice")).status_code == 302
    assert Round.objects.get(title="Twice").starts_at.isoformat() == "2027-10-31T00:30:00+00:00"
