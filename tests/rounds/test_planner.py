"""The planner’s page: what is typed becomes the round, or comes back whole with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import planning, stories
from rounds.forms.planner import Planner
from rounds.models import Kind, Programme, ReleasePolicy, Round, Stage, Story, User
from rounds.plans import PlannedStory
from rounds.timings import USUAL, Timings
from tests import factories

pytestmark = pytest.mark.django_db
Cast = tuple[Programme, User, Client]


@pytest.fixture
def cast(client: Client) -> Cast:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    return programme, alice, client


def typed(**fields: str | list[str]) -> dict[str, Any]:
    """What a browser posts from the planner."""
    day = timezone.localtime() + timedelta(days=3)
    return {
        "kind": "round",
        "title": "The flute",
        "date": day.date().isoformat(),
        "time": "12:30",
        "floor": "5",
        "ground_rules": "You can just listen.",
        "staff_groups": ["students"],
        "storyteller-0-role": "Ward clerk",
        "storyteller-0-what_it_was_like": "I said I would come back.",
        "storyteller-1-role": "",
        "prompt-0-text": "What stays with you?",
        "prompt-0-policy": "together",
        "prompt-1-text": "What got in the way?",
        "prompt-1-policy": "flowing",
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


def texts(planner: Planner) -> list[str | None]:
    """The questions as they stand on the page, in their order."""
    return [form["text"].value() for form in planner.prompts.forms]


def test_what_is_typed_on_the_page_becomes_the_round(cast: Cast) -> None:
    programme, alice, client = cast
    answer = client.post(reverse("round-new", args=[programme.public_id]), typed(facilitators=[str(alice.pk)]))
    made = Round.objects.get()
    assert answer.headers["Location"] == reverse("round", args=[made.public_id])
    assert timezone.localtime(made.starts_at).strftime("%H:%M") == "12:30"
    assert made.staff_groups == ["students"]
    told = [(one.role, one.what_it_was_like, one.weight) for one in made.story.storytellers.all()]
    assert told == [("Ward clerk", "I said I would come back.", 2)]
    assert [p.policy for p in made.prompts.all()] == [ReleasePolicy.TOGETHER, ReleasePolicy.FLOWING]
    assert made.story.no_identifiers is False


def test_the_place_stands_wherever_somebody_looks_for_the_way(cast: Cast) -> None:
    programme, _, client = cast
    where = "Seminar room 2, third floor"
    client.post(reverse("round-new", args=[programme.public_id]), typed(place=where, may_be_told_again="on"))
    made = Round.objects.get()
    for name in ("round", "round-edit", "poster", "paper-pack"):
        assert where in client.get(reverse(name, args=[made.public_id])).content.decode(), name
    assert where in client.get(reverse("programme", args=[programme.public_id])).content.decode()
    Round.objects.update(stage="closed", closed_at=timezone.now(), sealed_at=timezone.now())
    address = reverse("tell-again", args=[made.public_id])
    assert where in client.get(address).content.decode()
    day = typed()["date"]
    client.post(address, {"date": day, "time": "22:15", "place": "The night staff’s kitchen"})
    assert Round.objects.get(retells=made).place == "The night staff’s kitchen"


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
        ({"title": ""}, "What shall it be called?"),
        ({"title": "\u200b"}, "What shall it be called?"),
        ({"date": ""}, "On which day?"),
        ({"date": "soon"}, "Please write the day like 2027-03-14."),
        ({"time": ""}, "At what time?"),
        ({"time": "noon"}, "Please write the time like 14:30."),
        ({"title": "x" * 121}, "keep it under 120 characters"),
        ({"prompt-1-text": "a\x00b"}, "a character in it that cannot be shown"),
        ({"prompt-0-policy": "one-by-one"}, "That is not on the list."),
        ({"kind": "circle"}, "That is not on the list."),
        ({"reflection_minutes": "0"}, "Please give a number from 1 to 120."),
        ({"staff_groups": ["wizards"]}, "That is not on the list."),
        ({"facilitators": ["99999"]}, "That is not on the list."),
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
    assert "That is not on the list." in page.content.decode()
    assert "Charlie" not in page.content.decode()


def test_rows_are_added_removed_and_moved_and_keep_what_is_in_them(cast: Cast) -> None:
    programme, alice, _ = cast
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
    programme, _, client = cast
    one = (("text", "A question"), ("policy", "flowing"))
    twelve = {f"prompt-{i}-{name}": value for i in range(12) for name, value in one}
    assert len(row(typed(**twelve), "prompt:add", programme, cast[1]).prompts.forms) == 12
    page = client.post(reverse("round-new", args=[programme.public_id]), {**typed(**twelve), "row": "prompt:add"})
    assert "Another question" not in page.content.decode()
    client.post(reverse("round-new", args=[programme.public_id]), typed(**twelve))
    assert Round.objects.get().prompts.count() == 12


@pytest.mark.parametrize("kind", ["prompt", "storyteller"])
def test_a_row_too_many_is_refused_in_words_and_comes_back_with_the_others(cast: Cast, kind: str) -> None:
    programme, _, client = cast
    many = {f"{kind}-{i}-{'text' if kind == 'prompt' else 'role'}": f"The words of {i}" for i in range(13)}
    policies = {f"prompt-{i}-policy": "together" for i in range(13)}
    page = client.post(reverse("round-new", args=[programme.public_id]), typed(**many, **policies)).content.decode()
    assert "There can be 12 at most." in page
    assert all(words in page for words in many.values())
    assert Round.objects.count() == 0


def test_rows_with_a_gap_between_their_numbers_are_all_read(cast: Cast) -> None:
    programme, _, client = cast
    gap = {"prompt-7-text": "And last?", "prompt-7-policy": "flowing"}
    client.post(reverse("round-new", args=[programme.public_id]), typed(**gap))
    asked = list(Round.objects.get().prompts.values_list("text", "policy"))
    assert asked[2:] == [("And last?", "flowing")]


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


def test_after_three_heavy_rounds_something_lighter_is_suggested(cast: Cast) -> None:
    programme, _, client = cast
    url = reverse("round-new", args=[programme.public_id])
    for day in (1, 2):
        factories.round_(programme, weight=3, starts_at=timezone.now() - timedelta(days=day))
    assert "made compassion possible" not in client.get(url).content.decode()
    factories.round_(programme, weight=3)
    assert "made compassion possible" in client.get(url).content.decode()
    assert "made compassion possible" not in client.get(f"{url}?ask=possible").content.decode()  # it is being planned


def test_the_plan_can_be_changed_while_the_round_is_planned(cast: Cast) -> None:
    programme, _, client = cast
    round = planning.plan(programme=programme, plan=factories.a_plan(), by=cast[1])
    url = reverse("round-edit", args=[round.public_id])
    assert "Registrar" in client.get(url).content.decode()
    client.post(url, typed(title="The cello", seen=str(round.revision)))
    round.refresh_from_db()
    assert (round.title, round.story.title) == ("The cello", "The cello")
    assert [p.text for p in round.prompts.all()] == ["What stays with you?", "What got in the way?"]
    assert Story.objects.count() == 1


def test_an_untouched_time_that_has_come_does_not_stop_a_change(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=factories.a_plan(), by=alice)
    Round.objects.filter(pk=round.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    page = client.get(reverse("round-edit", args=[round.public_id]))
    form = page.context["form"]
    same = {name: form[name].value() for name in ("date", "time")}
    data = typed(date=str(same["date"]), time=same["time"].strftime("%H:%M"), seen="0", title="Later after all")
    assert client.post(reverse("round-edit", args=[round.public_id]), data).status_code == 302


def test_of_two_facilitators_changing_the_plan_the_second_is_told_and_loses_nothing(cast: Cast) -> None:
    programme, alice, client = cast
    round = planning.plan(programme=programme, plan=factories.a_plan(), by=alice)
    seen = round.revision
    planning.change(round=round, plan=factories.a_plan(title="Bob's title"), seen=seen, by=alice)
    url = reverse("round-edit", args=[round.public_id])
    page = client.post(url, typed(title="Alice's title", seen=str(seen)))
    assert "A colleague changed this plan while you were writing." in page.content.decode()
    round.refresh_from_db()
    assert round.title == "Bob's title"
    client.post(url, typed(title="Alice's title", seen=str(page.context["planner"].seen)))
    round.refresh_from_db()
    assert round.title == "Alice's title"


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
    assert "what_it_was_like" not in page
    assert "Questions for the room" not in page
    answer = client.post(url, typed(title="Circle, later", circle_minutes="30", seen="0"))
    assert answer.status_code == 302
    circle.refresh_from_db()
    assert (circle.title, circle.kind, circle.circle_minutes) == ("Circle, later", Kind.CIRCLE, 30)
    assert not Story.objects.filter(round=circle).exists()
    assert "A cut finger" not in client.get(reverse("poster", args=[circle.public_id])).content.decode()


def test_another_story_takes_the_place_of_a_withdrawn_one_and_that_one_is_never_opened_again(cast: Cast) -> None:
    programme, alice, client = cast
    plan = factories.a_plan(
        story=PlannedStory(storytellers=factories.tellers("Clerk", what_it_was_like="It was mine alone.")),
        content_note="a birth",
    )
    round = planning.plan(programme=programme, plan=plan, by=alice)
    stories.withdraw(round=round, by=alice)
    url = reverse("round-edit", args=[round.public_id])
    page = client.get(url)
    words = page.content.decode()
    assert "takes its place" in words
    assert [kept for kept in ("The flute", "It was mine alone.", "a birth") if kept in words] == []
    seen = str(page.context["planner"].seen)
    assert "has withdrawn this story" in client.post(url, typed(title="The flute", seen=seen)).content.decode()
    client.post(url, typed(title="The cello", seen=seen))
    story = Story.objects.get()
    assert (story.title, story.withdrawn) == ("The cello", False)
    assert [one.what_it_was_like for one in story.storytellers.all()] == ["I said I would come back."]


@pytest.mark.parametrize("number", ["9223372036854775808", "-9223372036854775809", "9" * 5000, "x", "\0"])
def test_a_number_no_database_can_hold_is_not_a_choice(cast: Cast, number: str) -> None:
    programme, *_, client = cast
    planned = factories.round_(programme)
    for name, at in (("round-new", programme.public_id), ("round-edit", planned.public_id)):
        answer = client.post(reverse(name, args=[at]), typed(facilitators=[number]))
        assert answer.status_code == 200
        assert "Who holds the round:" in answer.content.decode()
    assert Round.objects.get() == planned


def test_a_plan_that_is_sent_twice_from_one_page_is_one_round_and_a_changed_one_another(cast: Cast) -> None:
    programme, _, client = cast
    at = reverse("round-new", args=[programme.public_id])
    page = client.get(at)
    once = page.context["planner"].once
    assert f'name="once" value="{once}"' in page.content.decode()
    sent = [client.post(at, typed(once=once)).headers["Location"] for _ in range(3)]
    assert sent == [reverse("round", args=[Round.objects.get().public_id])] * 3
    assert once not in sent[0]
    rearranged = client.post(at, typed(once=once, row="prompt:add"))
    assert rearranged.context["planner"].once == once
    client.post(at, typed(once=once, title="Another"))
    client.post(at, typed(once=client.get(at).context["planner"].once))
    elsewhere = factories.programme("Elsewhere")
    client.force_login(factories.facilitator("charlie", of=elsewhere))
    client.post(reverse("round-new", args=[elsewhere.public_id]), typed(once=once))
    assert (programme.rounds.count(), elsewhere.rounds.count()) == (3, 1)
