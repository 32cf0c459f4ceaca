"""When a round's words go: nothing of them is left in any table, and every page that lives on themes still works."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation import recurring, told_back, trends
from facilitation import retention as of_themes
from facilitation.clustering.embed import best_here
from facilitation.models import Action, ActionTheme, Placement, ProposedGroup, Theme, Thread
from facilitation.titles import NO_NAME
from rounds import purge, retention, sealing, word_keys, words
from rounds.backups import taking
from rounds.models import Reaction, Round, Stage, Tally, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
SENTENCE = "I kept thinking about the flute on her window sill."
PROPOSED = "A quiet chair beside every second bed on the ward."
HELD = "It was the man in bed seven of the east wing, you know."


class Held(NamedTuple):
    round: Round
    alice: User
    theme: Theme
    action: Action


@pytest.fixture
def held() -> Held:
    """A sealed round of six sentences, five of them in a theme, with an action that came from a proposal."""
    round = factories.round_(stage=Stage.CIRCLE)
    alice = factories.facilitator("alice", of=round.programme)
    said = [factories.reaction(round, f"{SENTENCE} {number}") for number in range(5)]
    factories.reaction(round, HELD, state=Reaction.State.HELD)
    theme = factories.lay(factories.theme(round, "Small things", barriers=["space_and_kit"]), *said)
    proposal = factories.proposal(round, PROPOSED)
    action = factories.agreed(round, by=alice)
    Action.objects.filter(pk=action.pk).update(from_proposal=proposal)
    ActionTheme.objects.create(action=action, theme=theme)
    ProposedGroup.objects.create(round=round, reaction_ids=[said[0].pk], titles=[SENTENCE])
    Tally.objects.create(round=round, kind="mine_too", target=said[0].pk, count=4)
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
    sealing.seal(round=Round.objects.get(pk=round.pk))
    factories.lay(theme)
    return Held(Round.objects.get(pk=round.pk), alice, Theme.objects.get(pk=theme.pk), action)


def everything() -> str:
    """Every value of every table there is, whoever made it."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(json.dumps(cursor.fetchall(), default=str, ensure_ascii=False))
    return "\n".join(found)


def the_day_comes(held: Held) -> Round:
    day = Round.objects.get(pk=held.round.pk).words_go_on
    assert day is not None
    purge.run(today=day)
    return Round.objects.get(pk=held.round.pk)


def test_what_the_machine_remembers_of_the_words_goes_with_them(held: Held) -> None:
    before = best_here()
    before.embed([SENTENCE])
    the_day_comes(held)
    assert best_here() is not before


def test_nothing_that_people_wrote_is_left_in_any_table(held: Held) -> None:
    ids = [*Reaction.objects.values_list("pk", flat=True), *held.round.proposals.values_list("pk", flat=True)]
    assert all(words_ in everything() for words_ in (SENTENCE, PROPOSED, HELD, *ids))

    gone = the_day_comes(held)

    assert gone.words_gone_at is not None
    left = everything()
    assert [words_ for words_ in (SENTENCE, PROPOSED, HELD, *ids) if words_ in left] == []


def test_another_rounds_words_stay(held: Held) -> None:
    stranger = factories.round_(factories.programme("Hillside"), stage=Stage.CLOSED, sealed_at=timezone.now())
    factories.reaction(stranger, "These words are of another programme.")
    Round.objects.filter(pk=stranger.pk).update(closed_at=timezone.now() + timedelta(days=9))
    the_day_comes(held)
    assert Reaction.objects.get().text == "These words are of another programme."


def test_themes_stay_by_name_with_about_how_many_sentences_lay_in_them(held: Held) -> None:
    the_day_comes(held)
    theme = Theme.objects.get(pk=held.theme.pk)
    assert (theme.title, theme.barriers) == ("Small things", ["space_and_kit"])
    assert theme.sentences is None  # one sentence was loose: five would give that one away


def test_a_number_of_sentences_is_kept_where_it_hides_everybody(held: Held) -> None:
    said = [factories.reaction(held.round, f"And another thing that stayed with me: {n}") for n in range(12)]
    factories.lay(factories.theme(held.round, "Staying"), *said[:7])
    the_day_comes(held)
    assert list(Theme.objects.order_by("title").values_list("title", "sentences")) == [
        ("Small things", 5),
        ("Staying", 5),
    ]


def test_the_action_keeps_its_words_and_loses_its_proposal(held: Held) -> None:
    the_day_comes(held)
    action = Action.objects.get()
    assert action.from_proposal is None
    assert [theme.title for theme in action.themes.all()] == ["Small things"]
    [heard, *_] = trends.over(held.round.programme).barriers
    assert heard.rounds == [timezone.localdate(held.round.starts_at)]


@pytest.fixture
def pages(held: Held) -> list[str]:
    """The addresses of every page that shows themes or actions, for somebody who may see them all."""
    programme, action = held.round.programme, held.action
    return [
        reverse("console", args=[held.round.public_id]),
        reverse("debrief", args=[held.round.public_id]),
        reverse("round", args=[held.round.public_id]),
        reverse("round-actions", args=[held.round.public_id]),
        reverse("action", args=[action.public_id]),
        reverse("actions", args=[programme.public_id]),
        reverse("trends", args=[programme.public_id]),
        reverse("told-back", args=[programme.told_back_token]),
        reverse("programme", args=[programme.public_id]),
    ]


