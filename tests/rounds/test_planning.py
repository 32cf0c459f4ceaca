"""Planning a round: what the verbs keep, refuse and undo, and the page and poster of a round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from rounds import planning, preparing, stages, stories
from rounds.models import Programme, Prompt, ReleasePolicy, Round, Stage, User
from rounds.plans import Adjustment
from rounds.refusals import Refused, StageMovedOn
from rounds.timings import REHEARSAL, USUAL, Timings, usual
from tests import factories
from tests.rounds.consoles import region

pytestmark = pytest.mark.django_db
Cast = tuple[Programme, User, Client]


@pytest.fixture
def cast(client: Client) -> Cast:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    return programme, alice, client


def test_a_round_is_planned_with_story_storytellers_and_questions_in_their_order(cast: Cast) -> None:
    programme, alice, _ = cast
    made = planning.plan(programme=programme, plan=factories.a_plan(facilitators=(alice,)), by=alice)
    assert (made.stage, made.story.title, made.story.private_notes) == (Stage.PLANNED, "The flute", "Tissues.")
    assert [t.role for t in made.story.storytellers.all()] == ["Ward clerk", "Registrar"]
    assert [(p.text, p.policy) for p in made.prompts.all()] == [("What stays?", "together"), ("And then?", "flowing")]
    assert list(made.facilitators.all()) == [alice]
    assert made.story_minutes == 10


@pytest.mark.parametrize("fields", [{"floor": 2}, {"starts_at": timezone.now() - timedelta(hours=1)}])
def test_a_past_time_or_a_floor_below_three_is_refused_by_the_verb_too(cast: Cast, fields: dict[str, Any]) -> None:
    programme, alice, _ = cast
    with pytest.raises(Refused):
        planning.plan(programme=programme, plan=factories.a_plan(**fields), by=alice)
    assert not Round.objects.exists()


@pytest.mark.parametrize(("kind", "low", "high"), [("round", 45, 60), ("team", 30, 45), ("popup", 10, 15)])
def test_the_usual_times_fit_the_kind(kind: str, low: int, high: int) -> None:
    assert low <= usual(kind).total_minutes <= high


def test_once_the_doors_are_open_the_plan_stays_and_only_what_promises_nothing_changes(cast: Cast) -> None:
    programme, alice, client = cast
    round = factories.round_(programme, stage=Stage.ARRIVAL)
    with pytest.raises(StageMovedOn):
        planning.change(round=round, plan=factories.a_plan(), seen=round.revision, by=alice)
    url = reverse("round-edit", args=[round.public_id])
    page = client.get(url).content.decode()
    assert 'name="floor"' not in page
    assert 'name="title"' not in page
    times = {name: str(value) for name, value in USUAL["team"]._asdict().items()}
    times["seen"] = planning.mark(round)
    client.post(url, {**times, "another_question": "And now?", "private_notes": "Quiet.", "floor": "3", "title": "x"})
    round.refresh_from_db()
    assert (round.reflection_minutes, round.floor, round.title) == (12, 5, "A cut finger")
    assert round.story.private_notes == "Quiet."
    last = Prompt.objects.filter(round=round).last()
    assert last is not None
    assert (last.text, last.policy) == ("And now?", ReleasePolicy.TOGETHER)


def test_a_closed_round_is_not_edited(cast: Cast) -> None:
    programme, alice, client = cast
    round = factories.round_(programme, stage=Stage.CLOSED)
    with pytest.raises(StageMovedOn):
        planning.adjust(round=round, adjustment=Adjustment(timings=usual("team")), seen="", by=alice)
    answer = client.get(reverse("round-edit", args=[round.public_id]))
    assert answer.headers["Location"] == reverse("round", args=[round.public_id])


def test_a_planned_round_is_cancelled_and_can_be_planned_again(cast: Cast) -> None:
    programme, alice, client = cast
    round = factories.round_(programme)
    client.post(reverse("round-cancel", args=[round.public_id]))
    cancelled = Round.objects.get()
    assert cancelled.cancelled_at is not None
    with pytest.raises(Refused):
        stages.move(round=round, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    client.post(reverse("round-plan-again", args=[round.public_id]))
    assert Round.objects.get().cancelled_at is None
    stages.move(round=round, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)


def test_a_round_that_has_begun_is_not_cancelled(cast: Cast) -> None:
    programme, _, client = cast
    round = factories.round_(programme, stage=Stage.STORY)
    page = client.post(reverse("round-cancel", args=[round.public_id]), follow=True).content.decode()
    assert "People have been let in already." in page
    round.refresh_from_db()
    assert round.cancelled_at is None


def test_nothing_is_done_by_looking_at_an_address(cast: Cast) -> None:
    programme, _, client = cast
    round = factories.round_(programme)
    for name in ("round-cancel", "round-plan-again", "story-give-back", "round-rehearse"):
        assert client.get(reverse(name, args=[round.public_id])).status_code == 302
    for name in ("story-withdraw", "story-check"):
        assert client.get(reverse(name, args=[round.public_id])).status_code == 200
    round.refresh_from_db()
    assert (round.cancelled_at, round.story.withdrawn, Round.objects.count()) == (None, False, 1)


@pytest.mark.parametrize("stage", [Stage.PLANNED, Stage.STORY, Stage.CLOSED])
def test_a_story_is_withdrawn_at_any_time_and_its_title_leaves_every_page(cast: Cast, stage: Stage) -> None:
    programme, _, client = cast
    round = factories.round_(programme, stage=stage)
    before = round.revision
    page = client.post(
        reverse("story-withdraw", args=[round.public_id]), {"written": "keep"}, follow=True
    ).content.decode()
    round.refresh_from_db()
    assert round.story.withdrawn is True
    assert round.revision > before
    assert "stage" in round.topics.values_list("topic", flat=True)
    shown = [page, *(client.get(reverse(n, args=[round.public_id])).content.decode() for n in ("round", "poster"))]
    shown.append(client.get(reverse("programme", args=[programme.public_id])).content.decode())
    assert [words for words in shown if "A cut finger" in words] == []
    client.post(reverse("story-give-back", args=[round.public_id]))
    assert "A cut finger" in client.get(reverse("round", args=[round.public_id])).content.decode()


def test_withdrawing_twice_is_withdrawing_once(cast: Cast) -> None:
    programme, alice, _ = cast
    round = factories.round_(programme)
    stories.withdraw(round=round, by=alice)
    stories.withdraw(round=round, by=alice)
    assert [act.what for act in round.staff_acts.all()] == ["withdrew the story"]


def test_a_withdrawn_story_leaves_the_circles_that_continue_it_at_once(cast: Cast) -> None:
    programme, alice, _ = cast
    round = factories.round_(programme, stage=Stage.CLOSED)
    circles = [
        Round.objects.create(
            programme=programme, continues=round, title="Circle: A cut finger", starts_at=round.starts_at, stage=stage
        )
        for stage in (Stage.CIRCLE, Stage.CLOSED)
    ]
    stories.withdraw(round=round, by=alice)
    live, closed = (Round.objects.get(pk=circle.pk) for circle in circles)
    assert live.shown_title == closed.shown_title == "A reflective round"
    assert set(live.topics.values_list("topic", flat=True)) == {"stage", "changes", "replies"}  # boxes look new, too
    assert closed.revision > 0  # its console stays open after the hour, and had the story's words on it
    stories.give_back(round=round, by=alice)
    live = Round.objects.get(pk=live.pk)
    assert live.shown_title == "Circle: A cut finger"


def test_a_rehearsal_is_a_copy_with_short_times_that_leaves_the_story_and_the_round_alone(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=factories.a_plan(facilitators=(alice,)), by=alice)
    client.post(reverse("round-rehearse", args=[round.public_id]))
    copy = Round.objects.get(rehearsal=True)
    assert copy.title == "Rehearsal: The flute"
    assert [act.what for act in copy.staff_acts.all()] == ["made this rehearsal"]
    assert Timings(*(getattr(copy, name) for name in Timings._fields)) == REHEARSAL
    assert [(p.text, p.policy) for p in copy.prompts.all()] == [(p.text, p.policy) for p in round.prompts.all()]
    assert (copy.story.storytellers.count(), copy.story.private_notes, copy.weight) == (0, "", round.weight)
    round.story.storytellers.update(what_it_was_like="I ran past her door.")
    assert "I ran past her door." in region("notes", copy)  # read where it stands
    assert "sit with" not in " ".join(preparing.still_to_do(copy))
    page = client.get(reverse("round", args=[copy.public_id])).content.decode()
    assert reverse("panel", args=[copy.public_id]) not in page
    assert copy.join_code != round.join_code
    assert copy.wall_token != round.wall_token
    stages.move(round=copy, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    round.refresh_from_db()
    assert (round.stage, round.rehearsal) == (Stage.PLANNED, False)


def test_a_withdrawn_story_is_not_read_in_its_rehearsal_either(cast: Cast) -> None:
    programme, alice, _ = cast
    round = planning.plan(programme=programme, plan=factories.a_plan(facilitators=(alice,)), by=alice)
    round.story.storytellers.update(what_it_was_like="I ran past her door.")
    copy = planning.rehearsal_copy(round=round, by=alice)
    stories.withdraw(round=round, by=alice)
    assert "I ran past her door." not in region("notes", copy)


def test_a_title_of_full_length_can_be_rehearsed(cast: Cast) -> None:
    programme, alice, _ = cast
    copy = planning.rehearsal_copy(round=factories.round_(programme, title="x" * 120), by=alice)
    assert len(copy.title) == 120


def test_the_page_of_a_round_says_what_is_missing_before_the_doors_open(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=factories.a_plan(prompts=()), by=alice)
    page = client.get(reverse("round", args=[round.public_id])).content.decode()
    assert "Check that nobody can be recognised in the story" in page
    assert "Add a question for the room" in page
    assert round.join_code[:4] in page
    assert f"#{round.wall_token}" in page


def test_the_planner_says_what_each_way_of_showing_protects(cast: Cast) -> None:
    programme, _, client = cast
    page = client.get(reverse("round-new", args=[programme.public_id])).content.decode()
    plain, figures = page.split("What this protects, in figures")
    assert "livelier, for a dozen people or more" in plain
    assert [figure in figures for figure in ("<dd>3 to 18<", "<dd>22 to 50<", "<dd>60 to 95,")] == [True] * 3
    assert "When was compassion possible here?" in page
    assert "What got in its way?" in page


@pytest.mark.parametrize(
    ("site", "warns"),
    [
        ("http://127.0.0.1:8000", 1),
        ("http://localhost:8000", 1),
        ("http://192.0.2.10:8000", 0),
        ("https://rounds.example.org", 0),
    ],
)
def test_the_poster_warns_on_screen_of_an_address_that_only_works_here(
    cast: Cast, settings: Settings, site: str, warns: int
) -> None:
    settings.SITE_URL = site
    programme, _, client = cast
    round = factories.round_(programme)
    page = client.get(reverse("poster", args=[round.public_id])).content.decode()
    assert page.count("This address only works on this computer.") == warns
    assert page.count("notice--warning no-print") == warns


def test_poster_and_qr_hold_the_address_with_the_code_behind_the_fragment_and_no_style(cast: Cast) -> None:
    programme, _, client = cast
    round = factories.round_(programme, join_code="K7QX3MWT")
    page = client.get(reverse("poster", args=[round.public_id])).content.decode()
    assert "<svg" in page
    assert " style=" not in page
    assert ">K7QX</span>" in page
    assert "in the tradition of Schwartz Rounds; not affiliated with them" in page
    picture = client.get(reverse("qr", args=[round.public_id]))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert b"style" not in picture.content
    assert picture.content.startswith(b"<?xml")


def test_the_qr_code_changes_with_the_join_code(cast: Cast) -> None:
    from rounds import join_links

    round = factories.round_(cast[0], join_code="K7QX3MWT")
    assert join_links.address(round).endswith("/j#K7QX3MWT")
    before = join_links.qr(round)
    round.join_code = "K7QX3MWV"
    assert join_links.qr(round) != before
