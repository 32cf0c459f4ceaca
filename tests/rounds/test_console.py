"""The console: what stands on it in each stage, what its presses do, and who may press."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rounds import closing, keys, reactions, rooms
from rounds.live import regions
from rounds.live.messages import Sender
from rounds.live.regions import ListRegion, Region
from rounds.live.screens import steps
from rounds.models import Kind, Prompt, Reaction, Role, Round, RoundTopic, StaffAct, Stage, User
from rounds.refusals import StageMovedOn
from rounds.rehearsal import visits
from tests import factories

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


@pytest.fixture
def alice() -> User:
    return factories.facilitator("alice", of=factories.programme())


@pytest.fixture
def desk(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def a_round(alice: User, stage: str, **fields: object) -> Round:
    programme = alice.memberships.get().programme
    return factories.round_(programme, stage=stage, **{"reached_reflection": True, **fields})


def press(client: Client, name: str, round: Round, **said: str) -> tuple[int, str]:
    answer = client.post(reverse(name, args=[round.public_id]), said)
    return answer.status_code, answer.content.decode()


def page(client: Client, round: Round) -> str:
    answer = client.get(reverse("console", args=[round.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def region(name: str, round: Round) -> str:
    found = next(r for r in regions.of("console") if r.name == name)
    assert isinstance(found, Region)
    return found.html(Round.objects.select_related("programme", "current_prompt").get(pk=round.pk))


def rows(name: str, round: Round) -> dict[str, str]:
    found = next(r for r in regions.of("console") if r.name == name)
    assert isinstance(found, ListRegion)
    return {key: found.row_html(key, row) for key, row in found.current(round).items()}


def write(round: Round, count: int) -> None:
    assert round.current_prompt is not None
    for number in range(count):
        sender = Sender(round=round, voice=f"voice {number}")
        prompt = round.current_prompt.public_id
        reactions.post(sender=sender, nonce=f"n{number}", prompt=prompt, text=f"sentence {number}", feelings=["numb"])


# --- who may


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


# --- the page


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
    assert "End early" in story
    pause = region("controls", a_round(alice, S.THRESHOLD, stage_ends_at=soon))
    assert "One more minute" in pause
    assert "End early" not in pause
    assert "data-opens=" in pause


def test_the_doors_show_code_wall_and_whether_writing_will_open(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, room_was_big_enough=False, floor=7)
    html = region("arrival", round)
    assert round.join_code[:4] in html
    assert f"/w#{round.wall_token}" in html
    assert "once at least 7 people are here" in html
    Round.objects.update(room_was_big_enough=True)
    assert "big enough to write in" in region("arrival", round)


def test_a_withdrawn_storys_title_and_notes_are_not_on_the_console(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    round.story.withdrawn, round.story.private_notes = True, "She asked me not to name the ward."
    round.story.save()
    html = page(desk, round)
    assert round.title not in html
    assert "not to name the ward" not in html


# --- reactions


@pytest.mark.parametrize(
    ("waiting", "words"), [(0, "A few at most are waiting"), (4, "A few at most are waiting"), (21, "About 20 are")]
)
def test_what_waits_is_told_in_bands_only(alice: User, waiting: int, words: str) -> None:
    round = a_round(alice, S.REFLECTION)
    write(round, waiting)
    html = region("gathered", round)
    assert words in html
    assert ("Show them now" in html) == (waiting >= 5)
    assert "sentence" not in html


def test_nothing_tells_the_first_who_writes_from_nobody(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    nobody = region("gathered", round)
    write(round, 1)
    assert region("gathered", round) == nobody


def test_showing_what_was_gathered(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    write(round, 4)
    status, words = press(desk, "console-release", round)
    assert (status, Reaction.objects.count()) == (409, 0)
    assert "Too few" in words
    write(round, 5)  # the same four again, and one more
    assert press(desk, "console-release", round)[0] == 200
    assert Reaction.objects.count() == 5
    assert "numb" in " ".join(rows("released", round).values())


def test_a_second_press_on_show_shows_nothing_twice(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    write(round, 6)
    press(desk, "console-release", round)
    assert press(desk, "console-release", round)[0] == 409
    assert Reaction.objects.count() == 6


@pytest.mark.parametrize(
    ("to", "list_name", "words"),
    [
        ("forward", "released", "On the wall now."),
        ("held", "held", "Give back"),
        ("aside", "aside", "Give back"),
        ("released", "released", "Bring forward"),
    ],
)
def test_a_reaction_is_brought_forward_held_set_aside_and_given_back(
    desk: Client, alice: User, to: str, list_name: str, words: str
) -> None:
    round = a_round(alice, S.REFLECTION)
    found = factories.reaction(round, "I sat down.")
    assert press(desk, "console-reaction", round, reaction=found.pk, to=to)[0] == 200
    lists = {name: rows(name, round) for name in ("released", "held", "aside")}
    assert [name for name, of in lists.items() if found.pk in of] == [list_name]
    assert words in lists[list_name][found.pk]


def test_the_one_brought_forward_has_a_place_of_its_own(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    first, second = factories.reaction(round, "I sat down."), factories.reaction(round, "The flute.")
    assert region("forward", round) == ""
    press(desk, "console-reaction", round, reaction=first.pk, to="forward")
    press(desk, "console-reaction", round, reaction=second.pk, to="forward")
    html = region("forward", round)
    assert "The flute." in html
    assert "I sat down." not in html
    assert "Step back" in html


def test_another_rounds_reaction_cannot_be_moved_from_here(desk: Client, alice: User) -> None:
    theirs = factories.reaction(factories.round_(factories.programme("Elsewhere"), stage=S.REFLECTION))
    round = a_round(alice, S.REFLECTION)
    status, words = press(desk, "console-reaction", round, reaction=theirs.pk, to="forward")
    assert (status, words) == (409, "That reaction is not here any more.")
    theirs.refresh_from_db()
    assert theirs.state == Reaction.State.RELEASED


def test_company_is_said_and_never_counted(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    found = factories.reaction(round)
    for number in range(2):
        reactions.mine_too(sender=Sender(round=round, voice=str(number)), nonce="n", reaction=found.pk)
    assert "Others too" not in rows("released", round)[found.pk]
    reactions.mine_too(sender=Sender(round=round, voice="2"), nonce="n", reaction=found.pk)
    assert "Others too" in rows("released", round)[found.pk]


def test_what_people_wrote_is_text_and_nothing_else(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    found = factories.reaction(round, "<script>alert(1)</script>", state=Reaction.State.FORWARD)
    for html in (rows("released", round)[found.pk], region("forward", round)):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize("stage", [S.STORY, S.SILENCE, S.THRESHOLD, S.CIRCLE, S.CLOSED])
def test_reactions_are_on_the_console_only_while_they_are_worked_with(alice: User, stage: Stage) -> None:
    round = a_round(alice, stage)
    factories.reaction(round)
    assert rows("released", round) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_the_database_four_times_however_long_it_is(
    alice: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    round = a_round(alice, S.REFLECTION)
    for number in range(count):
        factories.reaction(round, f"sentence {number}")
    released = next(r for r in regions.of("console") if r.name == "released")
    assert isinstance(released, ListRegion)
    with django_assert_num_queries(4):
        assert len(released.current(round)) == count


def test_the_page_asks_the_database_no_more_often_for_three_reactions_than_for_one(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    page(desk, round)  # the first visit also writes the session
    asked = []
    for number in range(3):
        for state in Reaction.State:
            factories.reaction(round, f"{state} {number}", state=state)
        with CaptureQueriesContext(connection) as queries:
            page(desk, round)
        asked.append(len(queries))
    assert asked[0] == asked[1] == asked[2]


def test_the_question_is_told_under_a_sentence_only_where_there_are_several(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    first = factories.reaction(round, "I sat down.")
    assert "quote__prompt" not in rows("released", round)[first.pk]
    assert region("filter", round) == ""
    other = Prompt.objects.create(round=round, position=1, text="What stays with you?")
    Reaction.objects.create(prompt=other, text="The bell.")
    assert "When has something small" in rows("released", round)[first.pk]
    assert region("filter", round).count("<option") == 3


# --- moving, time, questions


def test_the_stage_moves_and_a_second_facilitator_is_told(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    bea = Client()
    bea.force_login(factories.facilitator("bea", of=round.programme))
    assert press(desk, "console-move", round, seen="arrival", to="story") == (200, "")
    status, words = press(bea, "console-move", round, seen="arrival", to="story")
    assert status == 409
    assert "already moved the round on" in words
    assert Round.objects.get().stage == S.STORY


@pytest.mark.parametrize("said", [{"seen": "arrival", "to": "moon"}, {"seen": "", "to": "story"}, {"seen": "arrival"}])
def test_a_move_that_makes_no_sense_is_refused_in_words(desk: Client, alice: User, said: dict[str, str]) -> None:
    round = a_round(alice, S.ARRIVAL)
    status, words = press(desk, "console-move", round, **said)
    assert (status, words) == (409, "The round has moved on.")


def test_closing_the_round_seals_it_at_once(desk: Client, alice: User) -> None:
    round = a_round(alice, S.CLOSING)
    kept = factories.reaction(round, "I sat down.")
    status, words = press(desk, "console-move", round, seen="closing", to="closed")
    assert status == 200
    assert "sealed" in words
    found = Round.objects.get()
    assert found.stage == S.CLOSED
    assert found.sealed_at is not None
    assert Reaction.objects.get().pk != kept.pk
    with pytest.raises(keys.KeyGone):
        keys.derived(round.public_id, "ticket")


def test_a_screen_that_looks_only_after_the_seal_still_learns_that_the_round_is_over(desk: Client, alice: User) -> None:
    round = a_round(alice, S.CLOSING)
    press(desk, "console-move", round, seen="closing", to="closed")
    found = Round.objects.get()
    assert RoundTopic.objects.get(round=found, topic="stage").revision == found.revision


def test_what_people_said_at_the_end_is_shown_after_the_seal_and_never_below_five(desk: Client, alice: User) -> None:
    few, many = a_round(alice, S.CLOSING), a_round(alice, S.CLOSING)
    for round, count in ((few, 3), (many, 10)):
        for number in range(count):
            sender = Sender(round=round, voice=str(number))
            answer = "yes" if number % 2 else "no"
            closing.give_feedback(sender=sender, nonce=str(number), answers={"again": answer})
        assert "I would come again." not in region("end", round)
        press(desk, "console-move", round, seen="closing", to="closed")
    assert "Too few people answered" in region("end", few)
    assert "I would come again." in region("end", many)
    assert "about 5" in region("end", many)


def test_a_minute_is_given_once_by_two_presses_of_the_same_screen(desk: Client, alice: User) -> None:
    end = timezone.now() + timedelta(minutes=5)
    round = a_round(alice, S.STORY, stage_ends_at=end)
    shown = re.search(r'name="end" value="([^"]+)"', region("controls", round))
    assert shown
    said = {"seen": "story", "end": shown[1], "change": "minute"}
    assert press(desk, "console-time", round, **said)[0] == 200
    assert press(desk, "console-time", round, **said)[0] == 409
    assert Round.objects.get().stage_ends_at == end + timedelta(minutes=1)


def test_a_stage_can_be_ended_early_but_not_the_pause(desk: Client, alice: User) -> None:
    end = timezone.now() + timedelta(minutes=5)
    story = a_round(alice, S.STORY, stage_ends_at=end)
    assert press(desk, "console-time", story, seen="story", change="up")[0] == 200
    assert Round.objects.get(pk=story.pk).seconds_left == 0
    pause = a_round(alice, S.THRESHOLD, stage_ends_at=end)
    status, words = press(desk, "console-time", pause, seen="threshold", change="up")
    assert status == 409
    assert "cannot be cut short" in words


def test_the_next_question_is_asked(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    assert round.current_prompt is not None
    following = Prompt.objects.create(round=round, position=1, text="What stays with you?")
    assert following.text in region("question", round)
    said = {"prompt": following.public_id, "seen": round.current_prompt.public_id}
    assert press(desk, "console-ask", round, **said)[0] == 200
    assert Round.objects.get().current_prompt == following


def test_a_question_written_in_the_moment_is_asked_once_and_gathered_together(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    assert round.current_prompt is not None
    Prompt.objects.update(policy="flowing")
    said = {"text": "  What would she say?  ", "seen": round.current_prompt.public_id}
    assert press(desk, "console-ask", round, **said)[0] == 200
    assert press(desk, "console-ask", round, **said)[0] == 200  # a double submit
    made = Prompt.objects.get(text="What would she say?")
    assert Round.objects.get().current_prompt == made
    assert (made.position, made.policy) == (1, "together")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "no question in it"), ("x" * 301, "under 300 characters"), ("a\x07b", "cannot be shown")],
)
def test_a_question_that_cannot_be_asked_is_refused_in_words(desk: Client, alice: User, text: str, words: str) -> None:
    round = a_round(alice, S.REFLECTION)
    status, answer = press(desk, "console-ask", round, text=text)
    assert status == 409
    assert words in answer
    assert round.prompts.count() == 1


def test_a_question_written_too_late_is_refused_and_not_kept(desk: Client, alice: User) -> None:
    round = a_round(alice, S.CIRCLE)
    assert press(desk, "console-ask", round, text="And now?")[0] == 409
    assert round.prompts.count() == 1


def test_another_rounds_question_is_not_one_of_these(desk: Client, alice: User) -> None:
    theirs = factories.round_(factories.programme("Elsewhere"), stage=S.REFLECTION).current_prompt
    assert theirs is not None
    assert press(desk, "console-ask", a_round(alice, S.REFLECTION), prompt=theirs.public_id)[0] == 409


# --- the doors


def test_a_new_code_replaces_the_old_one_once(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    assert press(desk, "console-code", round, seen=round.join_code)[0] == 200
    new = Round.objects.get().join_code
    assert new != round.join_code
    status, words = press(desk, "console-code", round, seen=round.join_code)
    assert status == 409
    assert "already" in words
    assert Round.objects.get().join_code == new


def test_the_codes_themselves_are_not_written_into_the_record_of_what_staff_did(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    new = rooms.rotate_code(round=round, seen=round.join_code, by=alice)
    assert [act.what for act in StaffAct.objects.all()] == ["changed the join code"]
    assert new not in StaffAct.objects.get().what


def test_the_door_is_locked_and_unlocked_and_twice_is_once(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    press(desk, "console-lock", round, locked="yes")
    press(desk, "console-lock", round, locked="yes")
    assert Round.objects.get().joining_locked
    assert "nobody else can join" in region("arrival", round)
    press(desk, "console-lock", round, locked="no")
    assert not Round.objects.get().joining_locked
    assert [act.what for act in StaffAct.objects.all()] == ["locked the door", "unlocked the door"]


def test_a_closed_rounds_door_does_not_move(alice: User) -> None:
    round = a_round(alice, S.CLOSED)
    with pytest.raises(StageMovedOn):
        rooms.rotate_code(round=round, seen=round.join_code, by=alice)
    with pytest.raises(StageMovedOn):
        rooms.lock_joining(round=round, by=alice)


# --- rehearsal


@pytest.fixture
def quiet_guests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Guests that only stay: a real process, and no server for them to join."""
    monkeypatch.setattr(visits, "command", lambda round, people: [sys.executable, "-c", "import time; time.sleep(60)"])
    yield
    for party in list(visits._parties.values()):
        party.kill()
        party.wait()
    visits._parties.clear()


