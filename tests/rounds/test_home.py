"""Where people arrive: the landing, one's programmes, a programme's page, its settings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rounds import planning, programmes
from rounds.models import Debrief, Membership, Programme, Role, Stage
from tests import factories

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: str) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_the_landing_offers_to_join_and_to_sign_in_and_sets_no_cookie(client: Client) -> None:
    answer = client.get("/")
    words = answer.content.decode()
    assert f'href="{reverse("join")}"' in words
    assert f'href="{reverse("account_login")}"' in words
    assert not answer.cookies
    assert "csrf" not in words


def test_somebody_with_one_programme_goes_straight_there(client: Client) -> None:
    programme = factories.programme()
    client.force_login(factories.person(of=programme, roles=(Role.FACILITATOR, Role.ADMINISTRATOR)))
    assert client.get("/").headers["Location"] == reverse("programme", args=[programme.public_id])


def test_somebody_with_several_programmes_chooses_and_sees_no_others(client: Client) -> None:
    alice = factories.facilitator(of=factories.programme("Riverside"))
    Membership.objects.create(programme=factories.programme("Hillside"), user=alice, role=Role.STEERING)
    factories.programme("Elsewhere")
    circle = factories.round_(Programme.objects.get(name="Riverside"), stage=Stage.CLOSED, crossed_threshold=True)
    factories.agreed(circle, by=alice, state="returned")
    client.force_login(alice)
    words = client.get("/").content.decode()
    assert "Riverside" in words
    assert "Something waits for you: 1 action<" in words.partition("Riverside")[2]
    assert "Something waits" not in words.partition("Hillside")[2].partition("Riverside")[0]
    assert "Elsewhere" not in words


def test_the_head_leads_from_one_programme_to_the_other_and_names_no_strangers(client: Client) -> None:
    riverside, hillside = factories.programme("Riverside"), factories.programme("Hillside")
    elsewhere = factories.programme("Elsewhere")
    factories.facilitator("charlie", of=elsewhere)
    alice = factories.facilitator(of=riverside)
    client.force_login(alice)
    assert "programmes" not in page(client, "programme", riverside.public_id).partition("</header>")[0].split('"')
    Membership.objects.create(programme=hillside, user=alice, role=Role.STEERING)
    Membership.objects.create(programme=hillside, user=alice, role=Role.CLINICAL_LEAD)
    answer = client.get(reverse("programme", args=[hillside.public_id]))
    there, here = (reverse("programme", args=[one.public_id]) for one in (riverside, hillside))
    head = answer.content.decode().partition("</header>")[0]
    menu = head.partition('<details class="menu programmes">')[2].partition("</details>")[0]
    assert '<span class="name">Hillside</span>' in menu
    assert (menu.count("<li>"), menu.count(f'<a href="{here}" aria-current="true">')) == (2, 1)
    assert f'<a href="{there}">Riverside</a>' in menu
    told = client.get(reverse("told-back", args=[elsewhere.told_back_token])).content.decode().partition("</header>")[0]
    assert '<span class="name">Your programmes</span>' in told
    assert "Elsewhere" not in told + head


def test_somebody_without_a_programme_is_told_how_to_come_into_one(client: Client) -> None:
    client.force_login(factories.person())
    assert "An administrator can invite you" in client.get("/").content.decode()


def test_the_live_round_comes_first_with_its_console(client: Client) -> None:
    programme = factories.programme()
    client.force_login(factories.facilitator(of=programme))
    factories.round_(programme, title="Next month")
    live = factories.round_(programme, title="Right now", stage=Stage.REFLECTION)
    factories.round_(programme, title="Last month", stage=Stage.CLOSED)
    words = page(client, "programme", programme.public_id)
    assert words.index("Right now") < words.index("Next month") < words.index("Last month")
    assert reverse("console", args=[live.public_id]) in words
    assert "Plan a round" in words


def test_cancelled_rounds_and_rehearsals_are_not_among_the_next(client: Client) -> None:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    round = factories.round_(programme, title="The allotment")
    planning.rehearsal_copy(round=round, by=alice)
    planning.cancel(round=round, by=alice)
    context = client.get(reverse("programme", args=[programme.public_id])).context
    assert context["months"] == []
    assert list(context["past"]) == [round]
    assert [r.title for r in context["rehearsals"]] == ["Rehearsal: The allotment"]


def test_a_rehearsal_that_is_over_stays_below_those_to_come(client: Client) -> None:
    programme = factories.programme()
    client.force_login(factories.facilitator(of=programme))
    factories.round_(programme, title="To come", rehearsal=True)
    over = factories.round_(programme, title="Gone by", rehearsal=True, stage=Stage.CLOSED)
    words = page(client, "programme", programme.public_id)
    assert words.index("To come") < words.index("Gone by")
    assert reverse("round", args=[over.public_id]) in words
    assert "· over" in words


@pytest.mark.parametrize(
    ("role", "waits"),
    [
        (Role.CLINICAL_LEAD, "2 actions</a>"),
        (Role.FACILITATOR, "1 action</a>"),
        (Role.STEERING, ""),
        (Role.ADMINISTRATOR, ""),
    ],
)
def test_the_programmes_page_says_what_waits_for_whom(client: Client, role: Role, waits: str) -> None:
    programme = factories.programme()
    circle = factories.round_(programme, stage=Stage.CLOSED, crossed_threshold=True)
    alice = factories.facilitator(of=programme)
    elsewhere = factories.round_(stage=Stage.CLOSED, crossed_threshold=True)
    factories.agreed(elsewhere, by=factories.facilitator("zoe", of=elsewhere.programme))
    for state in ("agreed", "waiting", "returned", "done"):
        factories.agreed(circle, by=alice, state=state)
    client.force_login(factories.person("bob", of=programme, roles=(role,)))
    words = page(client, "programme", programme.public_id)
    assert waits in words
    assert ("Something waits for you" in words) == bool(waits)


def test_somebody_who_is_nothing_but_a_clinical_lead_lands_on_what_waits(client: Client) -> None:
    programme = factories.programme()
    client.force_login(factories.clinical_lead(of=programme))
    assert client.get("/").headers["Location"] == reverse("actions", args=[programme.public_id])
    client.force_login(factories.person("eve", of=programme, roles=(Role.CLINICAL_LEAD, Role.STEERING)))
    assert client.get("/").headers["Location"] == reverse("programme", args=[programme.public_id])


@pytest.mark.parametrize("role", [Role.CLINICAL_LEAD, Role.STEERING, Role.ADMINISTRATOR])
def test_others_see_when_rounds_are_but_no_way_into_them(client: Client, role: Role) -> None:
    programme = factories.programme()
    client.force_login(factories.person("bob", of=programme, roles=(role,)))
    round = factories.round_(programme, stage=Stage.STORY)
    words = page(client, "programme", programme.public_id)
    assert "A cut finger" in words
    assert round.public_id not in words.replace(f"live-{round.public_id}", "")
    assert "Plan a round" not in words


def test_navigation_offers_people_and_settings_to_administrators_only(client: Client) -> None:
    programme = factories.programme()
    people = reverse("people", args=[programme.public_id])
    client.force_login(factories.facilitator(of=programme))
    assert people not in page(client, "programme", programme.public_id)
    client.force_login(factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR,)))
    assert people in page(client, "programme", programme.public_id)


def test_past_rounds_of_many_years_come_in_pages(client: Client) -> None:
    programme = factories.programme()
    client.force_login(factories.facilitator(of=programme))
    for month in range(21):
        factories.round_(programme, stage=Stage.CLOSED, starts_at=timezone.now() - timedelta(days=30 * month))
    address = reverse("programme", args=[programme.public_id])
    assert len(client.get(address).context["past"]) == 20
    assert len(client.get(address + "?page=2").context["past"]) == 1
    assert len(client.get(address + "?page=nonsense").context["past"]) == 20


def queries(client: Client, address: str) -> int:
    client.get(address)  # the first request of a session also writes it
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_programme_asks_the_database_as_often_for_three_rounds_of_each_as_for_one(client: Client) -> None:
    programme = factories.programme()
    client.force_login(factories.facilitator(of=programme))
    address = reverse("programme", args=[programme.public_id])
    counts = []
    for more in (1, 2):
        for _ in range(more):
            for stage in (Stage.PLANNED, Stage.STORY, Stage.CLOSED):
                factories.round_(programme, stage=stage)
            factories.round_(programme, rehearsal=True)
        counts.append(queries(client, address))
    assert counts[0] == counts[1]


def test_a_rounds_page_asks_as_often_with_three_questions_and_storytellers_as_with_one(client: Client) -> None:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    round = factories.round_(programme)
    one = queries(client, address := reverse("round", args=[round.public_id]))
    for name in ("b", "c"):
        round.prompts.create(text=name)
        round.story.storytellers.create(role=name)
        round.facilitators.add(factories.facilitator(name, of=programme))
    assert queries(client, address) == one


# Settings


def said(**fields: str) -> dict[str, str]:
    return {
        "name": "Riverside",
        "support_card": "Chaplaincy, extension 12",
        "floor": "6",
        "words_days": "14",
        "words_days_at_most": "90",
        "told_back_is_public": "on",
        "escalation": "Ring the chaplain.",
        "incident_link": "https://incidents.example.org/",
        **fields,
    }


@pytest.fixture
def administered(client: Client) -> Programme:
    programme = factories.programme()
    client.force_login(factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR,)))
    return programme


def test_an_administrator_settles_the_programme(client: Client, administered: Programme) -> None:
    client.post(
        reverse("programme-settings", args=[administered.public_id]),
        said(told_back_name="River Side", seen=programmes.mark(administered)),
    )
    administered.refresh_from_db()
    assert administered.told_back_name == "river-side"
    assert (administered.floor, administered.support_card) == (6, "Chaplaincy, extension 12")
    assert (administered.machine_on, administered.told_back_is_public) == (False, True)
    assert administered.incident_link == "https://incidents.example.org/"


@pytest.mark.parametrize(
    "fields",
    [
        {"floor": "2"},
        {"floor": "-3"},
        {"floor": "many"},
        {"name": " "},
        {"support_card": ""},
        {"incident_link": "javascript:alert(1)"},
        {"speak_up_link": "ftp://example.org/"},
        {"told_back_name": "two/parts"},
        {"told_back_name": "taken"},
    ],
)
def test_settings_that_cannot_be_used_change_nothing_and_stay_as_typed(
    client: Client, administered: Programme, fields: dict[str, str]
) -> None:
    factories.programme("Elsewhere", told_back_name="taken")
    answer = client.post(
        reverse("programme-settings", args=[administered.public_id]), said(**fields, seen=programmes.mark(administered))
    )
    assert "Something needs another look" in answer.content.decode()
    assert "Chaplaincy, extension 12" in answer.content.decode() or "support_card" in fields
    administered.refresh_from_db()
    assert administered.floor == 5


def test_a_name_cannot_smuggle_a_line_into_a_mail(client: Client, administered: Programme) -> None:
    typed = said(name="River\nBcc: all@example.org", seen=programmes.mark(administered))
    client.post(reverse("programme-settings", args=[administered.public_id]), typed)
    administered.refresh_from_db()
    assert administered.name == "River Bcc: all@example.org"


def test_a_new_told_back_link_replaces_the_old_one(client: Client, administered: Programme) -> None:
    before = administered.told_back_token
    address = reverse("told-back-renew", args=[administered.public_id])
    client.get(address)
    administered.refresh_from_db()
    assert administered.told_back_token == before
    client.post(address)
    administered.refresh_from_db()
    assert administered.told_back_token != before


def test_a_past_round_says_that_its_debrief_is_not_complete_and_a_rehearsed_action_waits_for_nobody(
    client: Client,
) -> None:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    past = factories.round_(programme, stage=Stage.CLOSED, closed_at=timezone.now())
    rehearsal = factories.round_(programme, stage=Stage.CLOSED, crossed_threshold=True, rehearsal=True)
    factories.agreed(rehearsal, by=alice, state="returned")
    said = page(client, "programme", programme.public_id)
    assert said.count("complete the debrief") == 1
    assert "Something waits for you" not in said
    Debrief.objects.create(round=past, completed=True)
    assert "complete the debrief" not in page(client, "programme", programme.public_id)
