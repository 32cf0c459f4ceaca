"""The open window: nothing is shown or counted before it closes, and then only what enough people wrote."""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import gathering, keys, pools, reactions, sealing, stages, stored, stories, windows
from rounds.live import pictures, presence, tickets
from rounds.live.messages import Sender
from rounds.models import Kind, Prompt, Reaction, Round, SealedPost, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories

pytestmark = pytest.mark.django_db
TOLD = "Somebody could not find a chair, and sat on the floor beside her."


@pytest.fixture
def first(alice: User) -> Round:
    made = factories.round_(
        alice.memberships.get().programme,
        stage=Stage.CLOSED,
        closed_at=timezone.now(),
        sealed_at=timezone.now(),
        may_stay_open=True,
        starts_at=timezone.now() - timedelta(hours=1),
    )
    Prompt.objects.create(round=made, text="What got in its way?", position=1)
    keys.destroy(made)
    return Round.objects.get(pk=made.pk)


@pytest.fixture
def window(first: Round, alice: User) -> Round:
    return begin(first, alice)


def begin(first: Round, by: User, **said: Any) -> Round:
    return windows.begin(first=first, by=by, **{"telling": TOLD, "is_theirs": True, "is_checked": True, **said})


def write(window: Round, people: int, *, question: int = 0, text: str = "") -> None:
    prompt = window.prompts.all()[question].public_id
    for number in range(people):
        sender = Sender(round=window, voice=f"voice {number}")
        words, nonce = text or f"no chair by bed {number}", secrets.token_urlsafe(16)
        reactions.post(sender=sender, nonce=nonce, prompt=prompt, text=words, feelings=[])


def phone(window: Round) -> pictures.Picture:
    return pictures.look(window.pk, ["room"])["room"]


def test_it_opens_for_48_hours_with_a_code_a_key_and_the_questions_of_the_first_telling(
    first: Round, window: Round
) -> None:
    assert (window.kind, window.stage, window.retells, window.origin) == (Kind.WINDOW, Stage.WINDOW, first, first)
    assert window.stage_ends_at is not None
    assert window.stage_ends_at - timezone.now() > timedelta(hours=47, minutes=59)
    assert [prompt.text for prompt in window.prompts.all()] == [prompt.text for prompt in first.prompts.all()]
    assert window.join_code != first.join_code
    assert keys.exists(window)
    assert window.words_days == first.programme.words_days


@pytest.mark.parametrize(
    ("before", "said", "why"),
    [
        ({"may_stay_open": False}, {}, "told at the doors"),
        ({"stage": Stage.CLOSING}, {}, "not over yet"),
        ({"signed_off_at": timezone.now()}, {}, "signed off"),
        ({"rehearsal": True}, {}, "first to tell"),
        ({}, {"telling": "  "}, "a few words"),
        ({}, {"is_checked": False}, "recognised"),
    ],
)
def test_it_does_not_open(first: Round, alice: User, before: dict[str, Any], said: dict[str, Any], why: str) -> None:
    Round.objects.filter(pk=first.pk).update(**before)
    with pytest.raises(Refused, match=why):
        begin(first, alice, **said)
    assert not first.retellings.exists()


def test_a_second_window_is_refused_also_once_the_first_has_closed(first: Round, window: Round, alice: User) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match="once"):
            begin(first, alice)
        if window.is_open:
            window = windows.end(round=window, by=alice)


def everything() -> dict[str, list[Any]]:
    """Every row of every table of ours, by the table's name."""
    models = [*apps.get_app_config("rounds").get_models(), *apps.get_app_config("facilitation").get_models()]
    return {model.__name__: sorted(map(str, model._base_manager.values_list())) for model in models}


def test_nothing_on_any_screen_or_in_any_row_changes_while_people_write_but_what_they_wrote(
    window: Round, alice: User
) -> None:
    desk = Client()
    desk.force_login(alice)
    address = reverse("round", args=[window.public_id])
    desk.get(address)  # the words of its opening are said once

    def seen() -> list[str]:
        page = desk.get(address).content.decode()
        return [re.sub(r"\b\w{64}\b", "", page), phone(window).snapshot.text]  # without the marks of the session

    before, rows = seen(), everything()
    write(window, 9)
    write(window, 3, question=1)
    reactions.release_due(round=window)
    with pytest.raises(StageMovedOn):
        reactions.release(round=window, by=alice)
    assert seen() == before
    assert {name for name, found in everything().items() if found != rows[name]} == {"SealedPost", "Voice"}


