"""Signing the themes off on the debrief page: whose words a title is, what it starts, what is fixed from then on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from facilitation import barriers, themes
from facilitation.models import Theme
from rounds import programmes
from rounds.models import Programme, Reaction, Role, Round, Stage, User
from rounds.refusals import Refused
from tests import factories
from tests.facilitation.telling import html

pytestmark = pytest.mark.django_db
QUOTED = "Nobody had asked her daughter"


@pytest.fixture
def closed(alice: User) -> Round:
    made = factories.round_(
        alice.memberships.get().programme,
        stage=Stage.CLOSED,
        closed_at=timezone.now(),
        sealed_at=timezone.now(),
        crossed_threshold=True,
    )
    factories.reaction(made, f"{QUOTED}, and the bell rang.")
    factories.theme(made, "Waiting")
    return made


def page(client: Client, round: Round) -> str:
    return " ".join(client.get(reverse("debrief", args=[round.public_id])).content.decode().split())


def press(client: Client, round: Round, **fields: Any) -> tuple[int, str]:
    answer = client.post(reverse("sign-off", args=[round.public_id]), fields, follow=True)
    return answer.status_code, " ".join(answer.content.decode().split())


def in_days(days: int) -> str:
    return date_format(timezone.localdate() + timedelta(days=days), "j F Y")


def test_the_page_says_what_the_press_does_and_when(desk: Client, closed: Round) -> None:
    html = page(desk, closed)
    assert re.search(r'<li id="title-[\w-]+">Waiting ', html)
    assert f'on <strong class="nowrap">{in_days(14)}</strong> what people wrote goes for good' in html
    assert f"If nobody does, the words go on {in_days(90)}" in html


def test_a_press_signs_off_and_says_when_the_words_go(desk: Client, closed: Round) -> None:
    status, html = press(desk, closed)
    assert status == 200
    assert f'What people wrote goes for good on <strong class="nowrap">{in_days(14)}</strong>' in html
    assert Round.objects.get().signed_off_at is not None


def test_titles_in_somebodys_words_are_pointed_out_and_need_a_tick(desk: Client, closed: Round) -> None:
    quoting = factories.theme(closed, QUOTED)
    assert "In somebody’s own words" in page(desk, closed)

    status, html = press(desk, closed)
    assert status == 409
    assert f"“{QUOTED}” is what somebody wrote" in html
    assert 'aria-invalid="true"' in html
    assert Round.objects.get().signed_off_at is None

    assert press(desk, closed, keep=[quoting.public_id])[0] == 200
    assert Round.objects.get().signed_off_at is not None


def test_ticks_stay_when_another_is_missing(desk: Client, closed: Round) -> None:
    first, _ = factories.theme(closed, QUOTED), factories.theme(closed, "asked her daughter and the bell")
    _, html = press(desk, closed, keep=[first.public_id])
    assert f'value="{first.public_id}" checked' in html


def test_a_title_from_a_sentence_that_was_held_says_so(desk: Client, closed: Round) -> None:
    factories.theme(closed, QUOTED)
    assert "held back from the room" not in page(desk, closed)
    Reaction.objects.update(state=Reaction.State.HELD)
    assert "its sentence was held back from the room" in page(desk, closed)


def test_what_is_signed_off_can_be_taken_back(desk: Client, closed: Round) -> None:
    press(desk, closed)
    desk.post(reverse("sign-off-back", args=[closed.public_id]))
    assert Round.objects.get().signed_off_at is None


def test_titles_and_piles_are_fixed_once_signed_off_but_a_later_circle_goes_on(
    desk: Client, alice: User, closed: Round
) -> None:
    theme = Theme.objects.get()
    press(desk, closed)
    for change in (
        lambda: themes.rename(round=closed, theme=theme.public_id, title="Other", by=alice),
        lambda: themes.make(round=closed, title="Another", by=alice),
        lambda: themes.remove(round=closed, theme=theme.public_id, by=alice),
        lambda: themes.undo(round=closed, by=alice),
    ):
        with pytest.raises(Refused, match="signed off"):
            change()
    themes.hold_not_fix(round=closed, theme=theme.public_id, held=True, by=alice)
    barriers.fix(round=closed, theme=theme.public_id, barriers=["space_and_kit"], by=alice)
    theme.refresh_from_db()
    assert (theme.title, theme.to_be_held, theme.barriers) == ("Waiting", True, ["space_and_kit"])


def test_the_console_says_that_themes_are_signed_off_or_words_gone(closed: Round) -> None:
    assert "Tick sentences" in html("console", "weave_head", closed)
    closed.signed_off_at = timezone.now()
    assert "These themes are signed off." in html("console", "weave_head", closed)
    later = factories.round_(closed.programme, stage=Stage.CIRCLE, continues=closed)
    assert "These themes are signed off." in html("console", "weave_head", later)
    closed.words_gone_at = timezone.now()
    assert "What people wrote has gone for good" in html("console", "weave_head", closed)


def test_a_round_without_a_theme_is_signed_off_too(desk: Client, closed: Round) -> None:
    Theme.objects.all().delete()
    assert "There are no themes in this round" in page(desk, closed)
    assert press(desk, closed)[0] == 200
    assert Round.objects.get().signed_off_at is not None


def test_a_round_that_is_not_closed_cannot_be_signed_off(desk: Client, closed: Round) -> None:
    Round.objects.update(stage=Stage.CLOSING)
    assert "Once the round is closed you sign the themes off here. 14 days later" in page(desk, closed)
    status, _ = press(desk, closed)
    assert status == 409
    assert Round.objects.get().signed_off_at is None


@pytest.mark.parametrize("address", ["sign-off", "sign-off-back"])
def test_nobody_else_signs_off(closed: Round, address: str) -> None:
    """A stranger of another programme and a clinical lead of this one find nothing there."""
    charlie = factories.facilitator("charlie", of=factories.programme("Hillside"))
    for person in (charlie, factories.clinical_lead("bob", of=closed.programme)):
        client = Client()
        client.force_login(person)
        assert client.post(reverse(address, args=[closed.public_id])).status_code == 404
    assert Round.objects.get().signed_off_at is None


@pytest.mark.parametrize("address", ["sign-off", "sign-off-back"])
def test_looking_at_the_address_does_nothing(desk: Client, closed: Round, address: str) -> None:
    assert desk.get(reverse(address, args=[closed.public_id])).status_code == 302
    assert Round.objects.get().signed_off_at is None


def test_once_the_words_are_gone_the_page_says_so_and_names_what_stays(desk: Client, closed: Round) -> None:
    Round.objects.update(words_gone_at=timezone.now(), signed_off_at=timezone.now())
    Theme.objects.update(sentences=15)
    html = page(desk, closed)
    assert f"What people wrote in this round went for good on {in_days(0)}" in html
    assert 'Waiting <span class="soft">(about 15 sentences)</span>' in html
    assert "sign them off" not in html


def test_an_administrator_settles_how_long_words_are_kept(closed: Round) -> None:
    programme = closed.programme
    client = Client()
    client.force_login(factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR,)))
    address = reverse("programme-settings", args=[programme.public_id])
    form = {"name": "Riverside", "support_card": "Talk.", "floor": 5, "words_days": 7, "words_days_at_most": 60}
    assert client.post(address, {**form, "seen": programmes.mark(programme)}).status_code == 302
    kept = Programme.objects.get(pk=programme.pk)
    assert (kept.words_days, kept.words_days_at_most) == (7, 60)
    for beyond in ({"words_days": 31}, {"words_days": 0}, {"words_days_at_most": 181}, {"words_days_at_most": 29}):
        assert client.post(address, {**form, **beyond}).status_code == 200
    assert Programme.objects.get(pk=programme.pk).words_days == 7


def test_days_beyond_floor_and_ceiling_are_refused_in_words(alice: User) -> None:
    programme = Programme.objects.get()
    settings = {name: getattr(programme, name) for name in programmes.SETTLED}
    told: dict[str, Any] = {"seen": programmes.mark(programme), "by": alice}
    with pytest.raises(Refused, match="1 to 30 days"):
        programmes.settle(programme=programme, settings={**settings, "words_days": 31}, **told)
    with pytest.raises(Refused, match="30 to 180 days"):
        programmes.settle(programme=programme, settings={**settings, "words_days_at_most": 400}, **told)


def test_the_programmes_page_says_which_rounds_are_not_signed_off_to_those_who_can(desk: Client, closed: Round) -> None:
    address = reverse("programme", args=[closed.programme.public_id])
    assert "not signed off yet" in desk.get(address).content.decode()
    lead = Client()
    lead.force_login(factories.clinical_lead("bob", of=closed.programme))
    assert "not signed off yet" not in lead.get(address).content.decode()
    press(desk, closed)
    assert "not signed off yet" not in desk.get(address).content.decode()