@pytest.mark.usefixtures("quiet_guests")
def test_guests_are_invited_once_and_sent_home(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    assert "Invite rehearsal guests" in region("rehearsal", round)
    assert press(desk, "console-rehearse", round, people="12")[0] == 200
    party = visits._parties[round.pk]
    assert "Send them home" in region("rehearsal", round)
    status, words = press(desk, "console-rehearse", round, people="12")
    assert (status, words) == (409, "The rehearsal guests are here already.")
    assert visits._parties[round.pk] is party
    assert press(desk, "console-rehearse", round, home="yes")[0] == 200
    assert party.poll() is not None
    assert "Invite rehearsal guests" in region("rehearsal", round)


@pytest.mark.usefixtures("quiet_guests")
def test_guests_who_left_by_themselves_can_be_invited_again(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    visits.invite(round=round, people=6, by=alice)
    visits._parties[round.pk].kill()
    deadline = time.monotonic() + 5
    while visits.are_here(round=round) and time.monotonic() < deadline:
        time.sleep(0.02)
    visits.invite(round=round, people=6, by=alice)
    assert visits.are_here(round=round)


@pytest.mark.usefixtures("quiet_guests")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": S.ARRIVAL}, "rehearsals only"),
        ({"stage": S.PLANNED, "rehearsal": True}, "Open the doors first"),
        ({"stage": S.CLOSED, "rehearsal": True}, "Open the doors first"),
        ({"stage": S.ARRIVAL, "rehearsal": True, "joining_locked": True}, "locked"),
    ],
)
def test_guests_come_to_open_rehearsals_only(desk: Client, alice: User, fields: dict[str, object], words: str) -> None:
    round = a_round(alice, **fields)  # type: ignore[arg-type]
    status, answer = press(desk, "console-rehearse", round, people="12")
    assert status == 409
    assert words in answer
    assert not visits.are_here(round=round)


@pytest.mark.parametrize("people", ["5", "41", "-3", "many", "1e9"])
def test_a_number_of_guests_out_of_bounds_is_refused_in_words(desk: Client, alice: User, people: str) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    assert press(desk, "console-rehearse", round, people=people) == (409, "Please choose between 6 and 40 guests.")


def test_guests_are_started_with_the_command_a_person_would_type(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    assert visits.command(round, 12)[2:] == ["rehearse", "--round", round.public_id, "--people", "12"]


def test_a_real_round_offers_no_guests(alice: User) -> None:
    assert region("rehearsal", a_round(alice, S.ARRIVAL)) == ""
