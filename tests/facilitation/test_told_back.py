"""What is told back: at the next round's arrival, on the wall, and on the page that needs no account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilitation import actions, reviews, told_back
from facilitation.models import Action, State
from rounds.live import regions
from rounds.models import Programme, Round, Stage, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return factories.programme()


@pytest.fixture
def alice(programme: Programme) -> User:
    return factories.facilitator(of=programme)


@pytest.fixture
def earlier(programme: Programme) -> Round:
    return held(programme, days_ago=30)


def held(programme: Programme, *, days_ago: int, **fields: Any) -> Round:
    """A closed round that reached its circle."""
    then = timezone.now() - timedelta(days=days_ago)
    closed = {"starts_at": then, "closed_at": then + timedelta(hours=1), "crossed_threshold": True}
    return factories.round_(programme, stage=Stage.CLOSED, **{**closed, **fields})


def told(round: Round, by: User, words: str, *, days_ago: int = 1, state: str = State.DONE, **fields: Any) -> Action:
    made = factories.agreed(round, by=by, state=state, **fields)
    at = timezone.now() - timedelta(days=days_ago)
    Action.objects.filter(pk=made.pk).update(told_back=words, told_back_at=at)
    made.refresh_from_db()
    return made


def html(audience: regions.Audience, name: str, round: Round) -> str:
    region = next(one for one in regions.of(audience) if one.name == name)
    assert isinstance(region, regions.Region)
    return " ".join(region.html(round).split())


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# The arrival


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
    assert next(one.name for one in regions.of("room") if one.slot == "main") == "you_are_in"
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
    phones = html("room", "told_back", factories.round_(programme, stage=Stage.ARRIVAL))
    assert words in phones
    assert phones.count("It could not be done.") == times


def test_what_was_told_is_escaped(programme: Programme, earlier: Round, alice: User) -> None:
    told(earlier, alice, "<b>bold</b>")
    following = factories.round_(programme, stage=Stage.ARRIVAL)
    assert "<b>" not in html("room", "told_back", following) + html("wall", "told_back", following)


# The circle and the closing


def test_the_room_and_the_wall_tell_what_was_agreed_from_what_is_being_shaped(programme: Programme) -> None:
    circle = factories.round_(programme, stage=Stage.CIRCLE)
    alice = factories.facilitator(of=programme)
    assert html("room", "agreed", circle) == html("wall", "agreed", circle) == ""
    factories.action(circle, by=alice, statement="ask who decides")
    audiences: tuple[regions.Audience, ...] = ("room", "wall")
    for audience in audiences:
        assert "What we agreed" not in html(audience, "agreed", circle)
    factories.agreed(circle, by=alice, statement="put chairs out")
    for audience in audiences:
        agreed, shaping = html(audience, "agreed", circle).split("What we are shaping")
        assert "We will put chairs out." in agreed
        assert "We will ask who decides." in shaping


def test_the_console_offers_to_agree_only_on_what_is_complete(programme: Programme, alice: User) -> None:
    circle = factories.round_(programme, stage=Stage.CIRCLE)
    complete = factories.action(circle, by=alice)
    open_one = factories.action(circle, by=alice, holder="")
    done = factories.agreed(circle, by=alice)
    said = html("console", "round_actions", circle)
    assert reverse("action-agree", args=[complete.public_id]) in said
    for other in (open_one, done):
        assert reverse("action-agree", args=[other.public_id]) not in said
    assert "who holds it, a role or a group" in said


def test_the_console_says_when_everything_asks_individuals_to_cope(programme: Programme, alice: User) -> None:
    circle = factories.round_(programme, stage=Stage.CIRCLE)
    factories.action(circle, by=alice, level="individual")
    assert actions.ASKS_INDIVIDUALS_TO_COPE in html("console", "round_actions", circle)
    factories.action(circle, by=alice, level="team")
    assert actions.ASKS_INDIVIDUALS_TO_COPE not in html("console", "round_actions", circle)


@pytest.mark.parametrize(
    ("audience", "name", "stage"),
    [
        ("room", "told_back", Stage.ARRIVAL),
        ("wall", "told_back", Stage.ARRIVAL),
        ("room", "agreed", Stage.CIRCLE),
        ("console", "round_actions", Stage.CIRCLE),
    ],
)
def test_a_longer_list_asks_the_database_no_more(
    programme: Programme, earlier: Round, alice: User, audience: regions.Audience, name: str, stage: str
) -> None:
    here = factories.round_(programme, stage=stage)
    counts = []
    for _ in range(3):
        told(earlier, alice, "There are chairs now.")
        factories.agreed(here if stage == Stage.CIRCLE else earlier, by=alice)
        with CaptureQueriesContext(connection) as asked:
            html(audience, name, Round.objects.select_related("programme").get(pk=here.pk))
        counts.append(len(asked))
    assert counts[0] == counts[2]


# The page


def page_of(client: Client, programme: Programme) -> Any:
    return client.get(reverse("told-back", args=[programme.told_back_token]))


def test_the_page_needs_no_account_and_leaves_no_cookie(
    programme: Programme, earlier: Round, alice: User, client: Client
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    factories.theme(earlier, "Nowhere to sit")
    factories.theme(earlier, "A death on the ward", to_be_held=True)
    told(earlier, alice, "There are chairs now.", statement="put chairs out")
    told(earlier, alice, "The walls carry the roof.", state=State.COULD_NOT, statement="widen the bays")
    factories.agreed(earlier, by=alice, state=State.UNDER_WAY, statement="mend the bell")
    factories.agreed(earlier, by=alice, state=State.UNDER_WAY, statement="ask the porters", review_on=yesterday)
    factories.agreed(earlier, by=alice, statement="move the desk")
    factories.action(earlier, by=alice, statement="never be agreed")
    factories.reaction(earlier, "MY OWN REACTION")
    factories.proposal(earlier, "MY OWN PROPOSAL")
    response = page_of(client, programme)
    page, said = response.context["page"], text(response)
    assert not response.cookies
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    piles = (page.done, page.could_not, page.under_way, page.stuck, page.asked)
    assert [[action.statement for action in pile] for pile in piles] == [
        ["put chairs out"],
        ["widen the bays"],
        ["mend the bell"],
        ["ask the porters"],
        ["move the desk"],
    ]
    for words in ("Nowhere to sit", "to be held, not fixed", "There are chairs now.", "The walls carry the roof."):
        assert words in said
    assert "Nothing was said since." in said
    assert "never be agreed" not in said
    assert "MY OWN" not in said
    assert "Alice" not in said


def test_telling_back_ends_the_silence(earlier: Round, alice: User) -> None:
    due = timezone.localdate() - timedelta(days=3)
    late = factories.agreed(earlier, by=alice, state=State.UNDER_WAY, review_on=due)
    assert told_back.is_silent(late)
    assert not told_back.is_silent(told(earlier, alice, "Soon.", state=State.UNDER_WAY, review_on=due))
    assert told_back.is_silent(told(earlier, alice, "Long ago.", days_ago=9, state=State.UNDER_WAY, review_on=due))


@pytest.mark.parametrize("token", ["wrong", "x" * 43, "%00"])
def test_a_wrong_link_is_not_found(programme: Programme, client: Client, token: str) -> None:
    assert client.get(f"/told/{token}/").status_code == 404


def test_a_page_that_is_not_public_is_for_members_only(programme: Programme, alice: User, client: Client) -> None:
    Programme.objects.filter(pk=programme.pk).update(told_back_is_public=False)
    assert page_of(client, programme).headers["Location"].startswith(reverse("account_login"))
    client.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    assert page_of(client, programme).status_code == 404
    client.force_login(alice)
    assert page_of(client, programme).status_code == 200


def test_nothing_of_another_programme_an_open_round_or_a_rehearsal_is_on_it(
    programme: Programme, alice: User, client: Client
) -> None:
    other = held(factories.programme("Elsewhere"), days_ago=3)
    rehearsed = held(programme, days_ago=3, rehearsal=True)
    for round in (other, rehearsed, factories.round_(programme, stage=Stage.THREADS)):
        factories.theme(round, "Not to be seen")
    for round in (other, rehearsed):
        told(round, alice, "Not to be seen")
    assert "Not to be seen" not in text(page_of(client, programme))
    assert page_of(client, programme).context["page"].is_empty


def test_members_see_what_was_rehearsed_marked_as_such(programme: Programme, alice: User, client: Client) -> None:
    told(held(programme, days_ago=3, rehearsal=True), alice, "Rehearsed.")
    client.force_login(alice)
    said = text(page_of(client, programme))
    assert "Rehearsed." in said
    assert "Rehearsal, seen by members only" in said


def test_a_rehearsal_promises_nobody_outside_it_that_they_hear_of_it(
    programme: Programme, earlier: Round, alice: User, client: Client
) -> None:
    kept, promised = "This was a rehearsal: its words are not shown outside it.", "the next round"
    client.force_login(factories.clinical_lead(of=programme))
    for round, said, unsaid in (
        (held(programme, days_ago=3, rehearsal=True), kept, promised),
        (earlier, promised, kept),
    ):
        made = told(round, alice, "How it went.", state=State.UNDER_WAY, learn_tell="everybody")
        pages = [text(client.get(reverse("action", args=[made.public_id])))]
        pages += [text(client.get(reverse("action-move", args=[made.public_id, m]))) for m in ("finish", "could_not")]
        pages += [html("room", "closed", round)]
        for page in pages:
            assert said in page.replace("The next round", "the next round")
            assert unsaid not in page.replace("The next round", "the next round")


def test_a_longer_page_asks_the_database_no_more(
    programme: Programme, earlier: Round, alice: User, client: Client
) -> None:
    counts = []
    for _ in range(3):
        told(earlier, alice, "There are chairs now.")
        factories.theme(held(programme, days_ago=4), "Nowhere to sit")
        with CaptureQueriesContext(connection) as asked:
            page_of(client, programme)
        counts.append(len(asked))
    assert counts[0] == counts[2]
