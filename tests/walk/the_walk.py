"""The walk itself: a fresh programme on a server of its own, with the machine off, and everybody's browsers.

Not collected by itself: `manage.py walk` names this file, and the tests of tests/walk/rows.py beside it.
"""

from __future__ import annotations

from pytest_django import Settings

from tests import factories
from tests.browser.screens import Screens
from tests.walk import afterwards, beforehand, hour, quietly, shaping
from tests.walk.people import INCIDENTS, Walk
from tests.walk.record import record


def test_the_walk(own_screens: Screens, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # what the server believes
    programme = factories.programme("Riverside", machine_on=False, incident_link=INCIDENTS)
    walk = Walk(own_screens, programme)
    during = (*hour.BEFORE_THE_GOODBYE, *shaping.PARTS, *hour.AFTER_THE_CIRCLE)
    for part in (*beforehand.PARTS, *during, *afterwards.PARTS, *quietly.PARTS):
        record.part(part, walk)
