"""A programme's own lines on the feedback form: what is asked, what was asked, and whose they are."""

from __future__ import annotations

import secrets

import pytest
from django.test import Client
from django.urls import reverse

from rounds import closing, feedback_forms, sealing
from rounds.live.messages import Sender
from rounds.models import Programme, Role, Round, StaffAct, Stage, User
from rounds.refusals import Refused
from rounds.statements import STATEMENTS
from tests import factories
from tests.rounds.looking import look

pytestmark = pytest.mark.django_db
OWN = "The hour was worth leaving the ward for."


@pytest.fixture
def ada() -> User:
    return factories.person("ada", of=factories.programme(), roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def programme(ada: User) -> Programme:
    return ada.memberships.get().programme


def texts(programme: Programme) -> list[str]:
    return [line.text for line in feedback_forms.asked(programme)]


def answered(round: Round, people: int, **answers: str) -> list[str]:
    """The lines that are shown of a round in which so many people gave these answers."""
    for number in range(people):
        sender = Sender(round=round, voice=f"voice {number}")
        given = {code: answer if number < 6 else "no" for code, answer in answers.items()}
        closing.give_feedback(sender=sender, nonce=secrets.token_urlsafe(16), answers=given)
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED)
    sealing.seal(round=round)
    return shown(round)


def shown(round: Round) -> list[str]:
    results = closing.results(round=Round.objects.get(pk=round.pk))
    assert results is not None
    return [line.text for line in results.feedback if not line.agreed.hidden]


def write(programme: Programme, lines: list[str], *, by: User) -> None:
    feedback_forms.write(programme=programme, texts=lines, seen=feedback_forms.mark(programme), by=by)


def test_lines_of_ones_own_are_asked_and_old_answers_keep_the_words_they_were_given_to(
    ada: User, programme: Programme
) -> None:
    before = factories.round_(programme, stage=Stage.CLOSING)
    assert answered(before, 12, stays="yes") == [STATEMENTS[0].text]
    write(programme, [OWN, STATEMENTS[0].text], by=ada)
    assert texts(programme) == [OWN, STATEMENTS[0].text]
    after = factories.round_(programme, stage=Stage.CLOSING)
    assert OWN in look(after)["feedback"]
    own = feedback_forms.asked(programme)[0].code
    assert answered(after, 12, **{own: "mostly", "stays": "yes", "again": "yes"}) == [OWN, STATEMENTS[0].text]
    write(programme, [], by=ada)
    assert feedback_forms.asked(programme) == STATEMENTS
    assert (shown(before), shown(after)) == ([STATEMENTS[0].text], [OWN, STATEMENTS[0].text])
    write(programme, [OWN], by=ada)
    assert feedback_forms.asked(programme)[0].code == own


def test_lines_stay_as_they_are_while_a_room_answers_them(ada: User, programme: Programme) -> None:
    factories.round_(programme, stage=Stage.CLOSING)
    with pytest.raises(Refused, match="saying goodbye"):
        write(programme, [OWN], by=ada)
    assert texts(programme) == [line.text for line in STATEMENTS]


def test_an_administrator_writes_them_on_a_page_and_nobody_else_does(ada: User, programme: Programme) -> None:
    address = reverse("feedback-lines", args=[programme.public_id])
    for person in (
        factories.facilitator(of=programme),
        factories.person("charlie", of=factories.programme("Elsewhere"), roles=(Role.ADMINISTRATOR,)),
    ):
        client = Client()
        client.force_login(person)
        assert client.post(address, {"line_1": OWN}).status_code == 404
    desk = Client()
    desk.force_login(ada)
    seen = feedback_forms.mark(programme)
    assert desk.post(address, {"line_1": OWN, "line_2": OWN, "seen": seen}).status_code == 422
    page = desk.post(address, {"line_1": "", "line_3": OWN, "seen": seen}, follow=True).content.decode()
    assert f"{OWN}</textarea>" in page
    assert texts(programme) == [OWN]
    assert [act.what for act in StaffAct.objects.all()] == ["changed the lines of the feedback form"]
    desk.post(address, {"line_1": OWN, "ours": "yes", "seen": feedback_forms.mark(programme)})
    assert len(texts(programme)) == 8
