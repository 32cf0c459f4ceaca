"""The lists of actions: what narrows and sorts them stands in the address, and a view can be kept under a name.

alice runs the round, bob and dora lead, charlie is the stranger.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from facilitation.models import Action, SavedView, State
from facilitation.saved_views import AT_MOST
from facilitation.views import lists
from rounds.models import Role, Round, Stage, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def page(client: Client, circle: Round, **asked: Any) -> Any:
    return client.get(reverse("actions", args=[circle.programme.public_id]), {"as": "list", **asked})


def shown(client: Client, circle: Round, **asked: Any) -> list[str]:
    return [action.statement for action in page(client, circle, **asked).context["page"]]


def test_a_list_without_any_action_offers_nothing_to_narrow_or_to_download(
    circle: Round, alice: User, desk: Client
) -> None:
    def offered(**asked: Any) -> tuple[bool, bool]:
        said = page(desk, circle, **asked).content.decode()
        return 'aria-label="Narrow the actions"' in said, "This list for Excel" in said

    assert offered() == (False, False)
    factories.agreed(circle, by=alice)
    assert offered() == (True, True)
    assert offered(text="nowhere") == (True, False)  # the choices can still be taken away


def test_the_address_narrows_the_list(circle: Round, alice: User, desk: Client) -> None:
    today = timezone.localdate()
    later = factories.round_(circle.programme, stage=Stage.CIRCLE, starts_at=timezone.now() + timedelta(days=40))
    chairs = factories.agreed(circle, by=alice, statement="put chairs out", domain="both", review_on=today)
    factories.action(later, by=alice, statement="rest", level="individual", barriers=["exhaustion"], holder="The wards",
                     review_on=today + timedelta(days=8), strength="weaker", first_step="")  # fmt: skip
    Action.objects.filter(pk=chairs.pk).update(review_on=today - timedelta(days=1), sponsor="The director of estates")
    chairs.themes.set([factories.theme(circle, "Nowhere to sit")])
    Round.objects.filter(pk=circle.pk).update(stage=Stage.CLOSED)  # before that a lead reads no title
    both = ["put chairs out", "rest"]
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({}, both),
        ({"state": "agreed"}, both[:1]),
        ({"state": ["agreed", "proposed"]}, both),
        ({"level": "team"}, both[:1]),
        ({"level": ["team", "individual"], "strength": "weaker"}, both[1:]),
        ({"domain": "both"}, both[:1]),
        ({"barrier": "space_and_kit"}, both[:1]),
        ({"barrier": ["space_and_kit", "exhaustion"]}, both),
        ({"due": "past"}, both[:1]),
        ({"due": "7"}, both[:1]),
        ({"due": "30"}, both),
        ({"who": "The director of estates"}, both[:1]),
        ({"who": "The wards"}, both[1:]),
        ({"who": "Whoever it was handed on from"}, []),
        ({"text": "CHAIRS"}, both[:1]),
        ({"text": "nowhere"}, both[:1]),
        ({"text": "put exhaustion"}, []),
        ({"round": later.public_id}, both[1:]),
        ({"since": str(today + timedelta(days=30))}, both[1:]),
        ({"until": str(today + timedelta(days=30))}, both[:1]),
        (
            {"state": "nonsense", "level": "x", "text": "\x00", "due": "-3", "since": "x", "sort": "x", "round": "x"},
            both,
        ),
    ]
    for narrowing, found in asked:
        assert shown(desk, circle, **narrowing) == found, narrowing


def test_another_programmes_words_are_in_no_choice(circle: Round, alice: User, desk: Client) -> None:
    factories.agreed(circle, by=alice)
    elsewhere = factories.round_(factories.programme("Elsewhere"), stage=Stage.CIRCLE, title="THEIR ROUND")
    theirs = factories.agreed(elsewhere, by=alice, holder="THEIR TEAM")
    said = page(desk, circle, round=elsewhere.public_id).content.decode()
    assert "THEIR" not in said
    assert theirs.statement not in said


def test_a_choice_is_said_in_words_and_taken_away_by_itself(circle: Round, alice: User, desk: Client) -> None:
    factories.agreed(circle, by=alice)
    form = page(desk, circle, state=["agreed", "done"], level="team", sort="-action").context["form"]
    assert [words for words, _ in form.narrowings()] == [
        "Where it stands: Agreed in the round",
        "Where it stands: Done",
        "Level: The team",
    ]
    left = parse_qs(form.narrowings()[0].without)
    assert left == {"state": ["done"], "level": ["team"], "sort": ["-action"]}


def test_the_list_is_sorted_by_a_column_as_its_words_stand(circle: Round, alice: User, desk: Client) -> None:
    today = timezone.localdate()
    for statement, state, level, day in (
        ("b", State.DONE, "individual", 1),
        ("a", State.AGREED, "wider_system", 9),
        ("C", State.UNDER_WAY, "team", 2),
    ):
        made = factories.agreed(circle, by=alice, statement=f"{statement} chairs", state=state, level=level)
        Action.objects.filter(pk=made.pk).update(review_on=today + timedelta(days=day))
    for sort, order in (
        ("", "Cab"),
        ("action", "abC"),
        ("-action", "Cba"),
        ("state", "aCb"),
        ("level", "bCa"),
        ("-level", "aCb"),
        ("-day", "aCb"),
    ):
        assert [one[0] for one in shown(desk, circle, sort=sort)] == list(order), sort
    said = page(desk, circle, sort="action").content.decode()
    assert said.count("aria-sort") == 1
    assert 'aria-sort="ascending"' in said


def test_the_next_page_and_the_other_view_keep_what_was_chosen(
    circle: Round, alice: User, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "A_PAGE", 1)
    monkeypatch.setattr(lists, "IN_A_COLUMN", 1)
    for _ in range(2):
        factories.agreed(circle, by=alice)
    said = page(desk, circle, level="team").content.decode()
    assert "as=list&amp;level=team&amp;page=2" in said
    assert "as=board&amp;level=team" in said
    board = desk.get(reverse("actions", args=[circle.programme.public_id]), {"as": "board", "level": "team"})
    columns = {column.state: column for column in board.context["columns"]}
    assert len(columns[State.AGREED].cards) == 1
    assert columns[State.AGREED].more == "as=list&state=agreed&level=team"
    assert columns[State.DONE].more == ""
    (pile,) = page(desk, circle, **{"as": "inbox"}).context["piles"]
    assert (len(pile.actions), pile.more) == (1, "as=list&state=agreed")


def test_whatever_is_done_with_an_action_the_way_back_leads_to_where_the_list_was(
    circle: Round, alice: User, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "A_PAGE", 1)
    factories.agreed(circle, by=alice, statement="ask twice")
    second = factories.agreed(circle, by=alice, statement="put chairs out")
    seen = page(desk, circle, sort="action", level="team", page="2")
    here, along = reverse("action", args=[second.public_id]), seen.context["along"]
    assert f'href="{here}{along}"' in seen.content.decode()
    back = f"{reverse('actions', args=[circle.programme.public_id])}?as=list&sort=action&level=team&page=2"
    assert escape(back) in desk.get(here + along).content.decode()
    for path in ("edit/again/", "move/accept/", "move/hand_on/"):
        assert f'href="{here}{along}"' in desk.get(f"{here}{path}{along}").content.decode(), path
    soon = (timezone.localdate() + timedelta(days=9)).isoformat()
    for path, said in (("move/accept/", {}), ("comment/", {"words": "Soon."}), ("edit/again/", {"review_on": soon})):
        given = {"version": Action.objects.get(pk=second.pk).version, "stop": "yes", **said}
        assert desk.post(f"{here}{path}{along}", given)["Location"] == here + along, path
    assert list(desk.get(back).context["page"]) == [second]
    for nowhere in ("x" * 9000, "&" * 4500, f"q={'é' * 1000}"):
        assert desk.get(here, {"back": nowhere}).context["back"] == "", nowhere[:4]


def test_what_is_ticked_stays_so_on_the_lists_other_pages(
    circle: Round, alice: User, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "A_PAGE", 1)
    first, second = (factories.agreed(circle, by=alice, statement=what) for what in ("ask twice", "put chairs out"))
    elsewhere = factories.round_(factories.programme("Elsewhere"), stage=Stage.CIRCLE)
    strange = factories.agreed(elsewhere, by=factories.facilitator("charlie", of=elsewhere.programme))
    asked = {"sort": "action", "page": "2", "tick": [first.public_id, second.public_id, strange.public_id]}
    seen = page(desk, circle, **asked)
    assert seen.context["elsewhere"] == [first.public_id]
    said = seen.content.decode()
    assert f'type="hidden" name="tick" value="{first.public_id}"' in said
    assert said.count(" checked") == 1 + said.count("data-keys-on checked")
    assert strange.public_id not in said


@pytest.mark.parametrize("view", ["inbox", "list", "board"])
def test_a_hundred_times_as_many_actions_ask_the_database_no_more(
    circle: Round, alice: User, bob: User, desk: Client, view: str
) -> None:
    theme, counts = factories.theme(circle), []
    page(desk, circle)  # the first visit writes down the session
    for number in (3, 297):
        made = Action.objects.bulk_create(
            Action(
                programme=circle.programme,
                round=circle,
                statement="rest",
                state=State.values[n % 7],
                holder=f"Ward {n}",
            )
            for n in range(number)
        )
        theme.actions.add(*made)
        SavedView.objects.create(programme=circle.programme, owner=bob, name=f"{number}")
        with CaptureQueriesContext(connection) as asked:
            assert page(desk, circle, **{"as": view}).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Kept views


def keep(client: Client, circle: Round, name: str, address: str = "", **more: str) -> Any:
    asked = {"keep-name": name, "keep-address": address, **more}
    return client.post(reverse("view-keep", args=[circle.programme.public_id]), asked)


def press(client: Client, view: SavedView, what: str) -> Any:
    return client.post(reverse("view-press", args=[view.programme.public_id, view.public_id]), {"what": what})


def names(client: Client, circle: Round) -> list[str]:
    return [view.name for view in page(client, circle).context["saved"]]


def test_a_view_is_kept_shared_with_the_leads_and_removed(circle: Round, bob: User, desk: Client) -> None:
    answer = keep(desk, circle, "Ours", "sort=-day&as=board&level=team&evil=1&level=x&page=7")
    assert urlsplit(answer.url).query == "as=board&sort=-day&level=team"
    view = SavedView.objects.get()
    assert (view.owner, view.name, view.address, view.shared) == (bob, "Ours", "as=board&sort=-day&level=team", False)
    dora, erin = Client(), Client()
    dora.force_login(factories.clinical_lead("dora", of=circle.programme))
    erin.force_login(factories.person("erin", of=circle.programme, roles=(Role.STEERING,)))
    assert names(dora, circle) == []
    press(desk, view, "share")
    assert (names(desk, circle), names(dora, circle), names(erin, circle)) == (["Ours"], ["Ours"], [])
    for what in ("unshare", "remove"):
        assert press(dora, view, what).status_code == 404
    press(desk, view, "unshare")
    assert names(dora, circle) == []
    press(desk, view, "remove")
    assert names(desk, circle) == []


def test_a_view_of_the_same_name_is_the_same_view_and_there_is_an_end_to_them(circle: Round, desk: Client) -> None:
    for number in range(AT_MOST + 1):
        keep(desk, circle, f"View {number}")
    keep(desk, circle, "View 0", "as=list&due=past", **{"keep-shared": "on"})
    keep(desk, circle, "  ")
    keep(desk, circle, "View 1", "text=" + "x" * 3000)
    said = page(desk, circle).content.decode()
    assert "of 60 characters at most" in said
    assert "too much to keep in one view" in said
    assert SavedView.objects.count() == AT_MOST
    assert SavedView.objects.get(name="View 0").address == "as=list&due=past"
    assert SavedView.objects.get(name="View 0").shared


def test_what_somebody_shared_goes_with_their_membership(circle: Round, bob: User, desk: Client) -> None:
    keep(desk, circle, "Ours", **{"keep-shared": "on"})
    dora = Client()
    dora.force_login(factories.clinical_lead("dora", of=circle.programme))
    assert names(dora, circle) == ["Ours"]
    bob.memberships.all().delete()
    assert names(dora, circle) == []


def test_nobody_keeps_or_presses_a_view_of_another_programme(circle: Round, desk: Client) -> None:
    keep(desk, circle, "Ours", **{"keep-shared": "on"})
    charlie = Client()
    elsewhere = factories.programme("Elsewhere")
    charlie.force_login(factories.person("charlie", of=elsewhere, roles=tuple(Role)))
    assert keep(charlie, circle, "Theirs").status_code == 404
    assert press(charlie, SavedView.objects.get(), "remove").status_code == 404
    assert [view.name for view in SavedView.objects.all()] == ["Ours"]
