"""A page that has been open for a while undoes nothing a colleague has saved since; what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import feedback_forms
from rounds.models import Kind, Programme, Prompt, Role, Round, Stage
from rounds.timings import usual
from tests import factories
from tests.rounds.looking import words

pytestmark = pytest.mark.django_db
Typed = dict[str, Any]
A_COLLEAGUE = "A colleague changed this while you were writing."


@dataclass(frozen=True)
class Page:
    """A page with settings. mine, theirs: what two people type into it; each leaves the other's alone."""

    address: str
    mine: Typed
    theirs: Typed
    stands: Callable[[], tuple[object, object]]  # what each of the two typed, as it stands
    said: tuple[object, object]  # and as it should in the end
    shown: str  # of theirs, beside mine


@pytest.fixture
def programme() -> Programme:
    return factories.programme()


@pytest.fixture
def desk(client: Client, programme: Programme) -> Client:
    client.force_login(factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR, Role.FACILITATOR)))
    return client


def of_the_settings(programme: Programme) -> Page:
    return Page(
        reverse("programme-settings", args=[programme.public_id]),
        mine={"support_card": "Chaplaincy, extension 12"},
        theirs={"told_back_is_public": ""},
        stands=lambda: Programme.objects.values_list("support_card", "told_back_is_public").get(pk=programme.pk),
        said=("Chaplaincy, extension 12", False),
        shown="Anyone with its link can read what was told back not ticked",
    )


def of_an_open_round(programme: Programme) -> Page:
    made = factories.round_(programme, stage=Stage.STORY)
    Round.objects.filter(pk=made.pk).update(**usual("round")._asdict())
    return Page(
        reverse("round-edit", args=[made.public_id]),
        mine={"circle_minutes": "21"},
        theirs={"private_notes": "Water on the table.", "support_card": "Chaplaincy"},
        stands=lambda: Round.objects.values_list("circle_minutes", "story__private_notes").get(pk=made.pk),
        said=(21, "Water on the table."),
        shown="Notes for the facilitators Water on the table.",
    )


def of_the_feedback_form(programme: Programme) -> Page:
    def asked() -> tuple[object, object]:
        lines = feedback_forms.asked(programme)
        return lines[0].text, lines[1].text

    return Page(
        reverse("feedback-lines", args=[programme.public_id]),
        mine={"line_1": "The hour was worth it."},
        theirs={"line_2": "I laughed, too."},
        stands=asked,
        said=("The hour was worth it.", "I laughed, too."),
        shown="Line 2 I laughed, too.",
    )


def of_a_re_run(programme: Programme) -> Page:
    first = factories.round_(programme, stage=Stage.CLOSED)
    on: datetime = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    night = Round.objects.create(programme=programme, retells=first, kind=Kind.ROUND, starts_at=on, place="Room 2")
    return Page(
        reverse("tell-again", args=[night.public_id]),
        mine={"time": "21:45"},
        theirs={"place": "The night staff’s kitchen"},
        stands=lambda: (
            timezone.localtime(Round.objects.get(pk=night.pk).starts_at).strftime("%H:%M"),
            Round.objects.get(pk=night.pk).place,
        ),
        said=("21:45", "The night staff’s kitchen"),
        shown="Place The night staff’s kitchen",
    )


def opened(desk: Client, address: str) -> Typed:
    """What the page's form would send if nobody touched it."""
    page = desk.get(address)
    form = page.context["form"]
    typed = {bound.html_name: bound.value() for bound in form}
    shown = {name: value for name, value in typed.items() if value not in (None, False)}
    return {**shown, "seen": page.context["meanwhile"].seen}


@pytest.mark.parametrize("page_of", [of_the_settings, of_an_open_round, of_the_feedback_form, of_a_re_run])
def test_a_stale_page_undoes_nothing_and_keeps_what_was_typed(
    desk: Client, programme: Programme, page_of: Callable[[Programme], Page]
) -> None:
    page = page_of(programme)
    before = page.stands()
    stale, theirs = opened(desk, page.address), {**opened(desk, page.address), **page.theirs}
    assert desk.post(page.address, theirs).status_code == 302
    assert desk.post(page.address, theirs).status_code == 302  # a second press says the same
    refused = desk.post(page.address, {**stale, **page.mine})
    html = refused.content.decode()
    assert refused.status_code == 409
    assert A_COLLEAGUE in html
    assert page.shown in words(html)
    assert all(str(typed) in html for typed in page.mine.values())
    assert page.stands() == (before[0], page.said[1])
    again = {**stale, **page.mine, **page.theirs, "seen": refused.context["meanwhile"].seen}
    assert desk.post(page.address, again).status_code == 302
    assert page.stands() == page.said
    assert desk.post(page.address, {**again, **page.theirs, **page.mine, "seen": ""}).status_code == 302  # as it stands


def test_what_a_colleague_saved_is_shown_also_after_something_else_was_refused(
    desk: Client, programme: Programme
) -> None:
    page = of_the_settings(programme)
    stale = opened(desk, page.address)
    desk.post(page.address, {**opened(desk, page.address), **page.theirs})
    unfit = desk.post(page.address, {**stale, "floor": "2"})
    kept = unfit.context["meanwhile"].seen
    assert kept == stale["seen"]
    assert desk.post(page.address, {**stale, **page.mine, "seen": kept}).status_code == 409
    assert page.stands()[1] is False
    for unread in ("", "x" * 41, "0" * 16):
        assert desk.post(page.address, {**stale, **page.mine, "seen": unread}).status_code == 409


def test_a_question_that_is_sent_twice_is_added_once(desk: Client, programme: Programme) -> None:
    page = of_an_open_round(programme)
    typed = {**opened(desk, page.address), "another_question": "And now?"}
    for _ in range(2):
        assert desk.post(page.address, typed).status_code == 302
    assert Prompt.objects.filter(text="And now?").count() == 1


def test_where_no_notes_are_kept_none_are_asked_for(desk: Client, programme: Programme) -> None:
    later = factories.round_(programme, stage=Stage.STORY, **usual("round")._asdict())
    later.story.delete()
    address = reverse("round-edit", args=[later.public_id])
    assert "private_notes" not in desk.get(address).content.decode()
    assert desk.post(address, {**opened(desk, address), "support_card": "Chaplaincy"}).status_code == 302
    assert Round.objects.get(pk=later.pk).support_card == "Chaplaincy"
