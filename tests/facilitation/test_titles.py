"""Who reads a theme's title before the facilitators have signed it off: they alone, on every page and in every file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from facilitation.models import Action, Theme
from rounds.models import Programme, Role, Round, Stage, Story, User
from tests import factories
from tests.facilitation.telling import held

pytestmark = pytest.mark.django_db
TIED, LOOSE = "I cried in the linen cupboard for an hour", "Nobody told us about the move"


@pytest.fixture
def over(programme: Programme) -> Round:
    """Not signed off; the title of a second theme stands in no action."""
    round = held(programme, days_ago=3, signed_off_at=None)
    factories.theme(round, LOOSE)
    return round


def proposed(round: Round, by: User) -> Action:
    made = factories.action(round, by=by, statement="ask for a quiet room")
    made.themes.add(factories.theme(round, TIED))
    return made


def pages_of(action: Action, *, writes: bool) -> list[str]:
    programme = [action.programme.public_id]
    actions = reverse("actions", args=programme)
    of_round = ("round-actions", "round-report") if action.round.closed_at else ("round-actions",)
    return [
        *(f"{actions}?as={view}" for view in ("inbox", "list", "board")),
        *(reverse(name, args=programme) for name in ("actions-csv", "trends", "recurring")),
        *(reverse(name, args=[action.round.public_id]) for name in of_round),
        reverse("action", args=[action.public_id]),
        *([reverse("action-edit", args=[action.public_id, "where"])] if writes else []),
    ]


@pytest.mark.parametrize("live", [False, True])
def test_before_the_sign_off_only_facilitators_read_a_title_on_any_page(
    client: Client, programme: Programme, alice: User, bob: User, over: Round, *, live: bool
) -> None:
    gwen = factories.person("gwen", of=programme, roles=(Role.STEERING,))
    round = factories.round_(programme, stage=Stage.CIRCLE) if live else over
    action = proposed(round, alice)
    if live:
        factories.theme(round, LOOSE)
    read: dict[str, set[str]] = {}
    for person in (alice, bob, gwen):
        client.force_login(person)
        for address in pages_of(action, writes=person != gwen):
            response = client.get(address)
            assert response.status_code == 200, address
            said = response.content.decode()
            read.setdefault(person.name, set()).update(words for words in (TIED, LOOSE) if words in said)
    assert read == {"Alice": {TIED, LOOSE}, "Bob": set(), "Gwen": set()}


def test_facilitators_are_told_which_titles_others_read_before_the_sign_off(
    client: Client, alice: User, bob: User, over: Round
) -> None:
    client.force_login(alice)
    debrief, write_up = (reverse(name, args=[over.public_id]) for name in ("debrief", "write-up"))
    none_yet = client.get(debrief).content.decode()
    assert "Once you say so, others may read the titles" in none_yet
    agreed = factories.agreed(over, by=alice, statement="ask for chairs")
    agreed.themes.add(factories.theme(over, "Chairs"))
    shown = client.get(debrief)
    assert [one.words for one in shown.context["titles"] if one.is_read] == ["Chairs"]
    page = " ".join(shown.content.decode().split())
    assert page.count("others read it already, with its action") == 1
    assert "Others read those already of which the room agreed on an action" in page
    assert "an action was agreed of it" in client.get(write_up).content.decode()
    client.force_login(bob)  # and so it is
    assert "Chairs" in client.get(reverse("action", args=[agreed.public_id])).content.decode()


def test_words_of_a_title_nobody_else_may_read_find_no_action_for_them(
    client: Client, programme: Programme, alice: User, bob: User, over: Round
) -> None:
    action = proposed(over, alice)
    found: dict[str, set[bool]] = {}
    for person in (alice, bob):
        client.force_login(person)
        for name, address in (("actions", {"as": "list", "text": "linen"}), ("actions-csv", {"text": "linen"})):
            said = client.get(reverse(name, args=[programme.public_id]), address).content.decode()
            found.setdefault(person.name, set()).add(action.statement in said)
    assert found == {"Alice": {True}, "Bob": {False}}


def test_a_lead_neither_ticks_a_title_they_may_not_read_nor_unties_it(
    client: Client, programme: Programme, alice: User, bob: User, over: Round
) -> None:
    unseen = proposed(over, alice)
    signed = held(programme, days_ago=30)
    first, second = factories.theme(signed, "Nights"), factories.theme(signed, "Chairs")
    Theme.objects.filter(pk=second.pk).update(round=over)
    second.refresh_from_db()
    agreed = factories.agreed(over, by=alice, statement="ask for chairs")
    agreed.themes.add(second)  # the room agreed on it, so its title may be read
    client.force_login(bob)
    loose = Theme.objects.get(title=LOOSE)
    at = reverse("action-edit", args=[agreed.public_id, "where"])
    said = client.get(at).content.decode()
    assert ("Chairs" in said, LOOSE in said) == (True, False)
    sent = {"version": agreed.version, "level": agreed.level, "barriers": agreed.barriers}
    client.post(at, {**sent, "themes": [loose.public_id]})
    assert list(agreed.themes.all()) == [second]
    at = reverse("action-edit", args=[unseen.public_id, "where"])
    assert client.post(at, {"version": unseen.version, "barriers": ["exhaustion"]}).status_code == 302
    assert unseen.themes.get().title == TIED
    client.logout()
    told = client.get(reverse("told-back", args=[programme.told_back_token])).content.decode()
    assert ("Chairs" in told, first.title in told, LOOSE in told, TIED in told) == (True, True, False, False)


def test_somebody_whose_words_came_too_late_reads_no_more_titles_for_it(
    client: Client, alice: User, bob: User, over: Round
) -> None:
    action = proposed(over, alice)
    Action.objects.filter(pk=action.pk).update(version=7)
    client.force_login(bob)
    at = reverse("action-edit", args=[action.public_id, "where"])
    answer = client.post(at, {"version": 0, "barriers": ["exhaustion"]})
    assert (answer.status_code, TIED in answer.content.decode()) == (409, False)


def test_a_withdrawn_storys_title_is_no_choice_among_the_rounds(
    client: Client, programme: Programme, bob: User, alice: User, over: Round
) -> None:
    proposed(over, alice)
    again = factories.round_(programme, retells=over, title=over.title, crossed_threshold=True)
    proposed(again, alice)
    Story.objects.filter(round=again).delete()
    Story.objects.filter(round=over).update(withdrawn=True)
    client.force_login(bob)
    chosen = {"as": "list", "round": over.public_id}
    assert over.title not in client.get(reverse("actions", args=[programme.public_id]), chosen).content.decode()
