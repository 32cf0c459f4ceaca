"""After the seal nothing is done to a row of the room alone: it would be known from those that were written with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation import circle, themes
from facilitation.models import Proposal, Theme
from rounds import holding, sealing
from rounds.models import Feedback, Reaction, Round, Stage, Tally, User
from rounds.refusals import StageMovedOn
from tests import factories
from tests.facilitation.seen import shown
from tests.rounds.auditing import asked

pytestmark = pytest.mark.django_db
OF_THE_ROOM: tuple[type[Model], ...] = (Reaction, Proposal, Feedback, Tally)
RISK = "I cannot go on like this."


@pytest.fixture
def closed(alice: User) -> Round:
    """With three proposals about one theme, three about none, one set aside, and three that were held."""
    made = factories.round_(alice.memberships.get().programme, stage=Stage.CLOSING)
    theme = factories.lay(factories.theme(made, "Chairs"), factories.reaction(made), factories.reaction(made, "Time."))
    factories.theme(made, "Seats")
    for number in range(3):
        factories.proposal(made, f"A chair {number}", theme=theme)
        factories.proposal(made, f"A room {number}")
    factories.proposal(made, "A later day", set_aside=True)
    held = {"name": "Ask Agnes", holding.RISK: RISK, holding.COMPANY: "A quiet corner"}
    for why, text in held.items():
        factories.proposal(made, text, set_aside=True, held_for=why)
    Round.objects.filter(pk=made.pk).update(stage=Stage.CLOSED, closed_at=timezone.now(), crossed_threshold=True)
    assert sealing.seal(round=made)
    return Round.objects.get(pk=made.pk)


@contextmanager
def written() -> Iterator[dict[str, set[object]]]:
    """The rows of the room's tables that are written inside, by table; of SQLite alone, for it keeps no other trace."""
    found: dict[str, set[object]] = {}
    tables = [model._meta.db_table for model in OF_THE_ROOM] if connection.vendor == "sqlite" else []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE was_written (name text, place text)")
        for table in tables:
            cursor.execute(
                f"CREATE TEMP TRIGGER {table}_written AFTER UPDATE ON main.{table} "
                f"BEGIN INSERT INTO was_written VALUES ('{table}', NEW.rowid); END"
            )
        yield found
        cursor.execute("SELECT name, place FROM was_written")
        for name, place in cursor.fetchall():
            found.setdefault(name, set()).add(place)
        for table in tables:
            cursor.execute(f"DROP TRIGGER {table}_written")
        cursor.execute("DROP TABLE was_written")


def test_what_was_proposed_is_neither_set_aside_nor_given_back_once_the_round_is_over(
    closed: Round, alice: User, client: Client
) -> None:
    client.force_login(alice)
    before = list(Proposal.objects.order_by("pk").values())
    address = reverse("circle-set-aside", args=[closed.public_id])
    for proposal in Proposal.objects.all():
        for aside in ("", "on"):
            with written() as rows:
                answer = client.post(address, {"proposal": proposal.pk, "aside": aside})
            assert (answer.status_code, answer.content.decode()) == (409, "The round is over.")
            assert rows == {}
    assert list(Proposal.objects.order_by("pk").values()) == before
    stranger = Client()
    stranger.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    assert stranger.post(address, {"proposal": before[0]["id"], "aside": "on"}).status_code == 404


def test_a_round_that_is_closed_and_not_sealed_yet_is_over_too(closed: Round, alice: User) -> None:
    Round.objects.filter(pk=closed.pk).update(sealed_at=None)
    for proposal in Proposal.objects.all():
        with pytest.raises(StageMovedOn, match="The round is over"):
            circle.set_aside(round=closed, proposal=proposal.pk, aside=False, by=alice)


def test_its_console_shows_what_was_proposed_to_be_read_and_built_upon_and_no_more(closed: Round) -> None:
    said, aside = shown("console", "proposals", closed), shown("console", "proposals_aside", closed)
    assert said.count("Shape into an action") == 6
    assert said.count("<button") == 6
    for words in ("A later day", "Ask Agnes", RISK, "A quiet corner", holding.WAITED):
        assert words in aside
    assert "<button" not in aside
    assert "hx-post" not in said + aside
    assert shown("console", "proposal_disclosures", closed) == ""


def test_a_theme_that_is_merged_or_taken_away_takes_its_proposals_along_and_tells_none_from_the_rest(
    closed: Round, alice: User
) -> None:
    chairs, seats = Theme.objects.get(title="Chairs"), Theme.objects.get(title="Seats")
    everyone = {Proposal._meta.db_table: Proposal.objects.count()}
    steps = (
        (lambda: themes.merge(round=closed, theme=chairs.public_id, into=seats.public_id, by=alice), "Seats"),
        (lambda: themes.undo(round=closed, by=alice), "Chairs"),
        (lambda: themes.remove(round=closed, theme=chairs.public_id, by=alice), None),
        (lambda: themes.undo(round=closed, by=alice), "Chairs"),
        (lambda: themes.redo(round=closed, by=alice), None),
    )
    for step, title in steps:
        with written() as rows, transaction.atomic():
            step()
        about = Proposal.objects.filter(text__startswith="A chair").values_list("theme__title", flat=True)
        assert set(about) == {title}
        assert not Proposal.objects.filter(text__startswith="A room").exclude(theme=None).exists()
        if connection.vendor == "sqlite":
            assert {name: len(places) for name, places in rows.items()} == everyone
    assert asked("writers").is_well
    assert asked("places").is_well
