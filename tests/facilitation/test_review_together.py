"""One move for several actions: each by itself, and nothing typed is lost. alice runs the round, bob and dora lead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation import reviews, together
from facilitation.models import Action, ActionEvent, State
from rounds.models import Role, Round, Stage, User
from tests import factories
from tests.facilitation.telling import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def ask(client: Client, circle: Round, move: str, *actions: Action, **more: str) -> Any:
    asked = {"move": move, "tick": [action.public_id for action in actions], **more}
    return client.get(reverse("actions-together", args=[circle.programme.public_id]), asked)


def go(client: Client, circle: Round, move: str, *actions: Action, **words: str) -> Any:
    """Each action is sent with the version that its object here has."""
    asked = {"tick": [f"{action.public_id}.{action.version}" for action in actions], **words}
    return client.post(reverse("actions-together-go", args=[circle.programme.public_id, move]), asked)


def standing() -> list[str]:
    return list(Action.objects.order_by("pk").values_list("state", flat=True))


HAND_ON = {"holder": "The estates team", "holder_level": "organisation", "words": "They have the key."}


def test_several_are_moved_with_the_same_words_and_each_has_them_in_its_history(
    circle: Round, alice: User, bob: User, desk: Client
) -> None:
    made = [factories.agreed(circle, by=alice) for _ in range(3)]
    assert [action for action, _ in ask(desk, circle, "hand_on", *made).context["ready"]] == made
    answer = go(desk, circle, "hand_on", *made, **HAND_ON, back="as=board&level=team&evil=//x")
    assert urlsplit(answer.url)[1:4] == (
        "",
        reverse("actions", args=[circle.programme.public_id]),
        "as=board&level=team",
    )
    assert set(Action.objects.values_list("holder", flat=True)) == {"The estates team"}
    told = ActionEvent.objects.filter(what="handed on", who=bob)
    assert {event.action for event in told} == set(made)
    assert {event.words for event in told} == {"To: The estates team\nThey have the key."}


def test_what_cannot_be_moved_is_named_with_its_reason_before_and_is_not_sent(
    circle: Round, alice: User, desk: Client
) -> None:
    fits = factories.agreed(circle, by=alice)
    ended = factories.agreed(circle, by=alice, state=State.DONE)
    wide = factories.agreed(circle, by=alice, level="organisation")
    page = ask(desk, circle, "accept", fits, ended, wide)
    assert [action for action, _ in page.context["ready"]] == [fits]
    assert page.context["stays"] == [
        (ended, "It stands at “Done” now. This cannot be done from there."),
        (wide, reviews.NEEDS_A_SPONSOR),
    ]


def test_what_another_lead_changed_meanwhile_stays_and_the_words_are_kept_for_it(
    circle: Round, alice: User, bob: User, desk: Client
) -> None:
    free, taken = factories.agreed(circle, by=alice), factories.agreed(circle, by=alice)
    dora = factories.clinical_lead("dora", of=circle.programme)
    later = timezone.localdate() + timedelta(days=30)
    reviews.tell_back(action=taken, version=1, by=dora, told_back="We have asked.", review_on=later)
    reviews.comment(action=taken, by=dora, words="They ring on Monday.")
    answer = go(desk, circle, "return_with_question", free, taken, question="Who pays?")
    assert answer.status_code == 409
    assert standing() == [State.RETURNED, State.AGREED]
    said = text(answer)
    assert "Dora: told back." in said
    assert "Dora: changed" in said  # the day it is looked at again
    assert f"{taken.statement}</a>: Somebody else changed it meanwhile." in said
    assert "Who pays?</textarea>" in said
    assert [(action, version) for action, version in answer.context["ready"]] == [(taken, 3)]
    taken.refresh_from_db()
    assert go(desk, circle, "return_with_question", taken, question="Who pays?").status_code == 302
    assert standing() == [State.RETURNED, State.RETURNED]


def test_a_form_without_its_words_comes_back_with_the_versions_that_were_seen(
    circle: Round, alice: User, desk: Client
) -> None:
    made = factories.agreed(circle, by=alice)
    reviews.tell_back(action=made, version=1, by=alice, told_back="We have asked.")
    answer = go(desk, circle, "return_with_question", made, question=" ")
    assert "What is your question?" in text(answer)
    assert f'value="{made.public_id}.1"' in text(answer)
    named = go(desk, circle, "hand_on", made, **{**HAND_ON, "holder": "Dr Ashdown"})
    assert "reads like a person’s name" in text(named)
    assert ActionEvent.objects.latest("pk").what == "told back"


def test_a_note_goes_to_several_and_a_facilitator_has_no_other_move(circle: Round, alice: User) -> None:
    made = [factories.agreed(circle, by=alice) for _ in range(2)]
    client = Client()
    client.force_login(alice)
    assert go(client, circle, "comment", *made, words="The bays are measured.").status_code == 302
    assert ActionEvent.objects.filter(words="The bays are measured.").count() == 2
    assert ask(client, circle, "accept", *made).status_code == 404
    assert go(client, circle, "accept", *made).status_code == 404
    assert standing() == [State.AGREED, State.AGREED]


def test_no_end_and_nothing_that_is_told_back_is_said_of_several(circle: Round, alice: User, desk: Client) -> None:
    made = factories.agreed(circle, by=alice)
    for move in ("finish", "could_not", "tell_back", "answer", "explode"):
        assert go(desk, circle, move, made, told_back="x", words="x").status_code == 404


def test_nothing_of_another_programme_is_moved_however_it_is_asked(circle: Round, alice: User, desk: Client) -> None:
    elsewhere = factories.round_(factories.programme("Elsewhere"), stage=Stage.CIRCLE)
    charlie = factories.person("charlie", of=elsewhere.programme, roles=tuple(Role))
    theirs = factories.agreed(elsewhere, by=charlie, statement="do THEIR thing")
    mine = factories.agreed(circle, by=alice)
    assert "THEIR" not in text(ask(desk, circle, "accept", mine, theirs))
    go(desk, circle, "accept", mine, theirs)
    assert standing() == [State.AGREED, State.ACCEPTED]
    assert go(desk, elsewhere, "accept", theirs).status_code == 404
    for tick in ("x", f"{mine.public_id}.-1", f"{mine.public_id}.99999999999999999999", "." * 90):
        asked = {"tick": tick, "words": "y"}
        address = reverse("actions-together-go", args=[circle.programme.public_id, "comment"])
        assert desk.post(address, asked).status_code == 200
    assert ask(desk, circle, "accept").status_code == 302


def test_more_than_a_hundred_are_not_moved_at_once_and_the_page_says_so(
    circle: Round, alice: User, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "AT_MOST", 1)
    made = [factories.agreed(circle, by=alice) for _ in range(2)]
    page = ask(desk, circle, "accept", *made)
    assert len(page.context["ready"]) == 1
    assert "The others stay as they are." in text(page)
