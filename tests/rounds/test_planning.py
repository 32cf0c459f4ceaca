"""Planning a round: what is kept, what is refused, and that nothing typed is ever lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import planning, stages
from rounds.forms.planner import Planner
from rounds.models import Kind, Programme, Prompt, ReleasePolicy, Role, Round, Stage, Story, User
from rounds.plans import Adjustment, Plan, PlannedPrompt, PlannedStory
from rounds.refusals import Refused, StageMovedOn
from rounds.timings import REHEARSAL, USUAL, Timings, usual
from tests import factories

pytestmark = pytest.mark.django_db
Cast = tuple[Programme, User, Client]


@pytest.fixture
def cast(client: Client) -> Cast:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    return programme, alice, client


def a_plan(**fields: Any) -> Plan:
    return Plan(
        **{
            "title": "The flute",
            "kind": Kind.TEAM,
            "starts_at": timezone.now() + timedelta(days=2),
            "timings": usual(Kind.TEAM),
            "weight": 1,
            "floor": 5,
            "story": PlannedStory(storytellers=("Ward clerk", "Registrar"), private_notes="Tissues."),
            "prompts": (PlannedPrompt(text="What stays?"), PlannedPrompt(text="And then?", policy="flowing")),
            **fields,
        }
    )


def typed(**fields: str | list[str]) -> dict[str, Any]:
    """What a browser posts from the planner."""
    day = timezone.localtime() + timedelta(days=3)
    return {
        "kind": "round",
        "title": "The flute",
        "date": day.date().isoformat(),
        "time": "12:30",
        "weight": "2",
        "floor": "5",
        "ground_rules": "You can just listen.",
        "staff_groups": ["students"],
        "storyteller-0-role": "Ward clerk",
        "storyteller-1-role": "",
        "prompt-0-text": "What stays with you?",
        "prompt-0-policy": "together",
        "prompt-1-text": "What got in the way?",
        "prompt-1-policy": "flowing",
        "what_it_was_like": "I said I would come back.",
        **{name: str(value) for name, value in USUAL["round"]._asdict().items()},
        **fields,
    }


def row(data: dict[str, Any], button: str, programme: Programme, by: User) -> Planner:
    from django.http import QueryDict

    posted = QueryDict(mutable=True)
    for name, value in data.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    planner = Planner(programme=programme, by=by)
    planner.rearrange(posted, button)
    return planner


def test_a_round_is_planned_with_story_storytellers_and_questions_in_their_order(cast: Cast) -> None:
    programme, alice, _ = cast
    made = planning.plan(programme=programme, plan=a_plan(facilitators=(alice,)), by=alice)
    assert (made.stage, made.story.title, made.story.private_notes) == (Stage.PLANNED, "The flute", "Tissues.")
    assert [t.role for t in made.story.storytellers.all()] == ["Ward clerk", "Registrar"]
    assert [(p.text, p.policy) for p in made.prompts.all()] == [("What stays?", "together"), ("And then?", "flowing")]
    assert list(made.facilitators.all()) == [alice]
    assert made.story_minutes == 10


@pytest.mark.parametrize("fields", [{"floor": 2}, {"starts_at": timezone.now() - timedelta(hours=1)}])
def test_a_past_time_or_a_floor_below_three_is_refused_by_the_verb_too(cast: Cast, fields: dict[str, Any]) -> None:
    programme, alice, _ = cast
    with pytest.raises(Refused):
        planning.plan(programme=programme, plan=a_plan(**fields), by=alice)
    assert not Round.objects.exists()


def test_what_is_typed_on_the_page_becomes_the_round(cast: Cast) -> None:
    programme, alice, client = cast
    answer = client.post(reverse("round-new", args=[programme.public_id]), typed(facilitators=[str(alice.pk)]))
    made = Round.objects.get()
    assert answer.headers["Location"] == reverse("round", args=[made.public_id])
    assert timezone.localtime(made.starts_at).strftime("%H:%M") == "12:30"
    assert made.staff_groups == ["students"]
    assert [t.role for t in made.story.storytellers.all()] == ["Ward clerk"]
    assert [p.policy for p in made.prompts.all()] == [ReleasePolicy.TOGETHER, ReleasePolicy.FLOWING]
    assert made.story.what_it_was_like == "I said I would come back."
    assert made.story.no_identifiers is False


def test_a_date_in_the_past_gets_a_clear_error_and_keeps_what_was_typed(cast: Cast) -> None:
    programme, _, client = cast
    answer = client.post(reverse("round-new", args=[programme.public_id]), typed(date="2020-01-01"))
    page = answer.content.decode()
    assert "That day has passed. Please choose one still to come." in page
    assert 'value="2020-01-01"' in page
    assert "I said I would come back." in page
    assert "What got in the way?" in page
    assert not Round.objects.exists()


def test_a_time_that_passed_today_is_an_error_of_the_time_but_a_minute_ago_is_now(cast: Cast) -> None:
    programme, _, client = cast
    with time_machine.travel("2026-06-10T12:00:00+01:00", tick=False):
        url = reverse("round-new", args=[programme.public_id])
        answer = client.post(url, typed(date="2026-06-10", time="11:30"))
        assert "That time has passed today." in answer.content.decode()
        assert client.post(url, typed(date="2026-06-10", time="11:59")).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"floor": "2"}, "Please give a number from 3 to 40."),
        ({"date": "9999-12-31"}, "within the next five years"),
        ({"date": "0001-01-01"}, "That day has passed."),
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 121}, "keep it under 120 characters"),
        ({"prompt-1-text": "a\x00b"}, "a character in it that cannot be shown"),
        ({"prompt-0-policy": "one-by-one"}, "Select a valid choice"),
        ({"kind": "circle"}, "Select a valid choice"),
        ({"reflection_minutes": "0"}, "Please give a number from 1 to 120."),
        ({"staff_groups": ["wizards"]}, "Select a valid choice"),
        ({"facilitators": ["99999"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_used_is_said_in_words_and_nothing_is_lost(
    cast: Cast, fields: dict[str, Any], words: str
) -> None:
    programme, _, client = cast
    page = client.post(reverse("round-new", args=[programme.public_id]), typed(**fields)).content.decode()
    assert words in page
    assert "I said I would come back." in page
    assert not Round.objects.exists()


def test_somebody_of_another_programme_cannot_be_named_as_holding_the_round(cast: Cast) -> None:
    programme, _, client = cast
    charlie = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
    page = client.post(reverse("round-new", args=[programme.public_id]), typed(facilitators=[str(charlie.pk)]))
    assert "Select a valid choice" in page.content.decode()
    assert "Charlie" not in page.content.decode()


def test_rows_are_added_removed_and_moved_and_keep_what_is_in_them(cast: Cast) -> None:
    programme, alice, _ = cast
    texts = lambda planner: [form["text"].value() for form in planner.prompts.forms]  # noqa: E731
    first, second = "What stays with you?", "What got in the way?"
    assert texts(row(typed(), "prompt:add", programme, alice)) == [first, second, None]
    assert texts(row(typed(), "prompt:up:1", programme, alice)) == [second, first]
    assert texts(row(typed(), "prompt:down:0", programme, alice)) == [second, first]
    assert texts(row(typed(), "prompt:remove:0", programme, alice)) == [second]
    for nonsense in (
        "",
        "prompt:remove:9",
        "prompt:up:-1",
        "prompt:up:²",
        "storm",
        ":::::",
        "prompt:remove:" + "9" * 99,
    ):
        assert texts(row(typed(), nonsense, programme, alice)) == [first, second]


def test_the_policy_moves_along_with_its_question(cast: Cast) -> None:
    programme, alice, _ = cast
    planner = row(typed(), "prompt:up:1", programme, alice)
    assert [form["policy"].value() for form in planner.prompts.forms] == ["flowing", "together"]


def test_rows_end_at_twelve(cast: Cast) -> None:
    programme, alice, client = cast
    many = {f"prompt-{i}-text": f"Question {i}" for i in range(40)}
    planner = row(typed(**many), "prompt:add", programme, alice)
    assert len(planner.prompts.forms) == 12
    page = client.post(reverse("round-new", args=[programme.public_id]), {**typed(**many), "row": "prompt:add"})
    assert "Another question" not in page.content.decode()


def test_a_row_button_without_a_script_gives_the_page_back_with_everything_typed(cast: Cast) -> None:
    programme, _, client = cast
    data = {**typed(date="2020-01-01"), "row": "storyteller:add"}
    page = client.post(reverse("round-new", args=[programme.public_id]), data).content.decode()
    assert "I said I would come back." in page
    assert 'value="2020-01-01"' in page
    assert "That day has passed" not in page
    assert 'name="storyteller-2-role"' in page


def test_choosing_a_kind_fills_its_usual_times_and_each_can_be_changed(cast: Cast) -> None:
    programme, alice, client = cast
    planner = row(typed(kind="popup", story_minutes="99"), "timings", programme, alice)
    assert [planner.form[name].value() for name in Timings._fields] == list(USUAL["popup"])
    client.post(reverse("round-new", args=[programme.public_id]), typed(kind="popup", story_minutes="4"))
    assert Round.objects.get().story_minutes == 4


@pytest.mark.parametrize(("kind", "low", "high"), [("round", 45, 60), ("team", 30, 45), ("popup", 10, 15)])
def test_the_usual_times_fit_the_kind(kind: str, low: int, high: int) -> None:
    assert low <= usual(kind).total_minutes <= high


def test_the_planner_says_what_each_way_of_showing_protects(cast: Cast) -> None:
    programme, _, client = cast
    page = client.get(reverse("round-new", args=[programme.public_id])).content.decode()
    assert "only 3 to 18 answers in 100" in page
    assert "22 to 50 answers in 100" in page
    assert "60 to 95 in 100" in page
    assert "When was compassion possible here?" in page
    assert "What got in its way?" in page


def test_after_three_heavy_rounds_something_lighter_is_suggested(cast: Cast) -> None:
    programme, _, client = cast
    url = reverse("round-new", args=[programme.public_id])
    for day in (1, 2):
        factories.round_(programme, weight=3, starts_at=timezone.now() - timedelta(days=day))
    assert "made compassion possible" not in client.get(url).content.decode()
    factories.round_(programme, weight=3)
    assert "made compassion possible" in client.get(url).content.decode()


def test_the_plan_can_be_changed_while_the_round_is_planned(cast: Cast) -> None:
    programme, _, client = cast
    round = planning.plan(programme=programme, plan=a_plan(), by=cast[1])
    url = reverse("round-edit", args=[round.public_id])
    assert "Registrar" in client.get(url).content.decode()
    client.post(url, typed(title="The cello", seen=str(round.revision)))
    round.refresh_from_db()
    assert (round.title, round.story.title) == ("The cello", "The cello")
    assert [p.text for p in round.prompts.all()] == ["What stays with you?", "What got in the way?"]
    assert Story.objects.count() == 1


def test_an_untouched_time_that_has_come_does_not_stop_a_change(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=a_plan(), by=alice)
    Round.objects.filter(pk=round.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    page = client.get(reverse("round-edit", args=[round.public_id]))
    form = page.context["form"]
    same = {name: form[name].value() for name in ("date", "time")}
    data = typed(date=str(same["date"]), time=same["time"].strftime("%H:%M"), seen="0", title="Later after all")
    assert client.post(reverse("round-edit", args=[round.public_id]), data).status_code == 302


def test_of_two_facilitators_changing_the_plan_the_second_is_told_and_loses_nothing(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=a_plan(), by=alice)
    seen = round.revision
    planning.change(round=round, plan=a_plan(title="Bob's title"), seen=seen, by=alice)
    url = reverse("round-edit", args=[round.public_id])
    page = client.post(url, typed(title="Alice's title", seen=str(seen)))
    assert "A colleague changed this plan while you were writing." in page.content.decode()
    round.refresh_from_db()
    assert round.title == "Bob's title"
    client.post(url, typed(title="Alice's title", seen=str(page.context["planner"].seen)))
    round.refresh_from_db()
    assert round.title == "Alice's title"


def test_once_the_doors_are_open_the_plan_stays_and_only_what_promises_nothing_changes(cast: Cast) -> None:
    programme, alice, client = cast
    round = factories.round_(programme, stage=Stage.ARRIVAL)
    with pytest.raises(StageMovedOn):
        planning.change(round=round, plan=a_plan(), seen=round.revision, by=alice)
    url = reverse("round-edit", args=[round.public_id])
    page = client.get(url).content.decode()
    assert 'name="floor"' not in page
    assert 'name="title"' not in page
    times = {name: str(value) for name, value in USUAL["team"]._asdict().items()}
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
        planning.adjust(round=round, adjustment=Adjustment(timings=usual("team")), by=alice)
    answer = client.get(reverse("round-edit", args=[round.public_id]))
    assert answer.headers["Location"] == reverse("round", args=[round.public_id])


def test_a_planned_round_is_cancelled_and_can_be_planned_again(cast: Cast) -> None:
    programme, alice, client = cast
    round = factories.round_(programme)
    client.post(reverse("round-cancel", args=[round.public_id]))
    round.refresh_from_db()
    assert round.cancelled_at is not None
    with pytest.raises(Refused):
        stages.move(round=round, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    client.post(reverse("round-plan-again", args=[round.public_id]))
    round.refresh_from_db()
    assert round.cancelled_at is None
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
    for name in ("round-cancel", "round-plan-again", "story-withdraw", "story-give-back", "round-rehearse"):
        assert client.get(reverse(name, args=[round.public_id])).status_code == 302
    round.refresh_from_db()
    assert (round.cancelled_at, round.story.withdrawn, Round.objects.count()) == (None, False, 1)


@pytest.mark.parametrize("stage", [Stage.PLANNED, Stage.STORY, Stage.CLOSED])
def test_a_story_is_withdrawn_at_any_time_and_its_title_leaves_every_page(cast: Cast, stage: Stage) -> None:
    programme, _, client = cast
    round = factories.round_(programme, stage=stage)
    before = round.revision
    page = client.post(reverse("story-withdraw", args=[round.public_id]), follow=True).content.decode()
    round.refresh_from_db()
    assert round.story.withdrawn is True
    assert round.revision == before + 1
    assert set(round.topics.values_list("topic", flat=True)) == {"stage"}
    shown = [page, *(client.get(reverse(n, args=[round.public_id])).content.decode() for n in ("round", "poster"))]
    shown.append(client.get(reverse("programme", args=[programme.public_id])).content.decode())
    assert [words for words in shown if "A cut finger" in words] == []
    client.post(reverse("story-give-back", args=[round.public_id]))
    assert "A cut finger" in client.get(reverse("round", args=[round.public_id])).content.decode()


def test_withdrawing_twice_is_withdrawing_once(cast: Cast) -> None:
    programme, alice, _ = cast
    round = factories.round_(programme)
    planning.withdraw_story(round=round, by=alice)
    planning.withdraw_story(round=round, by=alice)
    assert [act.what for act in round.staff_acts.all()] == ["withdrew the story"]


def test_a_rehearsal_is_a_copy_with_short_times_that_leaves_the_story_and_the_round_alone(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=a_plan(facilitators=(alice,)), by=alice)
    client.post(reverse("round-rehearse", args=[round.public_id]))
    copy = Round.objects.get(rehearsal=True)
    assert copy.title == "Rehearsal: The flute"
    assert Timings(*(getattr(copy, name) for name in Timings._fields)) == REHEARSAL
    assert [(p.text, p.policy) for p in copy.prompts.all()] == [(p.text, p.policy) for p in round.prompts.all()]
    assert [t.role for t in copy.story.storytellers.all()] == ["Ward clerk", "Registrar"]
    assert (copy.story.what_it_was_like, copy.story.private_notes) == ("", "")
    assert copy.join_code != round.join_code
    assert copy.wall_token != round.wall_token
    stages.move(round=copy, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    round.refresh_from_db()
    assert (round.stage, round.rehearsal) == (Stage.PLANNED, False)


def test_a_title_of_full_length_can_be_rehearsed(cast: Cast) -> None:
    programme, alice, _ = cast
    copy = planning.rehearsal_copy(round=factories.round_(programme, title="x" * 120), by=alice)
    assert len(copy.title) == 120


def test_a_circle_on_another_day_is_changed_without_a_story_or_questions(cast: Cast) -> None:
    programme, _, client = cast
    origin = factories.round_(programme, stage=Stage.CLOSED)
    circle = Round.objects.create(
        programme=programme,
        continues=origin,
        kind=Kind.CIRCLE,
        title="Circle",
        starts_at=timezone.now() + timedelta(days=5),
    )
    url = reverse("round-edit", args=[circle.public_id])
    page = client.get(url).content.decode()
    assert 'name="what_it_was_like"' not in page
    assert "Questions for the room" not in page
    answer = client.post(url, typed(title="Circle, later", circle_minutes="30", seen="0"))
    assert answer.status_code == 302
    circle.refresh_from_db()
    assert (circle.title, circle.kind, circle.circle_minutes) == ("Circle, later", Kind.CIRCLE, 30)
    assert not Story.objects.filter(round=circle).exists()
    assert "A cut finger" not in client.get(reverse("poster", args=[circle.public_id])).content.decode()


def test_the_page_of_a_round_says_what_is_missing_before_the_doors_open(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=a_plan(prompts=()), by=alice)
    page = client.get(reverse("round", args=[round.public_id])).content.decode()
    assert "Check that nobody can be recognised in the story" in page
    assert "Add a question for the room" in page
    assert round.join_code[:4] in page
    assert f"#{round.wall_token}" in page


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


def test_a_clinical_lead_sees_no_round_and_plans_none(cast: Cast, client: Client) -> None:
    programme, _, _ = cast
    round = factories.round_(programme)
    client.force_login(factories.person("bob", of=programme, roles=(Role.CLINICAL_LEAD,)))
    assert client.get(reverse("round", args=[round.public_id])).status_code == 404
    assert client.get(reverse("round-new", args=[programme.public_id])).status_code == 404
