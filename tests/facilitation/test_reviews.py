"""What clinical leads do with an action. alice runs the round, bob and dora lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from facilitation import actions, reviews
from facilitation.models import Action, ActionEvent, State
from rounds.models import Round, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
WORDS: dict[str, dict[str, str]] = {
    "accept": {},
    "return_with_question": {"question": "Who pays for the chairs?"},
    "answer": {"words": "The league of friends."},
    "ask_sponsor": {"words": "Somebody who can say yes to the money."},
    "sponsor": {"sponsor": "The director of estates"},
    "start": {},
    "hand_on": {
        "holder": "The estates team",
        "holder_level": "organisation",
        "words": "They have the key to the store.",
    },
    "finish": {"told_back": "There are chairs now."},
    "could_not": {"told_back": "We couldn’t, because the bays are too narrow."},
    "tell_back": {"told_back": "Two chairs are here, the others are ordered."},
}


def do(verb: str, action: Action, by: User, **words: str) -> Action:
    done: Action = getattr(reviews, verb)(action=action, version=action.version, by=by, **(words or WORDS[verb]))
    return done


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("accept", State.AGREED, State.ACCEPTED),
        ("return_with_question", State.AGREED, State.RETURNED),
        ("answer", State.RETURNED, State.AGREED),
        ("ask_sponsor", State.ACCEPTED, State.WAITING),
        ("sponsor", State.WAITING, State.ACCEPTED),
        ("start", State.ACCEPTED, State.UNDER_WAY),
        ("finish", State.UNDER_WAY, State.DONE),
        ("could_not", State.WAITING, State.COULD_NOT),
        ("tell_back", State.UNDER_WAY, State.UNDER_WAY),
    ],
)
def test_each_step_moves_it_on_and_is_kept_with_who_and_when(
    circle: Round, alice: User, bob: User, verb: str, before: str, after: str
) -> None:
    made = factories.agreed(circle, by=alice, state=before, **factories.LEARNING)
    earlier = list(made.events.values_list("pk", "what", "at"))
    moved = do(verb, made, bob)
    assert (moved.state, moved.version) == (after, made.version + 1)
    assert list(made.events.values_list("pk", "what", "at"))[:-1] == earlier
    event = ActionEvent.objects.latest("pk")
    assert (event.who, event.from_state, event.to_state) == (bob, before, after)
    assert event.words == next(iter(WORDS[verb].values()), "")
    assert event.at is not None


ALL_STATES = list(State)


@pytest.mark.parametrize("verb", list(reviews.FROM))
@pytest.mark.parametrize("state", ALL_STATES)
def test_from_any_other_state_a_step_is_refused_in_words(
    circle: Round, alice: User, bob: User, verb: str, state: State
) -> None:
    made = factories.agreed(circle, by=alice, state=state, **factories.LEARNING)
    assert (verb in reviews.possible(made)) == (state in reviews.FROM[verb])
    if state not in reviews.FROM[verb]:
        with pytest.raises(Refused, match=f"It stands at “{state.label}” now"):
            do(verb, made, bob)
        assert Action.objects.get().state == state


@pytest.mark.parametrize("verb", [verb for verb, words in WORDS.items() if words])
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_a_step_that_needs_words_is_refused_without_them(
    circle: Round, alice: User, bob: User, verb: str, empty: str
) -> None:
    made = factories.agreed(circle, by=alice, state=reviews.FROM[verb][0], **factories.LEARNING)
    with pytest.raises(Refused):
        do(verb, made, bob, **dict.fromkeys(WORDS[verb], empty))
    made.refresh_from_db()
    assert (made.version, made.told_back, made.sponsor) == (1, "", "")


@pytest.mark.parametrize("verb", [verb for verb, words in WORDS.items() if words])
def test_no_step_names_a_person(circle: Round, alice: User, bob: User, verb: str) -> None:
    made = factories.agreed(circle, by=alice, state=reviews.FROM[verb][0], **factories.LEARNING)
    with pytest.raises(Refused, match="reads like a person’s name"):
        do(verb, made, bob, **dict.fromkeys(WORDS[verb], "Thanks to Dr Ashdown"))


def test_the_question_is_the_latest_and_no_note_after_it(circle: Round, alice: User, bob: User) -> None:
    made = factories.agreed(circle, by=alice)
    assert reviews.question(made) == ""
    made = reviews.return_with_question(action=made, version=made.version, by=bob, question="Which ward?")
    made = reviews.answer(action=made, version=made.version, by=alice, words="All of them.")
    made = reviews.return_with_question(action=made, version=made.version, by=bob, question="Who pays?")
    reviews.comment(action=made, by=alice, words="I ask around.")
    assert reviews.question(made) == "Who pays?"


def test_a_sponsor_is_a_role_and_not_everyone(circle: Round, alice: User, bob: User) -> None:
    made = factories.agreed(circle, by=alice, state=State.WAITING)
    with pytest.raises(Refused, match="“all staff” is everyone"):
        do("sponsor", made, bob, sponsor="all staff")


def test_it_is_handed_on_with_words_and_waits_where_the_new_hands_do_not_reach(
    circle: Round, alice: User, bob: User
) -> None:
    made = factories.agreed(circle, by=alice, level="organisation", holder_level="organisation", state=State.ACCEPTED)
    handed = do("hand_on", made, bob)
    assert (handed.holder, handed.holder_level, handed.state) == ("The estates team", "organisation", State.ACCEPTED)
    event = ActionEvent.objects.latest("pk")
    assert (event.who, event.what) == (bob, "handed on")
    assert event.words == "To: The estates team\nThey have the key to the store."
    with pytest.raises(Refused, match="They hold it already"):
        do("hand_on", handed, bob, holder="the estates team", holder_level="team", words="Once more")
    lower = do("hand_on", handed, bob, holder="The ward team", holder_level="team", words="They asked for it.")
    assert lower.state == State.WAITING
    with pytest.raises(Refused, match="how far does their say reach"):
        do("hand_on", lower, bob, holder="The board", holder_level="heaven", words="They know.")


def test_it_is_not_accepted_while_it_needs_a_sponsor_and_is_once_there_is_one(
    circle: Round, alice: User, bob: User
) -> None:
    made = actions.agree(action=factories.action(circle, by=alice, level="organisation"), version=0, by=alice)
    assert "accept" not in reviews.possible(made)
    with pytest.raises(Refused, match="needs a sponsor first"):
        do("accept", made, bob)
    sponsored = do("sponsor", made, bob)
    assert (sponsored.state, sponsored.sponsor) == (State.ACCEPTED, "The director of estates")


def test_an_answered_question_does_not_do_away_with_the_sponsor(circle: Round, alice: User, bob: User) -> None:
    made = actions.agree(action=factories.action(circle, by=alice, level="organisation"), version=0, by=alice)
    returned = do("return_with_question", made, bob)
    assert do("answer", returned, alice).state == State.WAITING


@pytest.mark.parametrize("field", ["learn_from", "learn_by", "learn_tell"])
def test_it_is_not_done_before_the_learning_is_said(circle: Round, alice: User, bob: User, field: str) -> None:
    made = factories.agreed(circle, by=alice, state=State.UNDER_WAY, **{**factories.LEARNING, field: ""})
    with pytest.raises(Refused, match="from whom we learn, how, and whom we tell"):
        do("finish", made, bob)
    assert Action.objects.get().state == State.UNDER_WAY


def test_that_it_could_not_be_done_needs_no_learning_but_is_told_back(circle: Round, alice: User, bob: User) -> None:
    ended = do("could_not", factories.agreed(circle, by=alice), bob)
    assert (ended.state, ended.told_back) == (State.COULD_NOT, "We couldn’t, because the bays are too narrow.")
    assert ended.told_back_at is not None


def test_of_two_leads_at_once_one_wins_and_the_other_is_told(circle: Round, alice: User, bob: User) -> None:
    made = factories.agreed(circle, by=alice)
    dora = factories.clinical_lead("dora", of=circle.programme)
    do("accept", made, bob)
    with pytest.raises(actions.SomebodyElseChangedIt) as refused:
        do("return_with_question", made, dora)
    assert [(event.who, event.what) for event in refused.value.since] == [(bob, "accepted")]
    assert Action.objects.get().state == State.ACCEPTED


def test_a_comment_moves_nothing_and_makes_nobody_stale(circle: Round, alice: User, bob: User) -> None:
    made = factories.agreed(circle, by=alice)
    event = reviews.comment(action=made, by=alice, words=" We have measured the bays. ")
    assert (event.what, event.words, event.from_state) == ("commented", "We have measured the bays.", State.AGREED)
    assert do("accept", made, bob).state == State.ACCEPTED


def test_a_comment_that_is_sent_twice_is_one_line(circle: Round, alice: User, bob: User) -> None:
    made = factories.agreed(circle, by=alice)
    for by, words in ((alice, "Bays."), (alice, "Bays. "), (bob, "Bays."), (alice, "Bays.")):
        reviews.comment(action=made, by=by, words=words)
    assert [event.who for event in made.events.filter(what="commented")] == [alice, bob, alice]


def test_the_history_is_told_in_order_and_nothing_in_it_changes(circle: Round, alice: User, bob: User) -> None:
    made: Any = factories.agreed(circle, by=alice, **factories.LEARNING)
    for verb, who in (
        ("return_with_question", bob),
        ("answer", alice),
        ("accept", bob),
        ("start", bob),
        ("finish", bob),
    ):
        made = do(verb, made, who)
    assert list(made.events.values_list("what", flat=True)) == [
        "shaped in the round",
        "agreed",
        "returned with a question",
        "answered",
        "accepted",
        "started",
        "done",
    ]


CHANGES = {
    "what": "accepted",
    "words": "Something else was said",
    "from_state": "done",
    "to_state": "done",
    "at": "2020-02-02 02:02:02+00:00",
    "who_id": "(SELECT max(id) FROM rounds_user)",
    "action_id": "(SELECT max(id) FROM facilitation_action)",
}


def refused_by_the_database(statement: str, *values: str) -> None:
    with (
        pytest.raises(DatabaseError, match="added to and never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def test_the_database_itself_lets_nobody_change_a_line_of_a_history(circle: Round, alice: User, bob: User) -> None:
    reviews.comment(action=factories.agreed(circle, by=alice), by=alice, words="The bays are measured.")
    factories.agreed(circle, by=alice)
    before = list(ActionEvent.objects.values_list())
    for column, value in CHANGES.items():
        new, values = (value, []) if value.startswith("(") else ("%s", [value])
        refused_by_the_database(f"UPDATE facilitation_actionevent SET {column} = {new}", *values)
    if connection.vendor == "postgresql":
        refused_by_the_database("DELETE FROM facilitation_actionevent")
    one, every = ActionEvent.objects.all()[0], ActionEvent.objects.all()
    for change in (lambda: every.update(words="x"), every.delete, one.save, one.delete):
        with pytest.raises(TypeError, match="added to and never changed"):
            change()
    with pytest.raises(ProtectedError):
        Action.objects.all().delete()
    assert list(ActionEvent.objects.values_list()) == before


def test_an_account_that_is_deleted_takes_its_name_off_and_leaves_the_line(circle: Round, alice: User) -> None:
    reviews.comment(action=factories.agreed(circle, by=alice), by=(dora := factories.person("dora")), words="A note")
    dora.delete()
    assert ActionEvent.objects.filter(who=None).values_list("words", flat=True).get() == "A note"
