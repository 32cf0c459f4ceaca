"""Reactions on the console: what waits, what is shown, held, set aside and given back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from rounds import reactions
from rounds.live import reading, regions
from rounds.live.messages import Sender
from rounds.live.regions import ListRegion
from rounds.models import Prompt, Reaction, Stage, User
from tests import factories
from tests.rounds.consoles import a_round, page, press, region, rows, write

pytestmark = pytest.mark.django_db
S = Stage


@pytest.mark.parametrize(
    ("waiting", "words"), [(0, "Few or none are waiting"), (4, "Few or none are waiting"), (21, "About 20 are")]
)
def test_what_waits_is_told_in_bands_only(alice: User, waiting: int, words: str) -> None:
    round = a_round(alice, S.REFLECTION)
    write(round, waiting)
    html = region("gathered", round)
    assert words in html
    assert ("Show them now" in html) == (waiting >= 5)
    assert "sentence" not in html


def test_where_four_are_enough_the_words_above_the_press_say_so(alice: User) -> None:
    round = a_round(alice, S.REFLECTION, floor=4)
    for waiting, words in ((3, "Few or none are waiting"), (4, "Enough are waiting")):
        write(round, waiting)  # the same three again, and one more
        html = region("gathered", round)
        assert words in html
        assert ("Show them now" in html) == (waiting == 4)


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


def test_beside_the_press_that_shows_them_it_says_what_the_wall_shows(desk: Client, alice: User) -> None:
    round, of_the_wall = a_round(alice, S.REFLECTION), "The wall shows only what you bring forward."
    assert of_the_wall not in region("gathered", round)
    write(round, 5)
    assert of_the_wall in region("gathered", round)


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
        ("held", "held", "Give back to the room"),
        ("aside", "aside", "Give back to the room"),
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


def test_what_is_held_says_what_to_do_and_to_whom_it_would_be_shown(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    by_hand = factories.reaction(round, "He is rough.", state="held")
    a_name = factories.reaction(round, "Sister Agnes sat down.", state="held", held_for="name")
    held = rows("held", round)
    assert 'data-dialog-open="held-by-hand"' in held[by_hand.pk]
    assert 'data-dialog-open="held-named"' in held[a_name.pk]
    assert "Show it to the room" in held[a_name.pk]
    assert "Give back to the room" in held[by_hand.pk]
    dialogs = page(desk, round).split("<dialog ")
    at_risk, named = (
        next(one for one in dialogs if one.startswith(f'id="{name}"')) for name in ("held-by-hand", "held-named")
    )
    assert "cannot be answered on their phone" in at_risk
    assert escape(round.programme.escalation.split()[0]) in at_risk
    advice, at_risk_too = named.split("<details>")  # what to do in danger is folded, where a name was the reason
    assert "It cannot be shown without the name." in advice
    assert escape(round.programme.escalation.split()[0]) not in advice
    assert escape(round.programme.escalation.split()[0]) in at_risk_too


def test_what_waited_for_company_is_promised_to_nobody_once_the_round_is_over(alice: User) -> None:
    for stage, promised in ((S.REFLECTION, True), (S.CLOSED, False)):
        round = a_round(alice, stage)
        row = factories.reaction(round, "Thank you.", state="held", held_for="company").pk
        assert "Kept with others that are held" in rows("held", round)[row]
        assert ("It is shown when more is." in rows("held", round)[row]) == promised


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
    with reading.one_look(), django_assert_num_queries(4):
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