def test_the_rows_of_what_waits_are_of_one_length_and_hold_no_time(window: Round) -> None:
    write(window, 1, text="short")
    write(window, 8, text="much longer than the first one, and of somebody who had time" * 9)
    assert {len(bytes(box)) for box in window.sealed_posts.values_list("box", flat=True)} == {9244}
    assert {field.name for field in SealedPost._meta.concrete_fields} == {"id", "round", "basket", "box"}


def test_it_has_no_console_and_counts_nobody(window: Round, alice: User) -> None:
    desk = Client()
    desk.force_login(alice)
    assert desk.get(reverse("console", args=[window.public_id])).status_code == 302
    ticket = tickets.for_room(window)
    body = json.dumps({"ticket": ticket, "revision": None})
    assert Client().post("/live/poll", body, content_type="application/json").status_code == 200
    assert presence.count(window.pk) == 0


def test_at_its_end_all_is_shown_at_once_but_what_fewer_than_five_people_wrote_to_a_question(
    window: Round, alice: User
) -> None:
    write(window, 5)
    write(window, 4, question=1, text="four alone")

    ended = windows.end(round=window, by=alice)

    found = Reaction.objects.of(window)
    assert sorted(found.values_list("text", flat=True)) == [f"no chair by bed {number}" for number in range(5)]
    assert ended.stage == Stage.CLOSED
    kept = Round.objects.get(pk=window.pk)
    assert kept.sealed_at is not None
    assert not keys.exists(kept)
    assert not kept.sealed_posts.exists()
    assert kept.telling == ""


def test_one_person_who_writes_often_is_one_person(window: Round, alice: User) -> None:
    prompt = window.prompts.all()[0].public_id
    for number in range(9):
        sender = Sender(round=window, voice="the same")
        reactions.post(sender=sender, nonce=f"nonce {number}", prompt=prompt, text=f"no {number}", feelings=[])
    windows.end(round=window, by=alice)
    assert not Reaction.objects.of(window).exists()


def test_a_floor_below_five_of_the_room_is_five_in_the_window(first: Round, alice: User) -> None:
    Round.objects.filter(pk=first.pk).update(floor=3)
    assert begin(Round.objects.get(pk=first.pk), alice).floor == 5


def test_after_48_hours_nobody_joins_or_writes_and_a_tick_closes_it(window: Round) -> None:
    write(window, 6)
    with time_machine.travel(timezone.now() + timedelta(hours=48, seconds=1)):
        with pytest.raises(StageMovedOn, match="48 hours"):
            write(window, 1)
        body = json.dumps({"code": window.join_code})
        assert Client().post("/live/join", body, content_type="application/json").status_code == 409
        call_command("tick", "--leave", verbosity=0)
        call_command("tick", "--leave", verbosity=0)
    assert Reaction.objects.of(window).count() == 6
    assert not keys.exists(window)


def test_a_tick_before_its_time_leaves_it_open(window: Round) -> None:
    call_command("tick", "--leave", verbosity=0)
    assert Round.objects.get(pk=window.pk).stage == Stage.WINDOW


