"""Sessions and cookies: participants have neither."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from rounds.self_audit.asking import Check, Surroundings

PAGES: Final = ("join", "room", "wall", "stored")
ASKED: Final = ("live-join", "live-wall", "live-poll", "live-say", "live-stored")
# What pages for signing in keep of somebody who has not signed in yet.
OF_SIGNING_IN: Final = ("_", "account", "mfa", "socialaccount", "_messages")


def _rows(surroundings: Surroundings) -> Iterator[str]:
    strange = 0
    for session in Session.objects.all().iterator():
        held = session.get_decoded()
        strange += "_auth_user_id" not in held and not all(key.startswith(OF_SIGNING_IN) for key in held)
    if strange:
        yield f"{strange} session(s) belong to nobody who signs in and hold something."


def _cookies(surroundings: Surroundings) -> Iterator[str]:
    before = Session.objects.count()
    with _quietly():
        answers = list(_answers())
    for name, answer in answers:
        if answer.cookies:
            yield f"The address “{name}” sets a cookie."
        if "no-store" not in answer.headers.get("Cache-Control", ""):
            yield f"The address “{name}” lets browsers keep its answer."
    if Session.objects.count() > before:
        yield "An address of participants begins a session."


@contextmanager
def _quietly() -> Iterator[None]:
    """Without a line in the log for each address that refuses us, as it should."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # static files that nobody has collected yet
            yield
    finally:
        logging.disable(before)


def _answers() -> Iterator[tuple[str, HttpResponseBase]]:
    """What this installation answers a phone, address by address; asked inside this process, over no network."""
    address = urlsplit(settings.SITE_URL)
    client = Client(HTTP_HOST=address.netloc, raise_request_exception=False)
    secure = address.scheme == "https"
    for name in PAGES:
        yield name, client.get(reverse(name), secure=secure)
    for name in ASKED:
        body = json.dumps({"ticket": "none", "token": "none", "code": ""})
        yield name, client.post(reverse(name), body, content_type="application/json", secure=secure)


CHECKS = (
    Check("sessions", "No participant has a session.", _rows),
    Check("cookies", "The pages of participants set no cookie and are kept by no browser.", _cookies),
)
