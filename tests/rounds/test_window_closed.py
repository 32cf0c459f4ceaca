"""What facilitators are told of a window that has closed: of what is held, and while its seal is not done."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import keys, reactions, sealing, windows
from rounds.live.messages import Sender
from rounds.models import Prompt, Round, Stage, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(alice: User) -> Round:
    now = timezone.now()
    over = {"starts_at": now - timedelta(hours=1), "closed_at": now, "sealed_at": now, "may_stay_open": True}
    first = factories.round_(alice.memberships.get().programme, stage=Stage.CLOSED, **over)
    Prompt.objects.create(round=first, text="What got in its way?", position=1)
    keys.destroy(first)
    return windows.begin(first=first, telling="There was no chair.", is_theirs=True, is_checked=True, by=alice)


def write(window: Round, people: int, *, question: int, text: str) -> None:
    prompt = window.prompts.all()[question].public_id
    for number in range(people):
        sender = Sender(round=window, voice=f"voice {number}")
        reactions.post(sender=sender, nonce=secrets.token_urlsafe(16), prompt=prompt, text=text, feelings=[])


def close(window: Round, client: Client) -> str:
    return client.post(reverse("window-end", args=[window.public_id]), follow=True).content.decode()


@pytest.mark.parametrize("others", [0, 6])
def test_of_what_is_held_its_page_does_not_say_that_it_is_among_the_loose_sentences(
    window: Round, alice: User, client: Client, others: int
) -> None:
    client.force_login(alice)
    write(window, 5, question=0, text="I want to kill myself.")
    write(window, others, question=1, text="no chair")
    page = close(window, client)
    assert page.count("I want to kill myself.") == 5
    assert ("is with the first telling" in page) == bool(others)
    assert ("but for what is held and stands below" in page) == bool(others)
    assert ("All that at least five people wrote to a question is held" in page) == (not others)


def test_while_somebody_reads_the_files_nobody_is_told_that_it_is_sealed(
    window: Round, alice: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice)
    with monkeypatch.context() as while_somebody_reads:
        while_somebody_reads.setattr(sealing, "compact", lambda models: False)
        page = close(window, client)
    assert keys.exists(window)
    assert "It is closed, and is being sealed." in page
    assert "What fewer wrote is read by nobody, and is gone once the seal is done" in page
    assert "is gone." not in page
    assert sealing.seal_all_closed() == 1
    assert "What fewer wrote is gone." in client.get(reverse("round", args=[window.public_id])).content.decode()
