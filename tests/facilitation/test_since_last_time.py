"""Since last time: what was told back opens the next round, on the phones and on the wall."""

from __future__ import annotations

import pytest

from facilitation import reviews, told_back
from facilitation.models import State
from rounds.live import regions
from rounds.models import Kind, Programme, Round, Stage, User
from tests import factories
from tests.facilitation.telling import held, html, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier(programme: Programme) -> Round:
    return held(programme, days_ago=30)


def test_the_arrival_opens_with_what_was_told_back_since_the_last_round(
    programme: Programme, earlier: Round, alice: User
) -> None:
    told(earlier, alice, "There are chairs now.", statement="put chairs out")
    told(earlier, alice, "The bays are too narrow.", state=State.COULD_NOT, statement="widen the bays")
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    phones, wall = html("room", "told_back", following), html("wall", "told_back", following)
    for words in (
        "Since last time",
        "We said we would put chairs out.",
        "There are chairs now.",
        "The bays are too narrow.",
    ):
        assert words in phones
        assert words in wall
    for audience in ("room", "wall"):
        names = [one.name for one in regions.of(audience) if one.slot == "main"]
        assert names.index("told_back") < names.index("arrival")
    names = [one.name for one in regions.of("room") if one.slot == "main"]
    assert names[:2] == ["changes", "you_are_in"]  # what changed of a promise comes first; mostly there is none
    assert html("room", "changes", following).strip() == ""
    assert "You are in." in html("room", "you_are_in", following)


def test_what_was_told_before_the_last_round_is_not_told_again(
    programme: Programme, earlier: Round, alice: User
) -> None:
    told(earlier, alice, "Long ago.", days_ago=12)
    held(programme, days_ago=10)
    told(earlier, alice, "Since then.", days_ago=2)
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    assert [action.told_back for action in told_back.since_last_time(following)] == ["Since then."]


def test_a_first_round_and_another_programmes_round_hear_nothing(earlier: Round, alice: User) -> None:
    told(earlier, alice, "There are chairs now.")
    elsewhere = factories.round_(stage=Stage.ARRIVAL)
    held(elsewhere.programme, days_ago=3)
    assert told_back.since_last_time(elsewhere) == []
    assert html("room", "told_back", elsewhere) == html("wall", "told_back", elsewhere) == ""


@pytest.mark.parametrize("part", [Kind.WINDOW, Kind.CIRCLE, "re-run"])
def test_what_was_told_before_a_window_a_circle_or_a_re_run_is_still_told_at_the_next_round(
    programme: Programme, earlier: Round, alice: User, part: str
) -> None:
    told(earlier, alice, "There are chairs now.", days_ago=12)
    of = {"continues": earlier} if part == Kind.CIRCLE else {"retells": earlier}
    between = held(programme, days_ago=10, kind=part if part in Kind.values else Kind.ROUND, **of)
    told(earlier, alice, "There are lamps now.", days_ago=2)
    both = ["There are lamps now.", "There are chairs now."]
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    assert [action.told_back for action in told_back.since_last_time(following)] == both
    if part != Kind.WINDOW:  # nothing is told in a window, which has no arrival
        assert [action.told_back for action in told_back.since_last_time(between)] == both


def test_a_re_run_is_told_what_the_first_telling_was_told_also_after_another_round(
    programme: Programme, earlier: Round, alice: User
) -> None:
    told(earlier, alice, "There are chairs now.", days_ago=25)
    first = held(programme, days_ago=20)
    told(earlier, alice, "There are lamps now.", days_ago=19)
    held(programme, days_ago=10)
    night = factories.round_(programme, stage=Stage.ARRIVAL, retells=first)
    both = ["There are lamps now.", "There are chairs now."]
    assert [action.told_back for action in told_back.since_last_time(night)] == both
    of_the_first_story = factories.round_(programme, stage=Stage.ARRIVAL, retells=earlier)
    assert [action.told_back for action in told_back.since_last_time(of_the_first_story)] == both
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    assert told_back.since_last_time(following) == []


def test_only_the_arrival_opens_with_it(programme: Programme, earlier: Round, alice: User) -> None:
    told(earlier, alice, "There are chairs now.")
    assert html("room", "told_back", factories.round_(programme, stage=Stage.STORY)) == ""


def test_telling_back_rings_the_arrival_that_stands_open(programme: Programme, earlier: Round, alice: User) -> None:
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    made = factories.agreed(earlier, by=alice)
    before = following.topics.get(topic="actions").revision
    reviews.tell_back(action=made, version=1, by=alice, told_back="Two are here.")
    assert following.topics.get(topic="actions").revision > before
    assert "Two are here." in html("room", "told_back", following)


def test_a_real_round_never_hears_of_a_rehearsal_and_a_rehearsal_hears_of_both(
    programme: Programme, earlier: Round, alice: User
) -> None:
    told(earlier, alice, "Real.")
    told(held(programme, days_ago=5, rehearsal=True), alice, "Rehearsed.", days_ago=2)
    real = factories.round_(programme, stage=Stage.ARRIVAL)
    rehearsal = factories.round_(programme, stage=Stage.ARRIVAL, rehearsal=True)
    assert [action.told_back for action in told_back.since_last_time(real)] == ["Real."]
    assert {action.told_back for action in told_back.since_last_time(rehearsal)} == {"Real.", "Rehearsed."}


def test_what_was_done_comes_first_and_what_could_not_be_last(
    programme: Programme, earlier: Round, alice: User
) -> None:
    told(earlier, alice, "We couldn’t, because of the walls.", state=State.COULD_NOT, days_ago=1)
    told(earlier, alice, "Two chairs came.", state=State.UNDER_WAY, days_ago=2)
    told(earlier, alice, "There are chairs now.", days_ago=3)
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    words = ["There are chairs now.", "Two chairs came.", "We couldn’t, because of the walls."]
    assert [action.told_back for action in told_back.since_last_time(following)] == words
    wall = html("wall", "told_back", following)
    assert wall.index(words[0]) < wall.index(words[1])
    assert words[2] not in wall
    assert "There is more on the phones." in wall


def test_the_wall_shows_whole_sentences_or_none(programme: Programme, earlier: Round, alice: User) -> None:
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    told(earlier, alice, "Long " * 200, statement="hang new curtains")
    assert "We said we would hang new curtains.</strong> It is done." in html("wall", "told_back", following)
    short = told(earlier, alice, "Short. " * 20, days_ago=2, statement="put chairs out")
    wall = html("wall", "told_back", following)
    assert short.told_back.strip() in wall
    assert "curtains" not in wall
    assert "…" not in wall
    assert "There is more on the phones." in wall


@pytest.mark.parametrize(
    ("words", "times"), [("We couldn’t, because of the walls.", 0), ("The bays are too narrow.", 1)]
)
def test_that_it_could_not_be_done_is_said_once(
    programme: Programme, earlier: Round, alice: User, words: str, times: int
) -> None:
    told(earlier, alice, words, state=State.COULD_NOT)
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    for shown in (html("room", "told_back", following), html("wall", "told_back", following)):
        assert words in shown
        assert shown.count("It could not be done.") == times


def test_what_was_told_is_escaped(programme: Programme, earlier: Round, alice: User) -> None:
    told(earlier, alice, "<b>bold</b>")
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    assert "<b>" not in html("room", "told_back", following) + html("wall", "told_back", following)
