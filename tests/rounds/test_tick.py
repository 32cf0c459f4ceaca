"""What must happen by itself."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from rounds import gathering, keys, sealing
from rounds.models import Stage
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_closed_round_that_a_crash_left_unsealed_is_sealed_by_the_next_tick() -> None:
    left_over = factories.round_(stage=Stage.CLOSED)
    still_open = factories.round_(stage=Stage.CLOSING)

    call_command("tick", verbosity=0)
    call_command("tick", verbosity=0)

    left_over.refresh_from_db()
    still_open.refresh_from_db()
    assert left_over.sealed_at is not None
    with pytest.raises(keys.KeyGone):
        keys.derived(left_over.public_id, "post")
    assert still_open.sealed_at is None
    assert keys.derived(still_open.public_id, "post")


def test_a_key_that_outlived_its_seal_is_destroyed_by_the_next_tick() -> None:
    sealed = factories.round_(stage=Stage.CLOSED)
    sealing.seal(round=sealed)
    keys.make(sealed)  # as if the power had gone between the commit and the destroying

    call_command("tick", verbosity=0)

    assert not keys.exists(sealed)


def test_a_round_restored_from_a_backup_without_its_key_is_sealed_without_its_forms() -> None:
    restored = factories.round_(stage=Stage.CLOSED)
    said = {"answers": {"safe": "fully"}}
    gathering.put(round=restored, basket=sealing.FEEDBACK, nonce="n", voice="v", payload=said)
    keys.destroy(restored)

    call_command("tick", verbosity=0)

    restored.refresh_from_db()
    assert restored.sealed_at is not None
    assert not restored.feedback.exists()
    assert not restored.sealed_posts.exists()
