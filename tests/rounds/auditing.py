"""What the audit's tests share: the answer to one question, and a sealed round with something in it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.utils import timezone

from rounds import keys, self_audit
from rounds.models import Reaction, Round, Stage
from rounds.models.ids import new_id
from rounds.self_audit import Answer, Surroundings
from tests import factories


def asked(name: str, *logs: Path) -> Answer:
    """The audit's answer to the check of this name."""
    (check,) = [check for check in self_audit.CHECKS if check.name == name]
    return self_audit.ask(check, Surroundings(logs=logs))


def sealed(reactions: int = 40, **fields: Any) -> Round:
    """A closed and sealed round without a key, whose reactions lie as chance has it."""
    now = timezone.now()
    made = factories.round_(stage=Stage.CLOSED, **{"closed_at": now, "sealed_at": now, **fields})
    keys.destroy(made)
    assert made.current_prompt is not None
    ids = [new_id() for _ in range(reactions)]
    secrets.SystemRandom().shuffle(ids)
    Reaction.objects.bulk_create(Reaction(pk=key, prompt=made.current_prompt, text=f"words {key}") for key in ids)
    return made
