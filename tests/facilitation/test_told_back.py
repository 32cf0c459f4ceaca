"""What is told back: in the circle and at the closing, and on the page that needs no account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilitation import actions, told_back
from facilitation.models import State
from rounds.live import regions
from rounds.models import Programme, Round, Stage, User
from tests import factories
from tests.facilitation.telling import held, html, text, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier(programme: Programme) -> Round:
    return held(programme, days_ago=30)


# The circle and the closing


def test_the_room_and_the_wall_tell_what_was_agreed_from_what_is_being_shaped(circle: Round, alice: User) -> None:
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
    assert "Nothing has been said yet." in said
    assert "never be agreed" not in said
    assert "MY OWN" not in said
    assert "Alice" not in said


def test_telling_back_ends_the_silence(earlier: Round, alice: User) -> None:
    due = timezone.localdate() - timedelta(days=3)
    late = factories.agreed(earlier, by=alice, state=State.UNDER_WAY, review_on=due)
    told(earlier, alice, "Soon.", state=State.UNDER_WAY, review_on=due)
    again = told(earlier, alice, "Long ago.", days_ago=9, state=State.UNDER_WAY, review_on=due)
    assert list(told_back.pile(earlier.programme, "stuck")) == [late, again]


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


def test_members_keep_their_menu_there_and_a_stranger_who_is_signed_in_has_none(
    programme: Programme, alice: User, client: Client
) -> None:
    actions_of = f'href="{reverse("actions", args=[programme.public_id])}"'
    client.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    assert actions_of not in page_of(client, programme).content.decode()
    client.force_login(alice)
    assert actions_of in page_of(client, programme).content.decode()


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


def test_a_programme_may_give_its_page_a_plain_address_too(programme: Programme, alice: User, client: Client) -> None:
    Programme.objects.filter(pk=programme.pk).update(told_back_name="riverside")
    for address in ("riverside", programme.told_back_token):
        response = client.get(reverse("told-back", args=[address]))
        assert (response.status_code, response.cookies) == (200, {})
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    Programme.objects.filter(pk=programme.pk).update(told_back_is_public=False)
    assert client.get(reverse("told-back", args=[programme.told_back_token])).status_code == 302
    for person in (None, alice):
        if person is not None:
            client.force_login(person)
        answers = [client.get(f"/told/{name}/").status_code for name in ("riverside", "nobody")]
        assert answers == [200 if person else 404, 404]
    factories.programme("Without one")
    assert client.get("/told/ /").status_code == 404


def test_a_long_page_shows_the_first_of_everything_and_leads_to_the_rest(
    programme: Programme, earlier: Round, alice: User, client: Client
) -> None:
    done = [told(earlier, alice, f"Done {n}.", days_ago=n + 1) for n in range(told_back.A_PAGE + 1)]
    for number in range(told_back.ROUNDS_SHOWN + 1):
        factories.theme(held(programme, days_ago=40 + number), f"Theme {number}")
    said = text(page_of(client, programme))
    assert (done[0].told_back in said, done[-1].told_back in said) == (True, False)
    assert ("Theme 0" in said, f"Theme {told_back.ROUNDS_SHOWN}" in said) == (True, False)
    at = reverse("told-back", args=[programme.told_back_token])
    assert {"?show=done", "?show=heard"} == set(re.findall(r'href="(\?show=[a-z_]+)"', said))
    first, second = (text(client.get(at, {"show": "done", "page": page})) for page in ("1", "2"))
    assert (done[-1].told_back in first, done[-1].told_back in second) == (False, True)
    assert f"Theme {told_back.ROUNDS_SHOWN}" in text(client.get(at, {"show": "heard"}))
    assert text(client.get(at, {"show": "nonsense"})) == said


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
