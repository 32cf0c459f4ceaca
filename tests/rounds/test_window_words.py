"""What people read in a window: looked over before it opens, and mended while it is open."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import marks, pools, stories, windows
from rounds.live import pictures
from rounds.models import Round, StaffAct, Stage, User
from rounds.refusals import StageMovedOn
from tests import factories

pytestmark = pytest.mark.django_db
MARKED = "A daughter, Anita, rang on 14 October. She was <b>."
PLAIN = "A daughter rang and asked for her father."


@pytest.fixture
def first(alice: User) -> Round:
    now = timezone.now()
    over: dict[str, Any] = {"stage": Stage.CLOSED, "closed_at": now, "sealed_at": now, "may_stay_open": True}
    return factories.round_(alice.memberships.get().programme, **over)


@pytest.fixture
def window(first: Round, alice: User) -> Round:
    return windows.begin(first=first, telling=PLAIN, is_theirs=False, is_checked=True, by=alice)


@pytest.fixture
def desk(alice: User, client: Client) -> Client:
    client.force_login(alice)
    return client


def of(round: Round) -> str:
    return reverse("window-begin", args=[round.public_id])


def read_in(window: Round) -> str:
    return html.unescape(pictures.look(window.pk, ["room"])["room"].html["window"])


def seen(desk: Client, window: Round) -> str:
    return str(desk.get(of(window)).context["meanwhile"].seen)


def test_what_may_point_to_somebody_is_asked_about_before_it_opens_and_again_when_other_words_do(
    first: Round, desk: Client
) -> None:
    said = {"telling": MARKED, "is_checked": "on"}
    asked = desk.post(of(first), said)
    page = asked.content.decode()
    assert asked.status_code == 422
    for mark in ("Anita</mark>", "(a name?)", "14 October</mark>", "(a date?)"):
        assert mark in page
    assert "<b>" not in page
    assert html.escape(MARKED) in page  # what was typed is kept
    assert "Leave them in, and open it now" in page
    leave = asked.context["form"].mark
    other = {**said, "telling": MARKED.replace("14", "15"), "leave": leave}
    assert desk.post(of(first), other).status_code == 422
    assert pools.window_of(first) is None
    assert desk.post(of(first), {**said, "leave": leave}).status_code == 302
    opened = pools.window_of(first)
    assert opened is not None
    assert opened.telling == MARKED


def test_a_slip_is_corrected_while_it_is_open_with_the_same_look_and_phones_read_the_new_words(
    window: Round, desk: Client, alice: User
) -> None:
    page = reverse("round", args=[window.public_id])
    assert f'href="{of(window)}"' in desk.get(page).content.decode()
    said = {"telling": MARKED, "is_checked": "on", "seen": seen(desk, window)}
    assert PLAIN in desk.get(of(window)).content.decode()
    asked = desk.post(of(window), said)
    assert (asked.status_code, PLAIN in read_in(window)) == (422, True)
    assert desk.post(of(window), {**said, "leave": asked.context["form"].mark}).status_code == 302
    assert "on 14 October" in read_in(window)
    assert PLAIN not in read_in(window)
    acts = StaffAct.objects.filter(round=window, what="corrected what is read in the 48 hours")
    assert [act.who for act in acts] == [alice]


def test_of_two_who_correct_at_once_the_second_sees_the_firsts_words_and_can_press_again(
    window: Round, desk: Client
) -> None:
    opened = seen(desk, window)
    for telling in ("The first one’s words.", "The first one’s words."):  # a second press of the same changes nothing
        assert desk.post(of(window), {"telling": telling, "is_checked": "on", "seen": opened}).status_code == 302
    mine = {"telling": "The second one’s words.", "is_checked": "on"}
    late = desk.post(of(window), {**mine, "seen": opened})
    page = late.content.decode()
    assert late.status_code == 409
    assert marks.CHANGED in page
    assert "The first one’s words." in page
    assert "The second one’s words." in page
    assert "The first one’s words." in read_in(window)
    assert desk.post(of(window), {**mine, "seen": late.context["meanwhile"].seen}).status_code == 302
    assert "The second one’s words." in read_in(window)


def test_once_closed_nothing_is_corrected(window: Round, alice: User) -> None:
    was = windows.mark(window)
    windows.end(round=window, by=alice)
    with pytest.raises(StageMovedOn):
        windows.tell_anew(window=window, telling="Late.", is_theirs=False, is_checked=True, seen=was, by=alice)
    assert Round.objects.get(pk=window.pk).telling == ""


def test_a_part_taken_back_meanwhile_is_not_brought_back_by_a_page_that_was_open(
    first: Round, desk: Client, alice: User
) -> None:
    window = windows.begin(first=first, telling=PLAIN, is_theirs=True, is_checked=True, by=alice)
    opened = seen(desk, window)
    one = first.story.storytellers.create(role="Porter", position=1)
    stories.withdraw(round=first, storyteller=one.public_id, by=alice)
    page = reverse("round", args=[window.public_id])
    assert "There is nothing to read in it now" in desk.get(page).content.decode()
    assert "Something to read" in desk.get(of(window)).content.decode()
    said = {"telling": f"{PLAIN} Twice.", "is_checked": "on"}
    late = desk.post(of(window), {**said, "seen": opened, "is_theirs": "on"})
    assert (late.status_code, "<dd>nothing</dd>" in late.content.decode()) == (409, True)
    assert "Twice." not in read_in(window)
    assert (
        desk.post(of(window), {"telling": "Briefly told.", "seen": late.context["meanwhile"].seen}).status_code == 422
    )
    briefly = {"telling": "Briefly told.", "is_checked": "on", "seen": late.context["meanwhile"].seen}
    assert desk.post(of(window), briefly).status_code == 302
    assert "Briefly told." in read_in(window)
    assert "Told briefly by the facilitators" in read_in(window)
