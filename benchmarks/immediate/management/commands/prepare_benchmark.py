"""Make the rounds that are measured, one empty and one with 200 reactions; prints their tickets as JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.management.base import BaseCommand
from django.middleware.csrf import CSRF_SECRET_LENGTH, CSRF_SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from benchmarks.immediate.posting import KEPT
from rounds.live import tickets
from rounds.models import Reaction, ReleasePolicy, Round, Stage, User
from tests import factories

WORDS = "There was no chair by the bed, and nobody had the time to go and look for one. I stood. "


def signed_in(user: User) -> SessionBase:
    """A session as signing in makes it, with the secret that a press has to name."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[CSRF_SESSION_KEY] = get_random_string(CSRF_SECRET_LENGTH)
    session.save()
    return session


def desk(round: Round, user: User, session: SessionBase) -> dict[str, str]:
    """What a facilitator's browser holds."""
    return {
        "ticket": tickets.for_console(user=user, round=round, session_key=session.session_key or ""),
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        "csrf": session[CSRF_SESSION_KEY],
        "move": reverse("console-move", args=[round.public_id]),
    }


def prepared(round: Round, count: int) -> dict[str, Any]:
    assert round.current_prompt is not None
    round.current_prompt.policy = ReleasePolicy.FLOWING
    round.current_prompt.save()
    made = [tickets.for_room(round) for _ in range(count)]
    opens = {"code": round.join_code, "wall": tickets.for_wall(round)}
    return {"prompt": round.current_prompt.public_id, "tickets": made, **opens}


class Command(BaseCommand):
    help = "Make the rounds that are measured."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=5000)

    def handle(self, *, tickets: int, **options: Any) -> None:
        programme = factories.programme()
        empty = factories.round_(programme, stage=Stage.REFLECTION)
        full = factories.round_(programme, stage=Stage.REFLECTION)
        Reaction.objects.bulk_create(
            Reaction(prompt=full.current_prompt, text=f"{WORDS} ({number})", feelings=["tired"])
            for number in range(KEPT)
        )
        user = factories.facilitator(of=programme)
        session = signed_in(user)
        rounds = {"empty": empty, "full": full}
        made = {name: {**prepared(of, tickets), "desk": desk(of, user, session)} for name, of in rounds.items()}
        self.stdout.write(json.dumps(made))
