"""The pages on which actions are reviewed: moves, lists, a board, and who sees which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilitation import action_parts, reviews
from facilitation.models import Action, State
from rounds.models import Role, Round, Stage, User
from tests import factories
from tests.facilitation.telling import text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def part(action: Action, code: str) -> str:
    return reverse("action-edit", args=[action.public_id, code])


def move(action: Action, code: str) -> str:
    return reverse("action-move", args=[action.public_id, code])


def test_a_lead_takes_an_action_through_to_being_told_back(circle: Round, alice: User, bob: User, sign_in: Any) -> None:
    made = factories.agreed(circle, by=alice, **factories.LEARNING)
    client = sign_in(bob)
    steps: list[tuple[str, dict[str, str], str]] = [
        ("accept", {}, State.ACCEPTED),
        ("ask_sponsor", {"words": "A yes to the money"}, State.WAITING),
        ("sponsor", {"sponsor": "The director of estates"}, State.ACCEPTED),
        ("start", {}, State.UNDER_WAY),
        ("tell_back", {"told_back": "Two are here."}, State.UNDER_WAY),
        ("finish", {"told_back": "There are chairs."}, State.DONE),
    ]
    for code, words, state in steps:
        assert client.get(move(made, code)).status_code == 200
        made.refresh_from_db()
        assert client.post(move(made, code), {"version": made.version, **words}).status_code == 302
        made.refresh_from_db()
        assert made.state == state
    page = text(client.get(reverse("action", args=[made.public_id])))
    assert "There are chairs." in page
    assert "Two are here." in page


def test_whoever_tells_back_may_say_when_it_is_looked_at_again(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    today = timezone.localdate()
    made = factories.agreed(circle, by=alice, state=State.UNDER_WAY, review_on=today - timedelta(days=3))
    client = sign_in(bob)
    told = {"version": 1, "told_back": "Two are here."}
    refused = client.post(move(made, "tell_back"), {**told, "review_on": (today - timedelta(days=1)).isoformat()})
    assert "That day has passed." in text(refused)
    again = today + timedelta(days=30)
    assert client.post(move(made, "tell_back"), {**told, "review_on": again.isoformat()}).status_code == 302
    made.refresh_from_db()
    assert (made.review_on, made.is_overdue, made.told_back) == (again, False, "Two are here.")
    assert made.events.latest("pk").words == "when we look at it again"
    client.post(move(made, "tell_back"), {**told, "version": made.version, "review_on": ""})
    made.refresh_from_db()
    assert made.review_on == again


def test_a_question_goes_to_the_facilitator_and_its_answer_back(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    made = factories.agreed(circle, by=alice)
    sign_in(bob).post(move(made, "return_with_question"), {"version": 1, "question": "Who pays?"})
    inbox = reverse("actions", args=[circle.programme.public_id])
    client = sign_in(alice)
    assert "A question came back" in text(client.get(inbox))
    page = text(client.get(move(made, "answer")))
    assert page.index("Who pays?") < page.index("Your answer")
    client.post(move(made, "answer"), {"version": 2, "words": "The league of friends."})
    assert "what do you say?" in text(sign_in(bob).get(inbox))


def test_the_second_of_two_leads_is_told_and_keeps_the_words(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    made = factories.agreed(circle, by=alice)
    reviews.accept(action=made, version=1, by=factories.clinical_lead("dora", of=circle.programme))
    response = sign_in(bob).post(move(made, "return_with_question"), {"version": 1, "question": "Who pays?"})
    said = text(response)
    assert response.status_code == 409
    assert "Dora: accepted." in said
    assert "Who pays?</textarea>" in said
    assert "It stands at “Accepted” now" in said
    made.refresh_from_db()
    assert (made.state, made.version) == (State.ACCEPTED, 2)


def test_ending_without_words_is_refused_and_without_learning_says_where_to_go(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    made, client = factories.agreed(circle, by=alice, state=State.UNDER_WAY), sign_in(bob)
    assert "Please write why" in text(client.post(move(made, "could_not"), {"version": 1, "told_back": " "}))
    said = text(client.post(move(made, "finish"), {"version": 1, "told_back": "There are chairs."}))
    assert "from whom we learn, how, and whom we tell" in said
    assert part(made, "accountability") in said
    assert "There are chairs.</textarea>" in said
    made.refresh_from_db()
    assert made.state == State.UNDER_WAY


def test_a_note_stands_in_the_history_and_one_with_a_name_does_not(circle: Round, alice: User, sign_in: Any) -> None:
    made, client = factories.agreed(circle, by=alice), sign_in(alice)
    address = reverse("action-comment", args=[made.public_id])
    client.post(address, {"version": 1, "words": "The bays are measured."})
    response = client.post(address, {"version": 1, "words": "Dr Ashdown will not like it"})
    assert "reads like a person’s name" in text(response)
    assert list(made.events.values_list("words", flat=True)) == ["", "", "The bays are measured."]


# Who sees what


def test_no_page_shows_a_lead_what_people_wrote(circle: Round, alice: User, bob: User, sign_in: Any) -> None:
    factories.reaction(circle, "MY OWN REACTION")
    theme = factories.theme(circle, "Nowhere to sit")
    proposal = factories.proposal(circle, "MY OWN PROPOSAL", theme=theme)
    made = factories.agreed(circle, by=alice)
    Action.objects.filter(pk=made.pk).update(from_proposal=proposal)
    made.themes.set([theme])
    Round.objects.filter(pk=circle.pk).update(stage=Stage.CLOSED)  # before that a lead reads no title
    client = sign_in(bob)
    programme = circle.programme.public_id
    addresses = [
        *(f"{reverse('actions', args=[programme])}?as={view}" for view in ("inbox", "list", "board")),
        reverse("action", args=[made.public_id]),
        reverse("round-actions", args=[circle.public_id]),
        reverse("trends", args=[programme]),
        part(made, "where"),
        move(made, "accept"),
    ]
    pages = [text(client.get(address)) for address in addresses]
    assert not [page for page in pages if "MY OWN" in page]
    assert "Nowhere to sit" in pages[0]
    assert client.get(reverse("action-shape", args=[circle.public_id])).status_code == 404


def addresses_of(action: Action) -> list[str]:
    programme, round = action.programme.public_id, action.round.public_id
    return [
        reverse("round-actions", args=[round]),
        reverse("action-shape", args=[round]),
        reverse("action", args=[action.public_id]),
        reverse("action-agree", args=[action.public_id]),
        *(part(action, one.code) for one in action_parts.PARTS),
        reverse("actions", args=[programme]),
        *(move(action, code) for code in reviews.FROM),
        reverse("action-comment", args=[action.public_id]),
        reverse("trends", args=[programme]),
        reverse("actions-together", args=[programme]),
        reverse("actions-together-go", args=[programme, "accept"]),
        reverse("view-keep", args=[programme]),
        reverse("view-press", args=[programme, "unknown"]),
    ]


@pytest.mark.parametrize("roles", [(), tuple(Role)])
def test_a_stranger_finds_nothing_at_any_address(
    circle: Round, alice: User, sign_in: Any, roles: tuple[Role, ...]
) -> None:
    made = factories.agreed(circle, by=alice)
    charlie = factories.person("charlie", of=factories.programme("Elsewhere"), roles=roles)
    client = sign_in(charlie)
    for address in addresses_of(made):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"version": 1, "words": "x", "statement": "x"}).status_code == 404, address
    made.refresh_from_db()
    assert made.version == 1


def test_signed_out_every_address_asks_for_sign_in(circle: Round, alice: User, client: Client) -> None:
    for address in addresses_of(factories.agreed(circle, by=alice)):
        assert client.get(address).headers["Location"].startswith(reverse("account_login"))


def test_the_steering_group_reads_and_changes_nothing(circle: Round, alice: User, sign_in: Any) -> None:
    made = factories.agreed(circle, by=alice)
    client = sign_in(factories.person("erin", of=circle.programme, roles=(Role.STEERING,)))
    page = text(client.get(reverse("action", args=[made.public_id])))
    assert "What next?" not in page
    assert "Add the note" not in page
    assert part(made, "what") not in page
    for address in (part(made, "what"), move(made, "accept"), reverse("action-agree", args=[made.public_id])):
        assert client.post(address, {"version": 1}).status_code == 404
    assert client.get(reverse("actions", args=[circle.programme.public_id])).context["view"] == "list"


def test_an_administrator_has_no_actions_to_read(circle: Round, alice: User, sign_in: Any) -> None:
    made = factories.agreed(circle, by=alice)
    client = sign_in(factories.person("frank", of=circle.programme, roles=(Role.ADMINISTRATOR,)))
    assert client.get(reverse("action", args=[made.public_id])).status_code == 404


def test_a_move_nobody_has_is_not_there(circle: Round, alice: User, bob: User, sign_in: Any) -> None:
    assert sign_in(bob).get(move(factories.agreed(circle, by=alice), "explode")).status_code == 404
    assert sign_in(bob).get(part(Action.objects.get(), "explode")).status_code == 404


# Lists


def test_lateness_is_said_in_words(circle: Round, alice: User, bob: User, sign_in: Any) -> None:
    made = factories.agreed(circle, by=alice)
    Action.objects.filter(pk=made.pk).update(review_on="2026-03-03")
    for address in (reverse("action", args=[made.public_id]), reverse("actions", args=[circle.programme.public_id])):
        assert "was to be looked at on 3 March 2026" in text(sign_in(bob).get(address))


def test_the_board_has_a_column_for_every_state(circle: Round, alice: User, bob: User, sign_in: Any) -> None:
    for state in State:
        factories.agreed(circle, by=alice, state=state, statement=f"be {state}")
    response = sign_in(bob).get(reverse("actions", args=[circle.programme.public_id]), {"as": "board"})
    columns = {state: [action.statement for action in cards] for state, cards, _ in response.context["columns"]}
    assert columns == {state: [f"be {state}"] for state in State}


def test_what_is_being_shaped_in_the_room_waits_for_nobody_yet(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    factories.action(circle, by=alice)
    address = reverse("actions", args=[circle.programme.public_id])
    assert sign_in(alice).get(address).context["piles"] == []
    Round.objects.filter(pk=circle.pk).update(stage=Stage.CLOSED)
    assert [pile.heading for pile in sign_in(alice).get(address).context["piles"]] == ["Not agreed yet"]
    assert sign_in(bob).get(address).context["piles"] == []


def test_a_longer_history_asks_the_database_no_more(circle: Round, alice: User, bob: User, sign_in: Any) -> None:
    made = factories.agreed(circle, by=alice)
    client, address = sign_in(bob), reverse("action", args=[made.public_id])
    client.get(address)  # the first visit writes down the session
    counts = []
    for _ in range(3):
        reviews.comment(action=made, by=alice, words="A note")
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_what_was_rehearsed_is_marked_wherever_it_stands_and_waits_for_nobody(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    made = factories.agreed(circle, by=alice)
    client, address = sign_in(bob), reverse("actions", args=[circle.programme.public_id])
    bulk = f"{reverse('actions-together', args=[circle.programme.public_id])}?tick={made.public_id}&move="
    pages = [
        *(f"{address}?as={view}" for view in ("list", "board")),
        reverse("round-actions", args=[circle.public_id]),
        reverse("action", args=[made.public_id]),
        move(made, "hand_on"),
        f"{bulk}hand_on",
        f"{bulk}sponsor",
    ]
    marked = '<span class="tag tag--warm">Rehearsal</span>'
    assert [marked in client.get(page).content.decode() for page in pages] == [False] * len(pages)
    Round.objects.filter(pk=circle.pk).update(rehearsal=True)
    assert [client.get(page).content.decode().count(marked) for page in pages] == [1] * len(pages)
    assert client.get(address).context["piles"] == []


def test_a_question_and_its_answer_stand_first_until_the_lead_goes_on(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    made, client = factories.agreed(circle, by=alice), sign_in(bob)
    page, heads = reverse("action", args=[made.public_id]), ("The clinical lead asks", "The facilitators answer")

    def stands() -> tuple[bool, ...]:
        before_the_facts = text(client.get(page)).partition('<div class="action">')[0]
        return tuple(words in before_the_facts for words in (*heads, "Which rooms?", "All of them."))

    assert not any(stands())
    made = reviews.return_with_question(action=made, version=made.version, by=bob, question="Which rooms?")
    assert stands() == (True, False, True, False)
    made = reviews.answer(action=made, version=made.version, by=alice, words="All of them.")
    reviews.comment(action=made, by=bob, words="Thank you.")
    assert all(stands())
    reviews.accept(action=made, version=made.version, by=bob)
    assert not any(stands())
