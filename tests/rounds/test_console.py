"""The console: who may, and what stands on it in each stage."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from rounds import certificates
from rounds.live import regions
from rounds.live.regions import Region
from rounds.live.screens import steps
from rounds.models import Kind, Role, Round, StaffAct, Stage, Story, User
from tests import factories
from tests.rounds.consoles import a_round, page, press, region
from tests.rounds.looking import look

pytestmark = pytest.mark.django_db
S = Stage
PRESSES = [
    "console-move",
    "console-time",
    "console-ask",
    "console-release",
    "console-reaction",
    "console-code",
    "console-lock",
    "console-rehearse",
]


@pytest.mark.parametrize("name", ["console", *PRESSES])
def test_a_stranger_from_another_programme_finds_nothing_there(alice: User, name: str) -> None:
    round = a_round(alice, S.REFLECTION)
    charlie = Client()
    charlie.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    address = reverse(name, args=[round.public_id])
    answer = charlie.get(address) if name == "console" else charlie.post(address, {})
    assert answer.status_code == 404
    assert StaffAct.objects.count() == 0


@pytest.mark.parametrize("role", [Role.CLINICAL_LEAD, Role.STEERING, Role.ADMINISTRATOR])
@pytest.mark.parametrize("name", ["console", *PRESSES])
def test_only_facilitators_run_a_round(alice: User, name: str, role: Role) -> None:
    round = a_round(alice, S.REFLECTION)
    bob = Client()
    bob.force_login(factories.person("bob", of=round.programme, roles=(role,)))
    address = reverse(name, args=[round.public_id])
    assert (bob.get(address) if name == "console" else bob.post(address, {})).status_code == 404


@pytest.mark.parametrize("name", ["console", *PRESSES])
def test_somebody_signed_out_is_asked_to_sign_in(alice: User, name: str) -> None:
    address = reverse(name, args=[a_round(alice, S.REFLECTION).public_id])
    answer = Client().get(address) if name == "console" else Client().post(address, {})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PRESSES)
def test_a_press_is_a_post(desk: Client, alice: User, name: str) -> None:
    assert desk.get(reverse(name, args=[a_round(alice, S.REFLECTION).public_id])).status_code == 405


@pytest.mark.parametrize("name", PRESSES)
def test_a_press_without_a_token_is_refused(alice: User, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(reverse(name, args=[a_round(alice, S.REFLECTION).public_id]), {}).status_code == 403


@pytest.mark.parametrize("name", [name for name in PRESSES if name != "console-release"])
def test_an_empty_press_is_refused_in_words_and_changes_nothing(desk: Client, alice: User, name: str) -> None:
    round = a_round(alice, S.REFLECTION, rehearsal=True)
    status, words = press(desk, name, round)
    assert status == 409
    assert len(words) > 10
    assert Round.objects.get().revision == 0


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("kind", [Kind.ROUND, Kind.CIRCLE])
def test_the_page_stands_in_every_stage_with_its_regions_filled(
    desk: Client, alice: User, stage: Stage, kind: Kind
) -> None:
    round = a_round(alice, stage, kind=kind, stage_ends_at=timezone.now())
    html = page(desk, round)
    assert 'data-live="console"' in html
    assert re.search(r'data-ticket="[\w:.-]{40,}"', html)
    for found in regions.of("console"):
        assert f'data-region="{found.name}"' in html
        if isinstance(found, Region):
            assert found.html(Round.objects.get(pk=round.pk)) in html
    assert "style=" not in html
    assert "onclick" not in html


def test_no_region_needs_to_know_who_looks(desk: Client, alice: User) -> None:
    bea = Client()
    bea.force_login(factories.facilitator("bea", of=alice.memberships.get().programme))
    round = a_round(alice, S.REFLECTION)
    factories.reaction(round)
    parts = [re.findall(r'data-region="\w+".*?</(?:div|ul)>', page(who, round), re.DOTALL) for who in (desk, bea)]
    assert parts[0] == parts[1]
    assert len(parts[0]) > 5


@pytest.mark.parametrize(
    ("stage", "label"),
    [
        (S.PLANNED, "Open the doors"),
        (S.ARRIVAL, "Begin the story"),
        (S.STORY, "Keep a silence"),
        (S.SILENCE, "Open the reflection"),
        (S.REFLECTION, "On to the threads"),
        (S.THREADS, "Pause at the threshold"),
        (S.THRESHOLD, "Open the circle now"),
        (S.CIRCLE, "On to the closing"),
        (S.CLOSING, "Close the round"),
    ],
)
def test_there_is_one_next_step_and_it_says_what_will_happen(alice: User, stage: Stage, label: str) -> None:
    html = region("controls", a_round(alice, stage))
    assert html.count("next-step__button") == 1
    assert label in html
    assert "next-step__words" in html


def test_a_closed_round_has_no_next_step(alice: User) -> None:
    html = region("controls", a_round(alice, S.CLOSED))
    assert "<form" not in html


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("kind", [Kind.ROUND, Kind.CIRCLE])
def test_every_possible_move_is_offered_exactly_once(alice: User, stage: Stage, kind: Kind) -> None:
    from rounds import stages

    round = a_round(alice, stage, kind=kind)
    step = steps.next_step(round)
    offered = [*([step.to] if step else []), *(other.to for other in steps.other_steps(round))]
    offered += [S.CLOSING] if steps.may_end_kindly(round) else []
    assert sorted(offered) == sorted(stages.possible(round))


def test_what_is_missing_before_the_doors_open_is_said_instead_of_a_button(alice: User) -> None:
    round = a_round(alice, S.PLANNED)
    round.story.no_identifiers = False
    round.story.save()
    html = region("controls", round)
    assert "nobody can be recognised" in html
    assert "next-step__button" not in html


def test_the_time_can_be_changed_where_there_is_one_and_the_pause_not_shortened(alice: User) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    assert "One more minute" not in region("controls", a_round(alice, S.ARRIVAL))
    story = region("controls", a_round(alice, S.STORY, stage_ends_at=soon))
    assert "One more minute" in story
    assert "End the time now" in story
    pause = region("controls", a_round(alice, S.THRESHOLD, stage_ends_at=soon))
    assert "One more minute" in pause
    assert "End the time now" not in pause
    assert "In a moment: the pause is running." in pause
    assert "data-opens=" in pause


def test_the_doors_show_code_wall_and_whether_writing_will_open(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, room_was_big_enough=False, floor=7)
    html = region("arrival", round)
    assert round.join_code[:4] in html
    assert f"/w#{round.wall_token}" in html
    assert "once at least seven people are here" in html
    assert "Fewer than five people are here" in html
    Round.objects.update(stage=S.REFLECTION)
    assert "once at least seven people are here" in region("stage", round)
    Round.objects.update(stage=S.ARRIVAL, room_was_big_enough=True)
    assert "big enough to write in" in region("arrival", round)
    assert "Fewer than" not in region("arrival", round)
    Round.objects.update(floor=4, room_was_big_enough=False)
    assert "Fewer than four people are here" in region("arrival", round)


def test_the_wall_can_be_put_up_before_the_doors_open(desk: Client, alice: User) -> None:
    round = a_round(alice, S.PLANNED)
    html = region("doors", round)
    assert f"/w#{round.wall_token}" in html
    assert round.join_code[:4] not in html  # it opens nothing yet
    assert 'data-needs="region-doors">' in page(desk, round)
    Round.objects.update(cancelled_at=timezone.now())
    assert region("doors", round) == ""
    assert 'data-needs="region-doors" hidden>' in page(desk, round)


def test_the_storys_own_words_are_at_hand_on_the_console_and_nowhere_else(desk: Client, alice: User) -> None:
    round = a_round(alice, S.STORY)
    said = ("I was slow that day.", "He held my sleeve.", "Tissues.")
    round.story.storytellers.update(what_it_was_like=said[0], what_it_meant=said[1])
    type(round.story).objects.update(private_notes=said[2])
    html = page(desk, round)
    assert all(words in html for words in (*said, "Nurse practitioner"))
    for audience in ("room", "wall"):
        assert not any(words in shown for shown in look(round, audience).values() for words in said)


def test_a_withdrawn_storys_title_and_notes_are_not_on_the_console(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    round.story.withdrawn, round.story.private_notes = True, "She asked me not to name the ward."
    round.story.storytellers.update(what_it_was_like="I was slow that day.", what_it_meant="He held my sleeve.")
    round.story.save()
    html = page(desk, round)
    assert round.title not in html
    assert not any(words in html for words in ("not to name the ward", "slow that day", "held my sleeve"))


def test_the_title_stands_only_where_it_leaves_a_console_that_is_open(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION, title="The flute on the windowsill")
    shown = region("title", round)
    assert page(desk, round).count(round.title) == shown.count(round.title) == 1
    round.story.withdrawn = True
    round.story.save()
    assert round.title not in region("title", round)


def test_the_day_on_which_the_doors_open_is_the_day_of_the_round_and_another_one_is_asked_about(
    desk: Client, alice: User
) -> None:
    round = a_round(alice, S.PLANNED, starts_at=timezone.now() + timedelta(days=21))
    Story.objects.update(no_identifiers=True)
    planned_for = date_format(timezone.localtime(round.starts_at), "l j F Y")
    assert f"It is planned for {planned_for}." in page(desk, round)
    assert 'data-dialog-open="confirm-arrival"' in page(desk, round)
    assert press(desk, "console-move", round, seen=S.PLANNED, to=S.ARRIVAL)[0] == 200
    round.refresh_from_db()
    assert timezone.localdate(round.starts_at) == timezone.localdate()
    Round.objects.update(stage=S.CLOSED)
    round.refresh_from_db()
    certificate = certificates.of(round)
    assert certificate is not None
    assert certificate.day == timezone.localdate()
    rehearsal = a_round(alice, S.PLANNED, starts_at=timezone.now() + timedelta(days=21), rehearsal=True)
    assert 'data-dialog-open="confirm-arrival"' not in page(desk, rehearsal)
