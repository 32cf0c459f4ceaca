"""Before the hour: the panel is prepared, notes to oneself stay one's own, the calendar says what is still to do."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import cases, coming, planning, preparing, retention
from rounds.backups import taking
from rounds.models import OwnNote, Preparation, Programme, Role, Round, StaffAct, Stage, Story, Storyteller, User
from rounds.plans import PlannedStory
from tests import factories

pytestmark = pytest.mark.django_db
Cast = tuple[Programme, User, Client]
NOTE = "My own father, in that very corridor."


@pytest.fixture
def cast(client: Client) -> Cast:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    return programme, alice, client


def planned(cast: Cast, *roles: str, days: int = 20) -> Round:
    plan = factories.a_plan(
        story=PlannedStory(storytellers=factories.tellers(*roles or ("Porter",))),
        starts_at=timezone.now() + timedelta(days=days),
        facilitators=(cast[1],),
    )
    return planning.plan(programme=cast[0], plan=plan, by=cast[1])


def ticks(page: str, teller: Storyteller, *ticked: str, day: str = "") -> dict[str, str]:
    """What a browser posts of one storyteller: what the page remembers, and what is ticked."""
    import re

    remembered = re.findall(rf'name="(initial-{teller.public_id}-\w+)" value="([^"]*)"', page)
    remembered += [
        (name, value)
        for value, name in re.findall(rf'value="([^"]*)" [^>]*name="(initial-{teller.public_id}-\w+)"', page)
    ]
    return {
        **dict(remembered),
        **{f"{teller.public_id}-{name}": "on" for name in ticked},
        f"{teller.public_id}-meet_on": day,
    }


def test_two_facilitators_who_prepare_a_panel_beside_each_other_lose_nothing(cast: Cast) -> None:
    programme, _, client = cast
    made = planned(cast)
    teller = made.story.tellers[0]
    address = reverse("panel", args=[made.public_id])
    seen = client.get(address).content.decode()
    bob = Client()
    bob.force_login(factories.facilitator("bob", of=programme))
    meeting = teller.usual_meeting.isoformat()
    assert f'value="{meeting}"' in seen  # proposed: a week before
    client.post(address, ticks(seen, teller, "met", day=meeting))
    bob.post(
        address, ticks(seen, teller, "may_stop", day=(date.fromisoformat(meeting) - timedelta(days=2)).isoformat())
    )
    kept = Preparation.objects.get()
    assert (kept.met, kept.may_stop, kept.left_out) == (True, True, False)
    assert kept.meet_on == teller.usual_meeting - timedelta(days=2)
    assert StaffAct.objects.filter(what="went on preparing the panel").count() == 2
    late = (timezone.localdate(made.starts_at) + timedelta(days=1)).isoformat()
    assert "That is after the round." in client.post(address, ticks(seen, teller, day=late)).content.decode()
    slip = client.post(address, ticks(seen, teller, day="0202-03-14")).content.decode()
    assert "more than a year before the round" in slip


def test_a_storyteller_whose_story_may_be_told_again_has_to_agree_to_it_and_no_other_is_asked(cast: Cast) -> None:
    for again in (False, True):
        plan = factories.a_plan(may_stay_open=again, facilitators=(cast[1],))
        made = planning.plan(programme=cast[0], plan=plan, by=cast[1])
        address = reverse("panel", args=[made.public_id])
        seen = cast[2].get(address).content.decode()
        assert seen.count("They know it may be told or read again, and agree") == 2 * again
        usual = [ticks(seen, teller, *Preparation.STEPS) for teller in made.story.tellers]
        cast[2].post(address, {name: value for each in usual for name, value in each.items()})
        still = preparing.still_with_the_panel(made.story, of=made)
        open_ = "“they know it may be told or read again, and agree”"
        assert still == ([f"with the ward clerk: {open_}", f"with the registrar: {open_}"] if again else [])
    for teller in made.story.tellers:
        preparing.keep(round=made, storyteller=teller.public_id, changed={"again_agreed": True}, by=cast[1])
    assert preparing.still_with_the_panel(made.story, of=made) == []


def test_a_week_before_is_said_while_that_day_is_to_come(cast: Cast) -> None:
    for days, when in ((20, " about a week before"), (3, "")):
        made = planned(cast, days=days)
        page = cast[2].get(reverse("round", args=[made.public_id])).content.decode()
        assert f"sit with the porter{when}</span>" in page
        label = "The day you meet, about a week before" if when else "The day you meet<"
        assert label in cast[2].get(reverse("panel", args=[made.public_id])).content.decode()


def test_a_note_to_oneself_is_read_by_its_writer_alone_and_goes_at_the_sign_off(cast: Cast, tmp_path: Path) -> None:
    programme, alice, client = cast
    made = planned(cast)
    client.post(reverse("panel", args=[made.public_id]), {"words": NOTE})
    address = reverse("panel", args=[made.public_id])
    assert NOTE in client.get(address).content.decode()
    bob = Client()
    bob.force_login(factories.person("bob", of=programme, roles=tuple(Role), is_staff=True, is_superuser=True))
    for name in ("panel", "round", "console"):
        assert NOTE not in bob.get(reverse(name, args=[made.public_id])).content.decode()
    assert not StaffAct.objects.filter(what__contains="note").exists()  # nor that there is one
    with zipfile.ZipFile(taking.take(to=tmp_path / "backups")) as found:
        assert not any(NOTE.encode() in found.read(name) for name in found.namelist())
    Round.objects.update(stage=Stage.CLOSED, closed_at=timezone.now())
    retention.sign_off(round=made, keep=(), by=alice)
    assert not OwnNote.objects.exists()
    client.post(reverse("panel", args=[made.public_id]), {"words": NOTE})
    assert not OwnNote.objects.exists()


def test_the_calendar_stands_by_month_with_meetings_and_what_is_still_to_do(cast: Cast) -> None:
    programme, _, client = cast
    made = planned(cast, "Porter", "GP", days=40)
    planned(cast, days=75)
    page = client.get(reverse("programme", args=[programme.public_id]))
    months = page.context["months"]
    assert [month.first.day for month in months] == [1] * len(months)
    on = [entry.on for month in months for entry in month.entries]
    assert on == sorted(on)
    words = page.content.decode()
    assert f"{timezone.localtime(made.starts_at):%B %Y}" in words
    assert "Meet the porter and the GP" in words
    assert "Still to do: read the story for names; sit with the porter and the GP." in words
    assert "Held by</span> Alice" in " ".join(words.split())
    Story.objects.update(no_identifiers=True)
    for teller in Storyteller.objects.all():
        Preparation.objects.create(storyteller=teller, **dict.fromkeys(Preparation.STEPS, True))
    ready = client.get(reverse("programme", args=[programme.public_id])).content.decode()
    assert ready.count("Everything is ready.") == 2
    assert "Meet the" not in ready
    lead = Client()
    lead.force_login(factories.clinical_lead(of=programme))
    seen = lead.get(reverse("programme", args=[programme.public_id])).content.decode()
    assert "The flute" in seen
    assert not any(words in seen for words in ("Still to do", "Everything is ready", "Meet ", "Porter"))


def test_who_is_to_be_met_on_a_day_can_be_asked_for(cast: Cast) -> None:
    made = planned(cast, "Porter", "Clerk", "GP")
    porter, clerk, gp = made.story.tellers
    usual = porter.usual_meeting
    Preparation.objects.create(storyteller=clerk, meet_on=usual + timedelta(days=1))
    Preparation.objects.create(storyteller=gp, met=True)
    assert list(Storyteller.objects.to_meet(usual)) == [porter]
    assert list(Storyteller.objects.to_meet(usual + timedelta(days=1))) == [clerk]
    for change in ({"rehearsal": True}, {"rehearsal": False, "stage": Stage.CLOSED}):
        Round.objects.update(**change)
        assert not Storyteller.objects.to_meet(usual).exists()


def test_the_library_has_small_funny_and_good_ones_and_each_says_what_it_is(cast: Cast) -> None:
    light = {one.title: one.kind for one in cases.library() if one.kind}
    assert set(light.values()) == set(cases.KINDS)
    assert {"A cut finger", "The allotment"} <= set(light)
    assert len({one.code for one in cases.library()}) == len(cases.library()) == 20
    address = reverse("library", args=[cast[0].public_id])
    page = cast[2].get(address, {"q": "fish tank"}).content.decode()
    assert ("The porter" in page, "The allotment" in page) == (True, False)
    assert "No story has all of these words" in cast[2].get(address, {"q": "zzz"}).content.decode()
    assert "Odd slippers" in cast[2].get(address, {"kind": "funny"}).content.decode()
    assert "A cut finger" in cast[2].get(address, {"story": "nonsense", "kind": "x"}).content.decode()
    stranger = Client()
    stranger.force_login(factories.clinical_lead(of=cast[0]))
    assert stranger.get(address).status_code == 404


def test_a_story_of_the_library_fills_the_planner(cast: Cast) -> None:
    page = cast[2].get(reverse("round-new", args=[cast[0].public_id]), {"story": "C16"})
    planner = page.context["planner"]
    assert planner.form["title"].value() == "The allotment"
    tellers = [(row["role"].value(), row["weight"].value()) for row in planner.storytellers.forms]
    assert tellers == [("District nurse", "1"), ("Physiotherapist", 2), ("Volunteer driver", 2)]
    assert planner.storytellers.forms[0]["what_it_was_like"].value() == cases.case("C16").story
    asked = [row["text"].value() for row in planner.prompts.forms]
    assert asked == ["What made it possible?", "When was compassion possible here?", "What got in its way?"]


def test_an_administrator_cannot_force_a_question_or_a_time_on_anybodys_round(cast: Cast) -> None:
    programme, _, _ = cast
    made = planned(cast)
    admin = Client()
    admin.force_login(
        factories.person("eve", of=programme, roles=(Role.ADMINISTRATOR,), is_staff=True, is_superuser=True)
    )
    for name in ("round", "round-edit", "console", "console-ask", "story-check", "panel"):
        assert admin.post(reverse(name, args=[made.public_id]), {"prompt-0-text": "Mine"}).status_code == 404
    assert admin.get(reverse("round-new", args=[programme.public_id])).status_code == 404
    settings = admin.get(reverse("programme-settings", args=[programme.public_id])).content.decode()
    assert not any(f'name="{name}' in settings for name in ("prompt", "story_minutes", "question", "timings"))
    assert admin.get("/admin/rounds/prompt/").status_code == 404


def test_what_is_coming_takes_as_many_queries_for_six_rounds_as_for_two(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts: list[int] = []
    for _ in range(2):
        for number in range(2 + 2 * len(counts)):
            planned(cast, "Porter", "Clerk", days=30 + number)
        rounds = Round.objects.filter(stage=Stage.PLANNED).select_related("programme", "story", "continues__story")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            coming.months(rounds, prepared=True)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert preparing.still_to_do(Round(programme=cast[0], kind="circle")) == []
