"""Threads over the months: the machine proposes, facilitators tie and untie, and a thread has its history."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from facilitation import likeness, recurring
from facilitation.histories import histories
from facilitation.models import Strand, Theme, Thread
from facilitation.titles import NO_NAME
from rounds.models import Programme, Role, Round, StaffAct, User
from rounds.refusals import Refused
from tests import factories
from tests.facilitation.telling import held, text, told

pytestmark = pytest.mark.django_db
SHORT, SHORTER = "Never enough staff at night", "Too few of us on the night shift"


@pytest.fixture
def march(programme: Programme) -> Round:
    return held(programme, days_ago=240)


@pytest.fixture
def may(programme: Programme) -> Round:
    return held(programme, days_ago=180)


def proposed(programme: Programme) -> list[tuple[str, list[str]]]:
    return [(one.theme.title, [other.title for other in one.others]) for one in likeness.proposals(programme)]


def tie(programme: Programme, one: Theme, other: Theme | Thread, by: User) -> Thread:
    return recurring.link(programme=programme, theme=one.public_id, to=other.public_id, by=by)


def test_a_theme_is_proposed_with_the_one_of_an_earlier_round_it_sounds_like_and_only_once(
    programme: Programme, march: Round, may: Round
) -> None:
    factories.theme(march, SHORT)
    factories.theme(march, "Parking is dear")
    factories.theme(may, SHORTER)
    assert proposed(programme) == [(SHORTER, [SHORT])]


def test_nothing_is_proposed_of_the_same_round_of_what_nobody_signed_off_of_rehearsals_or_of_elsewhere(
    programme: Programme, march: Round, may: Round
) -> None:
    factories.theme(may, SHORT)
    factories.theme(may, SHORTER)
    for round in (
        held(programme, days_ago=30, signed_off_at=None),
        held(programme, days_ago=30, rehearsal=True),
        held(factories.programme("Elsewhere"), days_ago=30),
    ):
        factories.theme(round, SHORT)
    for round in (march, may):
        factories.theme(round, NO_NAME)
    assert proposed(programme) == []


def test_with_the_machine_off_nothing_is_proposed_and_themes_are_found_by_their_words(
    programme: Programme, march: Round, may: Round, alice: User, client: Client
) -> None:
    first, second = factories.theme(march, SHORT), factories.theme(may, SHORTER)
    factories.theme(held(factories.programme("Elsewhere"), days_ago=3), "Night falls elsewhere")
    Programme.objects.filter(pk=programme.pk).update(machine_on=False)
    client.force_login(alice)
    page = reverse("recurring", args=[programme.public_id])
    said = text(client.get(page, {"q": "NIGHT staff"}))
    assert "sounds like" not in said
    assert (SHORT in said, SHORTER in said, "elsewhere" in said) == (True, False, False)
    client.post(reverse("recurring-start", args=[programme.public_id]), {"theme": first.public_id})
    thread = Thread.objects.get()
    at = reverse("recurring-thread", args=[programme.public_id, thread.public_id])
    assert thread.public_id in text(client.get(at, {"q": "night"}))
    tied = {"theme": second.public_id, "to": thread.public_id}
    client.post(reverse("recurring-link", args=[programme.public_id]), tied)
    assert [one.theme.title for one in histories(programme)[0].heard] == [SHORT, SHORTER]


def test_what_is_tied_goes_by_its_newest_title_and_is_proposed_no_more(
    programme: Programme, march: Round, may: Round, alice: User
) -> None:
    first, second = factories.theme(march, SHORT), factories.theme(may, SHORTER)
    assert recurring.name_of(tie(programme, first, second, alice)) == SHORTER
    assert proposed(programme) == []
    third = factories.theme(held(programme, days_ago=20), "Too few of us at night")
    (asked,) = likeness.proposals(programme)
    assert asked.theme == third
    assert len(asked.others) == 1  # of a thread the likest alone
    assert tie(programme, third, asked.others[0], alice) == Thread.objects.get()
    assert Strand.objects.count() == 3


def test_what_is_told_apart_stays_so_also_from_the_thread_it_comes_to_lie_in(
    programme: Programme, march: Round, may: Round, alice: User
) -> None:
    first, second = factories.theme(march, SHORT), factories.theme(may, SHORTER)
    recurring.dismiss(programme=programme, theme=second.public_id, to=first.public_id, by=alice)
    assert proposed(programme) == []
    third = factories.theme(held(programme, days_ago=20), "Too few of us at night")
    tie(programme, third, first, alice)
    assert proposed(programme) == []
    tie(programme, second, first, alice)  # whoever ties them by hand has thought again
    recurring.let_go(thread=Thread.objects.get(), by=alice)
    assert [len(others) for _, others in proposed(programme)] == [2]


def test_what_is_taken_out_is_not_proposed_there_again_and_the_last_one_takes_the_thread_along(
    programme: Programme, march: Round, may: Round, alice: User
) -> None:
    first, second = factories.theme(march, SHORT), factories.theme(may, SHORTER)
    thread = tie(programme, second, first, alice)
    assert recurring.unlink(thread=thread, theme=second.public_id, by=alice)
    assert proposed(programme) == []
    with pytest.raises(Refused, match="not in this thread"):
        recurring.unlink(thread=thread, theme=second.public_id, by=alice)
    assert not recurring.unlink(thread=thread, theme=first.public_id, by=alice)
    assert not Thread.objects.exists()


def test_themes_of_two_threads_are_not_tied_behind_anybodys_back(
    programme: Programme, march: Round, may: Round, alice: User
) -> None:
    first, second = factories.theme(march, SHORT), factories.theme(may, SHORTER)
    for one in (first, second):
        recurring.start(programme=programme, theme=one.public_id, by=alice)
    with pytest.raises(Refused, match="two threads"):
        tie(programme, first, second, alice)
    with pytest.raises(Refused, match="already"):
        recurring.start(programme=programme, theme=first.public_id, by=alice)


def test_a_theme_of_elsewhere_or_one_not_signed_off_cannot_be_tied(
    programme: Programme, march: Round, alice: User
) -> None:
    here = factories.theme(march, SHORT)
    for round in (held(factories.programme("Elsewhere"), days_ago=3), held(programme, days_ago=3, signed_off_at=None)):
        other = factories.theme(round, SHORTER)
        with pytest.raises(Refused, match="cannot be tied"):
            tie(programme, here, other, alice)


def test_a_thread_tells_when_it_was_heard_what_is_in_the_way_what_was_tried_and_what_was_told_back(
    programme: Programme, march: Round, may: Round, alice: User, client: Client
) -> None:
    first = factories.theme(march, SHORT, barriers=["exhaustion"])
    second = factories.theme(may, SHORTER, to_be_held=True)
    done = told(march, alice, "There is a fourth nurse now.", statement="ask for a fourth nurse")
    shaping = factories.action(may, by=alice, statement="never be agreed")
    for action, theme in ((done, first), (shaping, second)):
        action.themes.add(theme)
    factories.reaction(may, "MY OWN REACTION")
    thread = tie(programme, second, first, alice)
    client.force_login(factories.person("gwen", of=programme, roles=(Role.STEERING,)))
    (history,) = histories(programme)
    assert len(history.rounds) == 2
    said = text(client.get(reverse("recurring-thread", args=[programme.public_id, thread.public_id])))
    shown = [
        SHORT,
        SHORTER,
        "to be held",
        "Heard in 2 rounds",
        "ask for a fourth nurse",
        "There is a fourth nurse now.",
    ]
    assert [words for words in shown if words not in said] == []
    assert all(barrier in said for barrier in history.barriers)
    assert len(history.barriers) == 2
    unsaid = ["never be agreed", "MY OWN", march.title, "Take out", "Let it go"]
    assert [words for words in unsaid if words in said] == []


def test_once_the_sign_off_is_taken_back_its_title_is_read_in_no_thread(
    programme: Programme, march: Round, may: Round, alice: User, client: Client
) -> None:
    first, second = factories.theme(march, SHORT), factories.theme(may, SHORTER)
    thread = tie(programme, second, first, alice)
    Round.objects.filter(pk=may.pk).update(signed_off_at=None)
    client.force_login(alice)
    for address in (["recurring", programme.public_id], ["recurring-thread", programme.public_id, thread.public_id]):
        assert SHORTER not in text(client.get(reverse(address[0], args=address[1:])))


@pytest.mark.parametrize("name", ["", SHORTER.upper(), "Nights"])
def test_a_threads_name_is_read_no_longer_than_a_title_of_it(
    programme: Programme, march: Round, alice: User, client: Client, name: str
) -> None:
    """Neither a name that is a title, nor one a facilitator gave it because of one."""
    thread = recurring.start(programme=programme, theme=factories.theme(march, SHORTER).public_id, by=alice)
    if name:
        recurring.rename(thread=thread, name=name, by=alice)
    called = "Nights" if name == "Nights" else SHORTER
    client.force_login(factories.clinical_lead(of=programme))
    own = reverse("recurring-thread", args=[programme.public_id, thread.public_id])
    pages = [own, *(reverse(page, args=[programme.public_id]) for page in ("recurring", "trends"))]
    assert all(called in text(client.get(page)) for page in pages)
    Round.objects.filter(pk=march.pk).update(signed_off_at=None)
    assert not any(called in text(client.get(page)) for page in pages)
    assert SHORTER not in Thread.objects.values_list("name", flat=True)


def test_only_a_facilitator_of_the_programme_ties_names_and_lets_go(
    programme: Programme, march: Round, may: Round, alice: User, client: Client
) -> None:
    first, second = factories.theme(march, SHORT), factories.theme(may, SHORTER)
    thread = tie(programme, second, first, alice)
    pair = {"theme": first.public_id, "to": second.public_id, "name": "Nights"}
    lead = factories.clinical_lead(of=programme)
    charlie = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
    for person, reads in ((lead, 200), (charlie, 404)):
        client.force_login(person)
        assert client.get(reverse("recurring", args=[programme.public_id])).status_code == reads
        for name in ("start", "link", "dismiss"):
            assert client.post(reverse(f"recurring-{name}", args=[programme.public_id]), pair).status_code == 404
        for name in ("thread", "unlink", "let-go"):
            at = reverse(f"recurring-{name}", args=[programme.public_id, thread.public_id])
            assert client.post(at, pair).status_code == 404
    own = charlie.memberships.get().programme
    assert client.get(reverse("recurring-thread", args=[own.public_id, thread.public_id])).status_code == 404
    client.force_login(alice)
    at = reverse("recurring-thread", args=[programme.public_id, thread.public_id])
    assert "needs a name" in text(client.post(at, {"name": " "}))
    assert client.post(at, {"name": "Ask Priya Lund"}).status_code == 200
    client.post(at, {"name": "Nights"})
    assert str(Thread.objects.get()) == "Nights"
    client.post(reverse("recurring-let-go", args=[programme.public_id, thread.public_id]))
    acts = StaffAct.objects.filter(programme=programme, who=alice).values_list("what", flat=True)
    assert {"renamed a thread", "let a thread go"} <= set(acts)


def test_longer_months_ask_the_database_no_more(programme: Programme, alice: User, client: Client) -> None:
    client.force_login(alice)
    thread = recurring.start(
        programme=programme, theme=factories.theme(held(programme, days_ago=1), SHORT).public_id, by=alice
    )
    pages = [
        reverse("recurring", args=[programme.public_id]),
        reverse("recurring-thread", args=[programme.public_id, thread.public_id]),
    ]
    counts = []
    for months in (3, 9):
        for number in range(months):
            round = held(programme, days_ago=30 * number + months)
            one, _ = factories.theme(round, f"{SHORT} {number}"), factories.theme(round, f"Chairs {number} {months}")
            told(round, alice, "Better.").themes.add(one)
            tie(programme, one, thread, alice)
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page, {"q": "chairs"})
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
