"""The story: each storyteller's own words, read for names, withdrawn in part or whole, with or without reactions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation import sorting
from facilitation.models import Placement, ProposedGroup, Theme
from rounds import gathering, planning, purge, retention, sealing, stages, stories
from rounds.forms.planner import Planner
from rounds.models import Preparation, Programme, Reaction, Round, SealedPost, Stage, Story, Storyteller, User
from rounds.plans import PlannedStory, PlannedTeller
from rounds.refusals import Refused
from tests import factories
from tests.rounds.looking import look, to, wait

pytestmark = pytest.mark.django_db
Cast = tuple[Programme, User, Client]
PORTER = PlannedTeller(role="Porter", what_it_was_like="I did the long way.", weight=3)
CLERK = PlannedTeller(
    role="Ward clerk", what_it_was_like="I rang the first number.", what_it_meant="Her sister.", weight=1
)


@pytest.fixture
def cast(client: Client) -> Cast:
    programme = factories.programme()
    alice = factories.facilitator(of=programme)
    client.force_login(alice)
    return programme, alice, client


def planned(cast: Cast, *tellers: PlannedTeller, **fields: Any) -> Round:
    plan = factories.a_plan(story=PlannedStory(storytellers=tellers or (CLERK, PORTER)), **fields)
    return planning.plan(programme=cast[0], plan=plan, by=cast[1])


def sealed(cast: Cast, **fields: Any) -> Round:
    """A round that is over, with what two people wrote, one sentence of it in a theme and another one its title."""
    made = factories.round_(cast[0], stage=Stage.CLOSED, closed_at=timezone.now(), **fields)
    first = factories.reaction(made, "I kept thinking about the flute she played.")
    factories.reaction(made, "Nobody had told her daughter that the bed was empty.", state=Reaction.State.HELD)
    factories.lay(factories.theme(made, "Thinking about the flute she played", from_sentence=True), first)
    factories.theme(made, "Chairs")
    sealing.seal(round=made)
    made.refresh_from_db()
    return made


def test_each_storyteller_has_words_and_a_weight_and_the_round_is_as_heavy_as_the_heaviest(cast: Cast) -> None:
    made = planned(cast)
    told = [(one.role, one.what_it_was_like, one.what_it_meant, one.weight) for one in made.story.tellers]
    assert told == [
        ("Ward clerk", "I rang the first number.", "Her sister.", 1),
        ("Porter", "I did the long way.", "", 3),
    ]
    assert made.weight == 3


def test_the_order_from_least_to_most_intense_is_proposed_and_stays_ones_own(cast: Cast) -> None:
    made = planned(cast, PORTER, CLERK)
    page = cast[2].get(reverse("round-edit", args=[made.public_id])).content.decode()
    assert "A lighter one comes after a heavier one now." in page
    planner = Planner(programme=cast[0], by=cast[1], round=made)
    data = {
        f"storyteller-{i}-{name}": str(row[name].value() or "")
        for i, row in enumerate(planner.storytellers.forms)
        for name in row.fields
    }
    planner.rearrange(_posted(data), "storyteller:sort")
    assert [row["role"].value() for row in planner.storytellers.forms] == ["Ward clerk", "Porter"]
    assert planner.focus == "storyteller-sort"
    assert [one.role for one in made.story.tellers] == ["Porter", "Ward clerk"]  # proposed, and not done


def _posted(data: dict[str, str]) -> Any:
    from django.http import QueryDict

    posted = QueryDict(mutable=True)
    posted.update(data)
    return posted


def test_what_was_prepared_stays_with_a_storyteller_and_goes_with_one_who_is_taken_out(cast: Cast) -> None:
    made = planned(cast)
    clerk, porter = made.story.tellers
    for teller in (clerk, porter):
        Preparation.objects.create(storyteller=teller, met=True)
    again = PlannedTeller(id=porter.public_id, role="Hospital porter")
    stranger = PlannedTeller(id="somebody-elses-id", role="Chaplain")
    plan = factories.a_plan(story=PlannedStory(storytellers=(again, stranger)))
    planning.change(round=made, plan=plan, seen=made.revision, by=cast[1])
    told = list(Storyteller.objects.filter(story=made.story))
    assert [one.role for one in told] == ["Hospital porter", "Chaplain"]
    assert told[0].pk == porter.pk
    assert [one.storyteller_id for one in Preparation.objects.all()] == [porter.pk]


def test_the_story_is_read_before_the_doors_open_and_again_when_its_words_change(cast: Cast) -> None:
    _, alice, client = cast
    made = planned(cast)
    with pytest.raises(Refused, match="nobody can be recognised"):
        stages.move(round=made, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    address = reverse("story-check", args=[made.public_id])
    client.post(address, {"seen": "of-other-words"})
    assert not Story.objects.get().no_identifiers
    client.post(address, {"seen": client.get(address).context["story"].mark})
    assert Story.objects.get().no_identifiers

    def change(**fields: Any) -> bool:
        made.refresh_from_db()
        told = [
            PlannedTeller(
                id=one.public_id, role=one.role, what_it_was_like=one.what_it_was_like, what_it_meant=one.what_it_meant
            )
            for one in made.story.tellers
        ]
        plan = factories.a_plan(**{"story": PlannedStory(storytellers=tuple(fields.pop("told", told))), **fields})
        planning.change(round=made, plan=plan, seen=made.revision, by=alice)
        still = Story.objects.get().no_identifiers
        Story.objects.update(no_identifiers=True)
        return still

    assert change() is True
    assert change(told=[PORTER, CLERK][::-1], prompts=()) is True  # an order is no word, nor is a question
    assert change(content_note="Mrs Kaur falls.") is False
    assert change(content_note="Mrs Kaur falls.", title="The cello") is False
    assert change(content_note="Mrs Kaur falls.", title="The cello", told=[CLERK]) is False


def test_the_machine_points_and_keeps_every_word(cast: Cast) -> None:
    words = "On 14 October I said good morning to Mrs Okonkwo <b> in bed 4 on Ward 7, and she smiled. She was 83."
    made = planned(cast, PlannedTeller(role="Porter", what_it_was_like=words))
    page = cast[2].get(reverse("story-check", args=[made.public_id]))
    told = page.context["parts"][-1]
    assert "".join(piece.words for piece in told.pieces) == words
    marked = [(piece.words, piece.kind) for piece in told.pieces if piece.kind]
    assert marked == [
        ("14 October", "a date?"),
        ("Mrs Okonkwo", "a name?"),
        ("bed 4", "a bed?"),
        ("Ward 7", "a ward?"),
        ("83", "an age?"),
    ]
    assert "<mark>" in page.content.decode()
    assert "<b>" not in page.content.decode()


def test_there_is_no_field_for_a_diagnosis(cast: Cast) -> None:
    page = cast[2].get(reverse("round-new", args=[cast[0].public_id])).content.decode().lower()
    fields = [
        str(f.name) + str(getattr(f, "verbose_name", ""))
        for model in apps.get_app_config("rounds").get_models()
        for f in model._meta.get_fields()
    ]
    for word in ("diagnos", "condition", "illness", "icd"):
        assert not any(word in name.lower() for name in fields)
        assert f'name="{word}' not in page
        assert f"{word}</label>" not in page


def test_the_weight_is_on_no_phone_and_no_wall(cast: Cast) -> None:
    made = factories.round_(cast[0], stage=Stage.ARRIVAL)
    for stage in (Stage.ARRIVAL, Stage.STORY, Stage.REFLECTION, Stage.CLOSED):
        shown = []
        for weight in (1, 3):
            Storyteller.objects.update(weight=weight)
            Round.objects.update(weight=weight, revision=0)
            shown.append([look(to(made, stage), audience) for audience in ("room", "wall")])
        assert shown[0] == shown[1]


def test_one_of_several_takes_back_their_own_part_and_nothing_else(cast: Cast) -> None:
    _, alice, client = cast
    made = planned(cast)
    clerk, _ = made.story.tellers
    to(made, Stage.ARRIVAL)
    client.post(reverse("story-withdraw", args=[made.public_id]), {"whose": clerk.public_id})
    page = client.get(reverse("round", args=[made.public_id])).content.decode()
    assert "I rang the first number." not in page
    assert "Ward clerk" not in page
    assert "I did the long way." in page
    assert Round.objects.get().shown_title == "The flute"
    assert "One of the storytellers has taken their part back." in look(made)["changes"]
    stories.give_back(round=made, by=alice, storyteller=clerk.public_id)
    assert [one.role for one in Story.objects.get().tellers] == ["Ward clerk", "Porter"]
    assert not Story.objects.get().no_identifiers  # it is read with these words again
    for teller in made.story.storytellers.all():
        stories.withdraw(round=made, by=alice, storyteller=teller.public_id)
    assert Story.objects.get().withdrawn  # with the last of them the whole of it


def test_a_part_cannot_take_along_what_people_wrote(cast: Cast) -> None:
    _, alice, client = cast
    made = planned(cast)
    factories.reaction(_with_prompt(made), "It stays with me.")
    data = {"whose": made.story.tellers[0].public_id, "written": "let-go"}
    page = client.post(reverse("story-withdraw", args=[made.public_id]), data).content.decode()
    assert "It can only go with all of it." in page
    with pytest.raises(Refused):
        stories.withdraw(round=made, by=alice, storyteller=data["whose"], let_go=True)
    assert Reaction.objects.count() == 1


def _with_prompt(round: Round) -> Round:
    round.current_prompt = round.prompts.first()
    round.save()
    return round


def test_what_people_wrote_can_go_with_the_story_and_then_nothing_brings_either_back(cast: Cast) -> None:
    _, alice, client = cast
    made, other = sealed(cast), sealed(cast)
    retention.sign_off(round=made, keep=[title.id for title in retention.titles(made)], by=alice)
    client.post(reverse("story-withdraw", args=[made.public_id]), {"written": "let-go"})
    made.refresh_from_db()
    assert made.words_gone_at is not None
    assert Reaction.objects.of(made).count() == Placement.objects.filter(theme__round=made).count() == 0
    assert set(Theme.objects.filter(round=made).values_list("title", flat=True)) == {
        "A thread without a name",
        "Chairs",
    }
    assert (made.title, made.story.title) == ("A reflective round", "")
    with pytest.raises(Refused, match="Nothing is left to give back"):
        stories.give_back(round=made, by=alice)
    assert Reaction.objects.of(other).count() == 2
    assert purge.run().proved == [made]  # the tick shows that it is gone


def test_in_the_hour_all_that_was_written_goes_at_once_and_the_rest_when_it_is_over(cast: Cast, tmp_path: Path) -> None:
    _, alice, _ = cast
    made = factories.round_(cast[0], stage=Stage.REFLECTION)
    factories.reaction(made, "I kept thinking about the flute she played.")
    wait(made, 4)
    assert made.current_prompt is not None
    gathering.put(
        round=made, basket=made.current_prompt.basket, nonce="n" * 8, voice="v", payload={"text": "y", "feelings": []}
    )
    stories.withdraw(round=made, by=alice, let_go=True)
    assert (Reaction.objects.count(), SealedPost.objects.count()) == (0, 0)
    assert "let go of" in look(made)["changes"]
    assert gathering.knows(round=made, basket=made.current_prompt.basket, nonce="n" * 8)  # a late repeat is no new row
    late = factories.reaction(made, "It is still with me, and it goes as well.")
    to(made, Stage.CLOSED)
    sealing.seal(round=made)
    assert not Reaction.objects.exists()
    (tmp_path / "copy").write_text("I kept thinking about the flute she played.")
    outcome = purge.run()
    assert (outcome.gone, outcome.proved) == ([], [])  # it went in the seal, and is not shown to be gone yet
    assert list(outcome.found) == [(tmp_path / "copy").resolve()]  # what went in the hour is looked for, too
    (tmp_path / "copy").unlink()
    assert purge.run().proved == [made]
    assert not Reaction.objects.filter(text=late.text).exists()


def test_every_screen_goes_on_once_what_was_written_is_gone(cast: Cast) -> None:
    _, alice, _ = cast
    for stage in (Stage.REFLECTION, Stage.THREADS, Stage.CIRCLE, Stage.CLOSING):
        made = factories.round_(cast[0], stage=stage)
        said = [factories.reaction(made, f"There was no chair by bed {number}.") for number in range(8)]
        theme = factories.lay(factories.theme(made), said[0])
        factories.proposal(made, "A chair by every bed, said one of us.", theme=theme)
        ProposedGroup.objects.create(round=made, reaction_ids=[one.pk for one in said[1:4]], titles=["No chair"])
        if stage == Stage.THREADS:
            sorting.begin(round=made, by=alice)
        stories.withdraw(round=made, by=alice, let_go=True)
        for audience in ("room", "wall", "console"):
            shown = " ".join(look(made, audience).values())
            assert "no chair" not in shown.lower()
            assert "said one of us" not in shown
        assert "No time to sit down" in " ".join(look(made, "console").values()) or stage == Stage.REFLECTION


def test_a_withdrawn_story_does_not_outlive_what_people_wrote(cast: Cast) -> None:
    made = sealed(cast)
    stories.withdraw(round=made, by=cast[1])
    day = Round.objects.get().words_go_on
    assert day is not None
    purge.run(today=day)
    assert (Story.objects.get().title, Round.objects.get().title) == ("", "A reflective round")


def test_nobody_of_another_programme_reads_or_withdraws_a_story(cast: Cast) -> None:
    made = planned(cast)
    stranger = Client()
    stranger.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    for name in ("story-check", "story-withdraw", "story-give-back", "panel"):
        address = reverse(name, args=[made.public_id])
        assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)


def test_marks_that_stay_are_asked_for_once_more_and_the_tick_says_who_read_it(cast: Cast) -> None:
    made = planned(cast, PlannedTeller(role="Porter", what_it_was_like="She was 943 476 5919, and she smiled."))
    address = reverse("story-check", args=[made.public_id])
    opened = cast[2].get(address)
    assert "Nobody can be recognised: I have read it" not in opened.content.decode()
    seen = opened.context["story"].mark
    asked = cast[2].post(address, {"seen": seen}).content.decode()
    assert "One mark is still there. Leave it in?" in asked
    assert not Story.objects.get().no_identifiers
    cast[2].post(address, {"seen": seen, "leave": "on"})
    assert Story.objects.get().no_identifiers
    page = cast[2].get(reverse("round", args=[made.public_id])).content.decode()
    assert f"recognised: by {cast[1]}, on" in page


def test_a_plan_whose_story_was_withdrawn_asks_for_another(cast: Cast) -> None:
    made = planned(cast)
    stories.withdraw(round=made, by=cast[1])
    page = cast[2].get(reverse("round", args=[made.public_id])).content.decode()
    assert "Find another story" in page
    assert "read for whether" not in page


def test_what_may_follow_a_round_is_said_on_every_page_before_it_and_a_heavy_beginning_is_noticed(cast: Cast) -> None:
    made = planned(cast, PORTER, CLERK, may_stay_open=True)
    for name in ("round", "poster", "panel"):
        assert "read for 48 hours by colleagues who missed it" in page_of(cast, name, made)
    assert "for 48 hours" in look(to(made, Stage.ARRIVAL))["arrival"]
    assert "A lighter one comes after a heavier one" in page_of(cast, "round", to(made, Stage.PLANNED))
    light = page_of(cast, "round", planned(cast, CLERK, PORTER))
    assert "A lighter one" not in light
    assert "for 48 hours" not in light


def page_of(cast: Cast, name: str, round: Round) -> str:
    return cast[2].get(reverse(name, args=[round.public_id])).content.decode()
