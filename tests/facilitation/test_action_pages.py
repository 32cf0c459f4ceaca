"""The pages on which actions are shaped, filled in and agreed, in a browser's requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from facilitation import action_parts, actions
from facilitation.models import Action, Offer, State
from rounds.models import Round, Stage, User
from tests import factories
from tests.facilitation.telling import text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def first_pass(**fields: Any) -> dict[str, Any]:
    return {
        "statement": "put chairs out",
        "first_step": "Two",
        "level": "team",
        "barriers": ["space_and_kit"],
        **fields,
    }


# Shaping


def test_before_the_threshold_the_address_says_so_and_makes_nothing(sign_in: Any) -> None:
    early = factories.round_(stage=Stage.THREADS)
    client = sign_in(factories.facilitator(of=early.programme))
    address = reverse("action-shape", args=[early.public_id])
    for response in (client.get(address, headers=HTMX), client.post(address, first_pass())):
        assert response.status_code == 409
        assert actions.BEFORE_THE_THRESHOLD in text(response)
    assert not Action.objects.exists()


def test_the_proposal_stands_above_an_empty_field_and_its_themes_barriers_come_first(
    circle: Round, alice: User, sign_in: Any
) -> None:
    theme = factories.theme(circle, barriers=["space_and_kit"])
    proposal = factories.proposal(circle, theme=theme)
    address = reverse("action-shape", args=[circle.public_id])
    response = sign_in(alice).get(f"{address}?proposal={proposal.pk}", headers=HTMX)
    form = response.context["form"]
    assert '<p class="quote__words">A chair by every bed</p>' in text(response)
    assert form["statement"].value() is None
    assert text(response).count("A chair by every bed") == 1
    assert "Finish the sentence, in the group’s words. About how things are set up. No names." in text(response)
    assert form.initial["barriers"] == ["space_and_kit"]
    assert form.fields["barriers"].choices[0][0] == "space_and_kit"
    assert "<html" not in text(response)


@pytest.mark.parametrize("unfit", [{"offer": Offer.POSSIBLE}, {"set_aside": True}])
def test_only_a_proposal_of_a_change_that_stands_is_taken_up(
    circle: Round, alice: User, sign_in: Any, unfit: dict[str, Any]
) -> None:
    proposal = factories.proposal(circle, **unfit)
    response = sign_in(alice).get(reverse("action-shape", args=[circle.public_id]), {"proposal": proposal.pk})
    assert response.context["proposal"] is None


def test_on_the_console_shaping_answers_with_the_fragment(circle: Round, alice: User, sign_in: Any) -> None:
    theme = factories.theme(circle)
    proposal = factories.proposal(circle, theme=theme)
    data = first_pass(proposal=proposal.pk, theme=theme.public_id)
    response = sign_in(alice).post(reverse("action-shape", args=[circle.public_id]), data, headers=HTMX)
    made = Action.objects.get()
    assert (made.statement, made.from_proposal, list(made.themes.all())) == ("put chairs out", proposal, [theme])
    assert "We will put chairs out." in text(response)
    assert "<html" not in text(response)


def test_on_its_page_shaping_goes_to_the_action(circle: Round, alice: User, sign_in: Any) -> None:
    response = sign_in(alice).post(reverse("action-shape", args=[circle.public_id]), first_pass())
    assert response.headers["Location"] == reverse("action", args=[Action.objects.get().public_id])


def test_what_cannot_be_used_is_kept_and_told(circle: Round, alice: User, sign_in: Any) -> None:
    data = first_pass(statement="have Dr Ashdown trained", first_step="x" * 301)
    response = sign_in(alice).post(reverse("action-shape", args=[circle.public_id]), data, headers=HTMX)
    said = text(response)
    assert response.status_code == 200
    assert "Something needs another look" in said
    assert "“Dr Ashdown” reads like a person’s name" in said
    assert "please keep it under 300 characters" in said
    assert "have Dr Ashdown trained</textarea>" in said
    assert not Action.objects.exists()


def test_an_action_of_one_s_own_needs_no_proposal(circle: Round, alice: User, sign_in: Any) -> None:
    page = text(sign_in(alice).get(reverse("action-shape", args=[circle.public_id])))
    assert page.count("Needed before it can be agreed.") == 2
    sign_in(alice).post(reverse("action-shape", args=[circle.public_id]), {"statement": "we will put chairs out"})
    assert Action.objects.get().statement == "put chairs out"


# Filling in


def part(action: Action, code: str) -> str:
    return reverse("action-edit", args=[action.public_id, code])


def test_the_parts_follow_one_another_until_the_last(circle: Round, alice: User, sign_in: Any) -> None:
    made = factories.action(circle, by=alice)
    client = sign_in(alice)
    theme = factories.theme(circle)
    fill: dict[str, dict[str, Any]] = {
        "what": {"statement": "put a chair by every bed", "first_step": "Ask the porters"},
        "where": {"themes": [theme.public_id], "barriers": ["interruptions"], "level": "team"},
        "responsibility": {"holder": "The porters’ lodge", "holder_level": "team"},
        "voice": {"patient_voice": "not_yet", "patient_voice_why": "We ask in spring", "for_the_person": "Company"},
        "accountability": {**factories.LEARNING, "learn_on": timezone.localdate() + timedelta(days=9)},
        "kind": {"strength_kind": "simplify", "domain": "both", "table_1": ["awareness"]},
        "ready": {"worth_it": "yes", "resource": "no"},
        "again": {"review_on": timezone.localdate() + timedelta(days=30)},
    }
    address = part(made, "what")
    for code, fields in fill.items():
        assert address == part(made, code)
        made.refresh_from_db()
        address = client.post(address, {"version": made.version, **fields}).headers["Location"]
    assert address == reverse("action", args=[made.public_id])
    made.refresh_from_db()
    assert list(made.themes.all()) == [theme]
    assert (made.barriers, made.holder, made.patient_voice_why) == (
        ["interruptions"],
        "The porters’ lodge",
        "We ask in spring",
    )
    assert (made.learn_from, made.strength, made.table_1) == ("relatives who sat down", "stronger", ["awareness"])
    assert made.readiness == {"worth_it": True, "resource": False}


def test_one_may_stop_after_any_part(circle: Round, alice: User, sign_in: Any) -> None:
    made = factories.action(circle, by=alice)
    data = {"version": 0, "statement": "put chairs out", "stop": "yes"}
    response = sign_in(alice).post(part(made, "what"), data)
    assert response.headers["Location"] == reverse("action", args=[made.public_id])


def test_the_strength_question_comes_up_once_and_may_stay_empty(circle: Round, alice: User, sign_in: Any) -> None:
    made, client = factories.action(circle, by=alice), sign_in(alice)
    weaker = {"strength_kind": "training", "stop": "yes"}
    assert client.post(part(made, "kind"), {"version": 0, **weaker}).headers["Location"] == part(made, "easier")
    assert action_parts.LABELS["easier"] in text(client.get(part(made, "easier")))
    assert client.post(part(made, "easier"), {"version": 1, "easier": ""}).headers["Location"] == part(made, "ready")
    again = client.post(part(made, "kind"), {"version": 1, "strength_kind": "policy", "stop": "yes"})
    assert again.headers["Location"] == reverse("action", args=[made.public_id])


@pytest.mark.parametrize(
    ("code", "fields", "words"),
    [
        ("what", {"statement": ""}, "What will we do?"),
        ("what", {"statement": "ring Priya Lund at home"}, "“Priya Lund” reads like a person’s name"),
        ("responsibility", {"holder": "Dr Ashdown"}, "“Dr Ashdown” reads like a person’s name"),
        ("responsibility", {"holder": "staff"}, "“staff” is everyone. Which role or group can hold it?"),
        ("responsibility", {"holder_level": "planet"}, "That is not on the list."),
        ("voice", {"patient_voice": "not_yet"}, "Please say why not yet"),
        (
            "accountability",
            {"learn_from": "all staff"},
            "“all staff” is everyone. Which role or group do we learn from?",
        ),
        ("accountability", {"learn_on": "2001-01-01"}, "That day has passed"),
        ("accountability", {"learn_on": "soon"}, "Please write the day like"),
        ("again", {"review_on": "2001-01-01"}, "That day has passed"),
        ("again", {"review_on": "2199-01-01"}, "within the next five years"),
        ("where", {"barriers": ["laziness"]}, "That is not on the list."),
        ("where", {"themes": ["elsewhere"]}, "That is not on the list."),
        ("kind", {"strength_kind": "magic"}, "That is not on the list."),
        ("ready", {"worth_it": "perhaps"}, "That is not on the list."),
        ("what", {"statement": "put\x00chairs"}, "cannot be shown"),
    ],
)
def test_bad_input_is_told_in_words_and_changes_nothing(
    circle: Round, alice: User, sign_in: Any, code: str, fields: dict[str, Any], words: str
) -> None:
    factories.theme(circle)
    made = factories.action(circle, by=alice)
    response = sign_in(alice).post(part(made, code), {"version": 0, **fields})
    assert words in text(response)
    made.refresh_from_db()
    assert made.version == 0


def test_a_day_that_has_passed_already_may_stay(circle: Round, alice: User, sign_in: Any) -> None:
    past = timezone.localdate() - timedelta(days=3)
    made = factories.action(circle, by=alice, review_on=past)
    assert sign_in(alice).post(part(made, "again"), {"version": 0, "review_on": past}).status_code == 302


def test_a_stale_part_keeps_what_was_typed_and_shows_what_changed(
    circle: Round, alice: User, bob: User, sign_in: Any
) -> None:
    made = factories.action(circle, by=alice)
    actions.change(action=made, version=0, by=bob, fields={"first_step": "One small step"})
    client = sign_in(alice)
    data = {"version": 0, "statement": "put stools out", "first_step": "Mine"}
    response = client.post(part(made, "what"), data)
    said = text(response)
    assert response.status_code == 409
    assert "Somebody else changed this while you were writing" in said
    assert "Bob: changed a first small step." in said
    assert "One small step" in said
    assert 'value="Mine"' in said
    assert "put stools out</textarea>" in said
    made.refresh_from_db()
    assert (made.version, made.first_step) == (1, "One small step")
    # Seen, and pressed again.
    assert client.post(part(made, "what"), {**data, "version": 1}).status_code == 302
    made.refresh_from_db()
    assert made.first_step == "Mine"


def test_responsibility_and_accountability_are_two_pages(circle: Round, alice: User, sign_in: Any) -> None:
    made, client = factories.action(circle, by=alice), sign_in(alice)
    fields = {
        code: set(client.get(part(made, code)).context["form"].fields) for code in ("responsibility", "accountability")
    }
    assert fields == {
        "responsibility": {"version", "holder", "holder_level"},
        "accountability": {"version", "learn_from", "learn_by", "learn_tell", "learn_on"},
    }


# Agreeing


def test_the_page_says_what_is_missing_instead_of_offering_to_agree(circle: Round, alice: User, sign_in: Any) -> None:
    made = factories.action(circle, by=alice, patient_voice="")
    said = text(sign_in(alice).get(reverse("action", args=[made.public_id])))
    assert "whether patients and families have a voice in it" in said
    assert "The room agrees" not in said


def test_agreeing_from_the_page_and_from_the_console(circle: Round, alice: User, sign_in: Any) -> None:
    client = sign_in(alice)
    for headers in ({}, HTMX):
        made = factories.action(circle, by=alice)
        response = client.post(reverse("action-agree", args=[made.public_id]), {"version": 0}, headers=headers)
        assert response.status_code == (200 if headers else 302)
        made.refresh_from_db()
        assert made.state == State.AGREED


@pytest.mark.parametrize("data", [{"version": 7}, {"version": "x"}, {}])
def test_a_press_on_an_old_screen_is_refused_in_words(
    circle: Round, alice: User, sign_in: Any, data: dict[str, Any]
) -> None:
    made = factories.action(circle, by=alice)
    response = sign_in(alice).post(reverse("action-agree", args=[made.public_id]), data, headers=HTMX)
    assert response.status_code == 409
    assert response.content
    made.refresh_from_db()
    assert made.state == State.PROPOSED


def test_a_round_of_individual_actions_says_so_on_its_page(circle: Round, alice: User, sign_in: Any) -> None:
    address, client = reverse("round-actions", args=[circle.public_id]), sign_in(alice)
    factories.action(circle, by=alice, level="individual")
    assert actions.ASKS_INDIVIDUALS_TO_COPE in text(client.get(address))
    factories.action(circle, by=alice, level="organisation")
    assert actions.ASKS_INDIVIDUALS_TO_COPE not in text(client.get(address))


# Saying the rest and agreeing, in one form


def rest(action: Action) -> str:
    return reverse("action-rest", args=[action.public_id])


def the_rest(**fields: Any) -> dict[str, Any]:
    said = {"holder": "Ward East", "holder_level": "team", "patient_voice": "yes"}
    return {"version": 0, **said, "review_on": timezone.localdate() + timedelta(days=30), **fields}


def test_after_the_first_pass_one_short_form_asks_the_rest_and_the_room_agrees(
    circle: Round, alice: User, sign_in: Any
) -> None:
    client = sign_in(alice)
    client.post(reverse("action-shape", args=[circle.public_id]), first_pass(), headers=HTMX)
    made = Action.objects.get()
    asked = client.get(rest(made), headers=HTMX).context["form"]
    voice = ["patient_voice", "patient_voice_why"]
    assert list(asked.fields) == ["holder", "holder_level", *voice, "review_on", "version"]
    said = text(client.post(rest(made), typed := the_rest(), headers=HTMX))
    made.refresh_from_db()
    assert (made.state, made.holder, made.review_on) == (State.AGREED, "Ward East", typed["review_on"])
    assert [event.what for event in made.events.all()] == ["shaped in the round", "changed", "agreed"]
    assert "It is with the clinical leads." in said
    assert "<html" not in said


def test_gaps_are_told_at_their_fields_and_what_is_only_kept_may_have_them(
    circle: Round, alice: User, sign_in: Any
) -> None:
    made = factories.action(circle, by=alice, holder="", patient_voice="", level="")
    client = sign_in(alice)
    said = client.post(rest(made), the_rest(patient_voice="not_yet"), headers=HTMX)
    assert said.context["form"].errors == {
        "level": ["Needed before it can be agreed."],
        "patient_voice_why": ["Please say why not yet. One sentence is enough."],
    }
    made.refresh_from_db()
    assert (made.holder, made.version) == ("", 0)
    client.post(rest(made), the_rest(later="yes"), headers=HTMX)
    made.refresh_from_db()
    assert (made.state, made.holder, made.level) == (State.PROPOSED, "Ward East", "")


def test_the_rest_is_never_said_over_somebody_else_s_words(circle: Round, alice: User, bob: User, sign_in: Any) -> None:
    made, client = factories.action(circle, by=alice, holder=""), sign_in(alice)
    actions.change(action=made, version=0, by=bob, fields={"first_step": "One small step"})
    answer = text(client.post(rest(made), the_rest(), headers=HTMX))
    assert "Somebody else changed this while you were writing" in answer
    assert 'value="Ward East"' in answer
    assert 'name="version" value="1"' in answer
    agreed = factories.agreed(circle, by=alice)
    assert "Agreed" in text(client.post(rest(agreed), the_rest(version=agreed.version), headers=HTMX))
    agreed.refresh_from_db()
    assert agreed.holder == factories.COMPLETE["holder"]


def test_the_action_s_own_page_leads_to_the_same_form_and_back_to_its_list(
    circle: Round, alice: User, sign_in: Any
) -> None:
    made, client, way = factories.action(circle, by=alice, holder=""), sign_in(alice), "?back=as%3Dlist"
    assert f'href="{rest(made)}{way}"' in text(client.get(reverse("action", args=[made.public_id]) + way))
    assert "<html" in text(client.get(rest(made)))
    there = client.post(rest(made) + way, the_rest()).headers["Location"]
    assert there == reverse("action", args=[made.public_id]) + way
    made.refresh_from_db()
    assert made.state == State.AGREED