def test_every_page_still_works_once_the_words_are_gone(held: Held, pages: list[str]) -> None:
    retention.sign_off(round=held.round, keep=(), by=held.alice)
    the_day_comes(held)
    client = Client()
    client.force_login(factories.person("bea", of=held.round.programme, roles=("facilitator", "clinical_lead")))  # type: ignore[arg-type]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_nothing_goes_before_its_day(held: Held) -> None:
    day = held.round.words_go_on
    assert day is not None
    assert purge.run(today=day - timedelta(days=1)).gone == []
    assert Reaction.objects.count() == 6


def test_going_twice_is_going_once(held: Held) -> None:
    first = the_day_comes(held)
    second = the_day_comes(held)
    assert first.words_gone_at == second.words_gone_at
    assert not word_keys.exists(held.round.public_id)
    assert word_keys.known() == set()


def test_the_clock_lets_words_go_by_itself(held: Held) -> None:
    Round.objects.filter(pk=held.round.pk).update(closed_at=timezone.now() - timedelta(days=91))
    call_command("tick", verbosity=0)
    assert not words.any_of(held.round)


def test_nobodys_round_is_disturbed_but_for_no_longer_than_a_day(held: Held) -> None:
    day: date = held.round.words_go_on  # type: ignore[assignment]
    factories.round_(factories.programme("Hillside"), stage=Stage.SILENCE)
    assert purge.run(today=day + timedelta(days=1)).gone == []
    assert purge.run(today=day + timedelta(days=2)).gone == [held.round]


@pytest.mark.parametrize(
    ("title", "is_theirs"),
    [
        (SENTENCE + " 1", True),
        ("  i kept thinking about the FLUTE on her window sill 1 ", True),
        ("thinking about the flute", True),
        ("The flute", False),  # two words are the language's
        ("Thinking about the flutes", False),
        (HELD, True),
        (PROPOSED, True),
    ],
)
def test_a_title_that_is_what_somebody_wrote_is_known(held: Held, title: str, is_theirs: object) -> None:
    factories.theme(held.round, title)
    found = {one.words: one for one in of_themes.titles(held.round)}
    assert found[title].word_for_word is is_theirs
    assert found[title].held is (title == HELD)


def test_a_title_in_somebodys_words_is_signed_off_only_by_saying_that_it_stays(held: Held) -> None:
    quoting = factories.theme(held.round, "Thinking about the flute")
    with pytest.raises(Refused, match="Thinking about the flute” is what somebody wrote"):
        retention.sign_off(round=held.round, keep=[held.theme.public_id], by=held.alice)
    assert retention.sign_off(round=held.round, keep=[quoting.public_id], by=held.alice).signed_off_at
    the_day_comes(held)
    assert Theme.objects.get(pk=quoting.pk).title == "Thinking about the flute"


def test_where_nobody_signed_off_somebodys_words_do_not_stay_as_a_title(held: Held) -> None:
    quoting = factories.theme(held.round, SENTENCE + " 2")
    Theme.objects.filter(pk=held.theme.pk).update(title=SENTENCE + " 3")  # the room made an action of it
    the_day_comes(held)
    assert Theme.objects.get(pk=quoting.pk).title == NO_NAME
    assert Theme.objects.get(pk=held.theme.pk).title == SENTENCE + " 3"


def test_a_threads_name_in_somebodys_words_goes_with_them_and_is_in_no_backup_before_the_sign_off(
    held: Held, tmp_path: Path
) -> None:
    programme, quoted = held.round.programme, f"{SENTENCE} 3"
    thread = recurring.start(programme=programme, theme=held.theme.public_id, by=held.alice)
    other = Thread.objects.create(programme=programme, name="Nobody wrote this", made_by=held.alice)
    recurring.rename(thread=thread, name=quoted, by=held.alice)
    with zipfile.ZipFile(taking.take(to=tmp_path / "backups")) as backup:
        assert not any(quoted.encode() in backup.read(name) for name in backup.namelist())
    the_day_comes(held)
    assert quoted not in everything()
    assert list(Thread.objects.exclude(name="")) == [other]
    assert not word_keys.exists(held.round.public_id)  # and that it is gone could be shown


def test_titles_are_read_outside_only_once_signed_off_or_made_an_action(held: Held) -> None:
    factories.theme(held.round, "Nobody asked us")
    programme = held.round.programme

    def heard() -> list[str]:
        return [title for one in told_back.page(programme).heard for title, _ in one.themes]

    assert heard() == ["Small things"]  # an action came from it
    retention.sign_off(round=held.round, keep=(), by=held.alice)
    assert sorted(heard()) == ["Nobody asked us", "Small things"]
    retention.take_back(round=held.round, by=held.alice)
    assert heard() == ["Small things"]


def test_every_table_that_points_at_what_people_wrote_is_known_to_the_purge() -> None:
    """A table somebody adds later must say that it holds words, or its rows would outlive them or break backups."""
    known = {holding.model for holding in words.holdings()}
    pointing = {
        link.related_model
        for holding in words.holdings()
        for link in holding.model._meta.related_objects
        if not link.field.null and link.related_model in apps.get_models()
    }
    assert pointing <= known
    assert Placement in known