def test_a_crash_between_closing_and_sealing_is_mended_by_the_next_tick(
    window: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(window, 6)
    with monkeypatch.context() as killed, time_machine.travel(timezone.now() + timedelta(hours=49)):
        killed.setattr(sealing, "seal", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            windows.end_due()
    assert keys.exists(window)
    call_command("tick", "--leave", verbosity=0)
    assert not keys.exists(window)
    assert Reaction.objects.of(window).count() == 6


def test_it_is_closed_once(window: Round, alice: User) -> None:
    windows.end(round=window, by=alice)
    with pytest.raises(StageMovedOn):
        windows.end(round=window)
    assert stages.possible(Round.objects.get(pk=window.pk)) == ()


def test_a_phone_reads_whose_words_they_are(window: Round, first: Round, alice: User) -> None:
    assert TOLD in phone(window).html["window"]
    assert "own words" in phone(window).html["window"]
    stories.withdraw(round=first, by=alice)
    assert TOLD not in phone(window).snapshot.text
    assert "withdrawn" in phone(window).html["window"]
    assert '<textarea id="answer' not in phone(window).html["window"]


def test_where_one_of_several_storytellers_takes_their_part_back_nothing_is_read_any_more(
    window: Round, first: Round, alice: User
) -> None:
    one = first.story.storytellers.create(role="Porter", position=1)
    stories.withdraw(round=first, storyteller=one.public_id, by=alice)
    assert TOLD not in phone(window).snapshot.text
    assert Round.objects.get(pk=window.pk).telling == ""


def test_letting_go_of_a_story_lets_go_of_what_waits_in_its_window(window: Round, first: Round, alice: User) -> None:
    write(window, 6)
    stories.withdraw(round=first, let_go=True, by=alice)
    windows.end(round=Round.objects.get(pk=window.pk), by=alice)
    call_command("tick", verbosity=0)
    assert not Reaction.objects.of(window).exists()


@pytest.mark.parametrize("let_go", ["let-go", "keep"])
def test_a_withdrawn_storys_window_takes_nothing_more_and_its_page_says_so(
    window: Round, first: Round, alice: User, client: Client, let_go: str
) -> None:
    client.force_login(alice)
    desk = reverse("round", args=[window.public_id])
    before: dict[str, Any] = {"prompt": window.prompts.all()[0].public_id, "text": "no chair", "feelings": []}
    anna = Sender(round=window, voice="anna")
    reactions.post(sender=anna, nonce="n" * 22, **before)
    write(window, 4)
    # A window that is open may hold something, so that its first telling's page always asks.
    client.post(reverse("story-withdraw", args=[first.public_id]), {"written": let_go})
    waits = window.sealed_posts.count()
    assert waits == (0 if let_go == "let-go" else 5)
    with pytest.raises(StageMovedOn, match="has been withdrawn"):
        write(window, 1)
    reactions.post(sender=anna, nonce="n" * 22, **before)  # of a repeat only the answer was lost
    assert window.sealed_posts.count() == waits
    assert "Nothing more can be written here" in client.get(desk).content.decode()
    client.post(reverse("window-end", args=[window.public_id]))
    assert Reaction.objects.of(window).count() == waits
    page = client.get(desk).content.decode()
    assert ("let go along with the story" in page) == (let_go == "let-go")
    assert "for 48 hours" not in page  # it was closed earlier
    assert ("brought together there" in page) == (let_go == "keep")


def test_a_story_given_back_can_be_written_to_again_in_its_window(window: Round, first: Round, alice: User) -> None:
    stories.withdraw(round=first, by=alice)
    stories.give_back(round=first, by=alice)
    write(window, 1)
    assert window.sealed_posts.count() == 1


def test_its_time_cannot_be_changed(window: Round, alice: User) -> None:
    ends = window.stage_ends_at
    for seconds in (300, -300):
        with pytest.raises(Refused, match="48 hours"):
            stages.lengthen(round=window, seen=Stage.WINDOW, seconds=seconds, by=alice)
    assert Round.objects.get(pk=window.pk).stage_ends_at == ends


def test_people_are_promised_what_holds_there_and_nothing_of_a_room(window: Round, first: Round) -> None:
    said = " ".join(stored.promises(window))
    assert "only for questions that at least five people answered" in said
    assert "brought together when themes are named" in said
    assert "before the room has reached" not in said
    assert "this room" not in said
    assert "may be read for 48 hours by colleagues who missed it" in " ".join(stored.promises(first))
    plain = factories.round_(first.programme)
    assert "brought together" not in " ".join(stored.promises(plain))
    assert "Only this room and the facilitators of the programme" in " ".join(stored.promises(plain))


def test_a_stranger_opens_and_closes_nothing(window: Round, first: Round) -> None:
    stranger = Client()
    stranger.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    for name, of in (("window-begin", first), ("window-end", window), ("tell-again", first)):
        assert stranger.post(reverse(name, args=[of.public_id])).status_code == 404
    assert Round.objects.get(pk=window.pk).is_open


def test_a_facilitator_opens_it_from_the_rounds_page_and_closes_it_early(first: Round, alice: User) -> None:
    desk = Client()
    desk.force_login(alice)
    address = reverse("window-begin", args=[first.public_id])
    assert address in desk.get(reverse("round", args=[first.public_id])).content.decode()
    assert desk.post(address, {"telling": TOLD}).status_code == 422
    opened = desk.post(address, {"telling": TOLD, "is_checked": "on"})
    made = pools.window_of(first)
    assert made is not None
    assert opened.headers["Location"] == reverse("round", args=[made.public_id])
    assert not made.telling_is_theirs
    assert address not in desk.get(reverse("round", args=[first.public_id])).content.decode()
    write(made, 4)
    page = desk.post(reverse("window-end", args=[made.public_id]), follow=True).content.decode()
    assert Round.objects.get(pk=made.pk).sealed_at is not None
    assert "It is closed and sealed." in page
    assert "at least five people wrote to a question is with the first telling, among the loose sentences" in page
    assert "What fewer wrote is gone." in page


def test_a_question_of_another_round_is_not_answered_here(window: Round, first: Round) -> None:
    sender = Sender(round=window, voice="v")
    other = first.prompts.all()[0].public_id
    with pytest.raises(StageMovedOn):
        reactions.post(sender=sender, nonce="n" * 22, prompt=other, text="no", feelings=[])
    assert gathering.waiting(round=window, basket=f"prompt:{other}") == 0
