"""The audit of the database itself: each thing that would tell who wrote what is found, and nothing else is."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from facilitation.models import ActionEvent
from rounds.models import Prompt, Reaction, Round, SealedPost, Stage, Voice
from rounds.models.ids import new_id
from rounds.self_audit import order
from tests import factories
from tests.rounds.auditing import asked, sealed

pytestmark = pytest.mark.django_db
is_sqlite = connection.vendor == "sqlite"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize("check", ["columns", "people", "strangers", "watchers", "places", "ids", "writers", "gone"])
def test_the_database_as_we_make_it_is_well(check: str) -> None:
    sealed()
    sealed()
    assert asked(check).is_well, asked(check)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("written timestamp", "rounds_reaction.written holds a time"),
        ("device varchar(20)", "rounds_reaction has a column device"),
        ("day date", "rounds_reaction.day holds a time"),
    ],
)
def test_a_column_that_was_added_is_found(column: str, said: str) -> None:
    run(f"ALTER TABLE rounds_reaction ADD COLUMN {column}")
    assert said in "".join(asked("columns").wrong)


def test_a_key_that_counts_up_is_found() -> None:
    if is_sqlite:
        run("DROP TABLE rounds_spent", "CREATE TABLE rounds_spent (id integer PRIMARY KEY, round_id bigint)")
        assert "rounds_spent.id fills itself in" in "".join(asked("columns").wrong)
    else:
        run("ALTER TABLE rounds_spent ADD COLUMN number bigserial")
        assert "rounds_spent.number fills itself in" in "".join(asked("columns").wrong)


def test_a_column_that_says_who_is_found() -> None:
    if is_sqlite:
        run("ALTER TABLE rounds_voice ADD COLUMN who bigint REFERENCES rounds_user (id)")
    else:
        run(
            "ALTER TABLE rounds_voice ADD COLUMN who bigint",
            "ALTER TABLE rounds_voice ADD FOREIGN KEY (who) REFERENCES rounds_user",
        )
    assert asked("people").wrong == ("The column rounds_voice.who points at rounds_user: it says who.",)


def test_a_table_beside_ours_is_found() -> None:
    run("CREATE TABLE reaction_log (text varchar(200), at timestamp)")
    assert "reaction_log" in "".join(asked("strangers").wrong)


def test_a_view_of_ours_is_found() -> None:
    run("CREATE VIEW said AS SELECT text FROM rounds_reaction")
    assert "There is a view said" in "".join(asked("strangers").wrong)


def test_a_trigger_is_found() -> None:
    if is_sqlite:
        run("CREATE TRIGGER listening AFTER INSERT ON rounds_reaction BEGIN SELECT 1; END")
    else:
        run(
            "CREATE FUNCTION listen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "CREATE TRIGGER listening AFTER INSERT ON rounds_reaction EXECUTE FUNCTION listen()",
        )
    assert asked("watchers").wrong == ("The trigger listening is told of every row as it is written.",)


def test_a_trigger_with_a_name_of_ours_on_another_table_is_found() -> None:
    name = next(iter(ActionEvent.guards))
    body = "BEGIN SELECT 1; END" if is_sqlite else "FOR EACH ROW EXECUTE FUNCTION history_stays()"
    if is_sqlite:  # whose triggers share one list of names
        run(f"DROP TRIGGER {name}")
    run(f"CREATE TRIGGER {name} AFTER INSERT ON rounds_reaction {body}")
    assert asked("watchers").wrong == (f"The trigger {name} is told of every row as it is written.",)


def rows(of: Round, ids: list[str], prompts: list[Prompt] | None = None) -> None:
    given_ = prompts or [of.current_prompt] * len(ids)  # type: ignore[list-item]
    Reaction.objects.bulk_create(
        Reaction(pk=key, prompt=prompt, text="words") for key, prompt in zip(ids, given_, strict=True)
    )


@pytest.mark.parametrize("backwards", [False, True])
def test_rows_in_the_order_of_their_ids_are_found(backwards: bool) -> None:  # noqa: FBT001
    rows(sealed(0), sorted((new_id() for _ in range(30)), reverse=backwards))
    assert asked("places").wrong == ("The rows of rounds_reaction lie in the file in the order of their ids.",)


def test_small_rounds_in_order_are_found_together() -> None:
    for _ in range(6):
        rows(sealed(0), sorted(new_id() for _ in range(8)))
    assert asked("places").wrong


def test_rows_in_the_order_of_their_questions_are_found() -> None:
    of = sealed(0)
    prompts = [Prompt.objects.create(round=of, text="?", position=number // 10) for number in range(30)]
    rows(of, [new_id() for _ in range(30)], prompts)
    assert "in the order of the questions" in "".join(asked("places").wrong)


def test_ids_that_go_up_with_time_are_found() -> None:
    for day in range(8):
        of = sealed(0, closed_at=timezone.now() + timedelta(days=day))
        ids = [f"{day:04d}{new_id()[:18]}" for _ in range(12)]
        random.shuffle(ids)
        rows(of, ids)
    assert asked("ids").wrong == ("The ids in rounds_reaction go up with time: they were not drawn at random.",)


@pytest.mark.skipif(is_sqlite, reason="SQLite keeps no transaction of a row")
def test_a_row_that_was_touched_after_the_seal_is_found() -> None:
    of = sealed(10)
    with transaction.atomic():  # a savepoint has a number of its own
        Reaction.objects.filter(pk=Reaction.objects.of(of).first().pk).update(text="changed")  # type: ignore[union-attr]
    assert "1 sealed round(s) were not written all at once" in "".join(asked("writers").wrong)


def test_what_the_seal_should_have_removed_is_found() -> None:
    of = sealed()
    SealedPost.objects.create(pk="x" * 43, round=of, basket="feedback", box=b"x")
    Voice.objects.create(pk="y" * 43, round=of, kind="mine_too", target="z")
    assert len(asked("gone").wrong) == 2


def test_an_open_round_is_not_held_to_what_holds_after_the_seal() -> None:
    rows(factories.round_(stage=Stage.THREADS), sorted(new_id() for _ in range(30)))
    assert all(asked(check).is_well for check in ("places", "ids", "writers", "gone"))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_kendalls_score_is_what_counting_pairs_gives(pairs: list[tuple[int, int]]) -> None:
    counted = sum(
        (a[0] > b[0]) - (a[0] < b[0]) if a[1] > b[1] else ((a[0] < b[0]) - (a[0] > b[0]) if a[1] < b[1] else 0)
        for place, a in enumerate(pairs)
        for b in pairs[:place]
    )
    assert order.kendall(pairs)[0] == counted


def test_shuffled_orders_vary_as_the_formula_says() -> None:
    dice = random.Random(3)
    scores = []
    for _ in range(400):
        second = [number // 3 for number in range(24)]
        dice.shuffle(second)
        score, variance = order.kendall(list(enumerate(second)))
        scores.append(score)
    assert sum(score**2 for score in scores) / len(scores) == pytest.approx(variance, rel=0.25)
