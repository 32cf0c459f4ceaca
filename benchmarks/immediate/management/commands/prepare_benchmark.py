"""Make the rounds that are measured, one empty and one with 200 reactions; prints their tickets as JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from benchmarks.immediate.posting import KEPT
from rounds.live import tickets
from rounds.models import Reaction, ReleasePolicy, Round, Stage
from tests import factories

WORDS = "There was no chair by the bed, and nobody had the time to go and look for one. I stood. "


def prepared(round: Round, count: int) -> dict[str, Any]:
    assert round.current_prompt is not None
    round.current_prompt.policy = ReleasePolicy.FLOWING
    round.current_prompt.save()
    made = [tickets.for_room(round) for _ in range(count)]
    return {"prompt": round.current_prompt.public_id, "tickets": made}


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
        self.stdout.write(json.dumps({"empty": prepared(empty, tickets), "full": prepared(full, tickets)}))
