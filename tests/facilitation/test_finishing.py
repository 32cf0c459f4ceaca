"""After the hour: what is still to finish, the draft of a write-up, other words for a title at the sign-off."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation import barriers, write_ups
from facilitation.models import Theme
from rounds import finishing, stages
from rounds.models import Role, Round, Stage, User
from rounds.refusals import Refused
from tests import factories
from tests.facilitation.circling import choose

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(alice: User) -> Round:
    return factories.round_(
        alice.memberships.get().programme, stage=Stage.CLOSED, closed_at=timezone.now(), crossed_threshold=True
    )


def said(round: Round) -> list[tuple[str, bool]]:
    return [(step.words, step.is_done) for step in finishing.steps(Round.objects.get(pk=round.pk))]


def test_the_rounds_page_lists_what_is_left_in_order_each_with_its_page(
    desk: Client, alice: User, closed: Round
) -> None:
    factories.reaction(closed)
    assert [words for words, _ in said(closed)] == [
        "Name the themes, or leave it at what was heard",
        "Complete the debrief",
        "Speak with the panel, and tick it",
        "Say that you are done with what was written",
    ]
    factories.theme(closed)
    factories.action(closed, by=alice)
    assert said(closed)[:2] == [
        ("Themes are named", True),
        ("Complete the actions that are not agreed yet", False),
    ]
    page = desk.get(reverse("round", args=[closed.public_id])).content.decode()
    for step in finishing.steps(closed):
        assert step.is_done or f'<a href="{step.url}">{step.words}</a>' in page
        assert desk.get(step.url.split("#")[0]).status_code == 200
    for name in ("console", "round-actions", "write-up"):
        assert f'href="{reverse(name, args=[closed.public_id])}"' in page
    Round.objects.filter(pk=closed.pk).update(rehearsal=True)
    assert said(closed)[0] == ("Themes are named", True)
    assert (
        'To finish <span class="tag tag--warm">Rehearsal</span>'
        in desk.get(reverse("round", args=[closed.public_id])).content.decode()
    )


def test_a_write_up_has_both_halves_or_says_held_and_quotes_no_sentence(alice: User, closed: Round) -> None:
    factories.reaction(closed, "I ran past her door.")
    theme = factories.theme(closed, "No time to sit down", barriers=["space_and_kit"])
    assert write_ups.HELD in write_ups.draft(closed)
    factories.action(closed, by=alice, statement="draw up a list")
    begun = write_ups.draft(closed)
    assert "- Begun, not agreed yet: we will draw up a list" in begun
    assert "It goes to the clinical leads once it is" in begun
    for absent in (write_ups.HELD, "Nothing has to follow"):
        assert absent not in begun
    factories.agreed(closed, by=alice, statement="put chairs by every bed")
    draft = write_ups.draft(closed)
    assert "- We will put chairs by every bed" in draft
    assert "Held by: The ward’s housekeeping team" in draft
    assert f"- {theme.title}\n  In the way: " in draft
    assert "- Begun, not agreed yet: we will draw up a list" in draft
    assert "take up what was agreed" in draft
    for absent in (write_ups.HELD, "I ran past her door", "It goes to the clinical leads once"):
        assert absent not in draft


def test_a_write_up_says_what_the_room_chose_where_nobody_wrote_it_down_and_breaks_no_sentence(
    alice: User, closed: Round
) -> None:
    Round.objects.filter(pk=closed.pk).update(stage=Stage.CIRCLE)
    round = Round.objects.get(pk=closed.pk)
    theme = factories.theme(round, "No time to sit down")
    for voice, codes in (
        ("a", ("paperwork", "unsafe_here")),
        ("b", ("unsafe_here",)),
        ("c", ("unsafe_here", "paperwork")),
    ):
        choose(round, theme, voice, *codes)
    assert "chose" not in write_ups.draft(round)  # by two; and what facilitators hear of first is theirs to write down
    choose(round, theme, "d", "paperwork")
    assert "  Several of us chose as being in the way: The form got the time\n" in write_ups.draft(round)
    barriers.fix(round=round, theme=theme.public_id, barriers=["space_and_kit"], by=alice)
    factories.agreed(round, by=alice)
    draft = write_ups.draft(round)
    assert "  In the way: The place or the kit was wrong\n" in draft
    assert "chose" not in draft
    assert "What became of it, also where it could not be done, is told at the start of the next round.\n" in draft


def test_a_round_without_a_reflection_says_so_and_can_have_no_action(alice: User) -> None:
    round = factories.round_(alice.memberships.get().programme, stage=Stage.THREADS, reached_reflection=False)
    with pytest.raises(Refused):
        stages.move(round=round, seen=Stage.THREADS, to=Stage.THRESHOLD, by=alice)
    with pytest.raises(Refused):
        factories.action(round, by=alice)
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED)
    draft = write_ups.draft(Round.objects.get(pk=round.pk))
    assert write_ups.NO_REFLECTION in draft
    assert write_ups.HELD in draft


def test_the_write_up_page_is_the_facilitators_and_opens_with_the_goodbye(desk: Client, closed: Round) -> None:
    address = reverse("write-up", args=[closed.public_id])
    assert write_ups.HELD in desk.get(address).content.decode()
    for person in (
        factories.facilitator("charlie", of=factories.programme("Elsewhere")),
        factories.person("bob", of=closed.programme, roles=(Role.CLINICAL_LEAD, Role.ADMINISTRATOR)),
    ):
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code == 404
    Round.objects.filter(pk=closed.pk).update(stage=Stage.CIRCLE)
    assert write_ups.HELD not in desk.get(address).content.decode()


def test_a_title_gets_other_words_in_its_place_before_it_is_signed_off(desk: Client, closed: Round) -> None:
    factories.reaction(closed, "Nobody had asked her daughter")
    theme = factories.theme(closed, "Nobody had asked her daughter")
    page = reverse("debrief", args=[closed.public_id])
    address = reverse("theme-reword", args=[closed.public_id, theme.public_id])
    assert f'action="{address}"' in desk.get(page).content.decode()
    answer = desk.post(address, {"seen": theme.title, "title": "Who is asked"}, follow=True)
    assert "In somebody’s own words" not in answer.content.decode()
    assert Theme.objects.get().title == "Who is asked"
    again = desk.post(address, {"seen": "Something older", "title": "Mine"}, follow=True).content.decode()
    assert "Somebody has just called it “Who is asked”" in again
    Round.objects.filter(pk=closed.pk).update(signed_off_at=timezone.now())
    assert address not in desk.get(page).content.decode()
    desk.post(address, {"seen": "Who is asked", "title": "Too late"})
    assert Theme.objects.get().title == "Who is asked"
