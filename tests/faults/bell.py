"""A doorbell some of whose rings get lost: what a dropped message between a commit and a hub looks like."""

from __future__ import annotations

import os
import random

from django.apps import AppConfig


class Bell(AppConfig):
    """Puts itself in front of the real bell, in the server's process only."""

    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        from rounds.live import doorbell

        ring, lost = doorbell.ring, float(os.environ.get("FAULTS_RINGS_LOST", "0"))

        def ring_sometimes(round_pk: int) -> None:
            if random.random() >= lost:
                ring(round_pk)

        doorbell.ring = ring_sometimes
