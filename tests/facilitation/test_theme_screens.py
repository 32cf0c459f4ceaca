"""Themes on the screens and the presses that make them; who may press."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from facilitation import themes
from facilitation.models import Theme
from rounds.live import messages, regions
from rounds.live.messages import Sender
from rounds.live.regions import ListRegion, Region
from rounds.models import Programme, Reaction, Round, Stage, User
from tests import factories
from tests.facilitation.seen import press, shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture
def round(programme: Programme) -> Round:
    return factories.round_(programme, stage=S.THREADS)


def lying(theme: Theme) -> set[str]:
    return set(theme.placements.values_list("reaction_id", flat=True))


def test_the_order_on_the_phones_does_not_follow_the_voices(alice: User, round: Round) -> None:
    for title in ("First", "Second"):
        themes.make(round=round, title=title, by=alice)
    second = Theme.objects.get(title="Second")
    for voice in "abcd":
        themes.rings_true(sender=Sender(round=round, voice=voice), nonce="n", theme=second.public_id)
    html = shown("room", "themes", round)
    assert html.index("First") < html.index("Second")


def test_the_room_sees_only_released_sentences_and_no_numbers(round: Round) -> None:
    held = factories.reaction(round, "held back", state=Reaction.State.HELD)
    seen = [factories.reaction(round, f"sentence {word}") for word in ("one", "two", "three", "four")]
    factories.lay(factories.theme(round, "Waiting"), held, *seen)
    for audience, name in (("room", "themes"), ("wall", "themes"), ("console", "weave")):
        html = shown(audience, name, round)  # type: ignore[arg-type]
        assert "Waiting" in html
        assert "held back" not in html
        assert not re.search(r">\s*\d+\s*<", html)
    assert "sentence" in shown("wall", "themes", round)
    assert "sentence four" in shown("room", "themes", round)


def test_words_people_wrote_stay_words_on_every_screen(round: Round) -> None:
    factories.lay(factories.theme(round, "<b>x</b>"), factories.reaction(round, "<script>alert(1)</script>"))
    for audience, name in (("room", "themes"), ("wall", "themes"), ("console", "weave")):
        html = shown(audience, name, round)  # type: ignore[arg-type]
        assert "<script>" not in html
        assert "<b>" not in html


def test_a_crowded_wall_keeps_to_titles(round: Round) -> None:
    for number in range(20):
        factories.lay(factories.theme(round, f"Title {number}"), factories.reaction(round, "a sentence " * 12))
    html = shown("wall", "themes", round)
    assert html.count("pile__title") == 20
    assert "a sentence" not in html


def test_a_theme_in_somebodys_words_says_them_on_the_wall_once(round: Round) -> None:
    sentences = [factories.reaction(round, words) for words in ("There was no chair.", "I stood there.")]
    factories.lay(factories.theme(round, "There was no chair."), *sentences)
    html = shown("wall", "themes", round)
    assert html.count("There was no chair.") == 1
    assert "I stood there." in html


ASKS = {"weave_head": 5, "weave_preview": 1, "weave": 3, "loose": 3, "left_out": 1, "weave_bar": 7, "weave_steps": 1}


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize("count", [1, 3])
def test_the_board_asks_the_database_as_often_for_one_as_for_three(
    round: Round, name: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        factories.lay(factories.theme(round), factories.reaction(round))
        factories.reaction(round)
    region = next(r for r in regions.of("console") if r.name == name)
    fresh = Round.objects.select_related("programme", "continues").get(pk=round.pk)
    with django_assert_num_queries(ASKS[name]):
        region.html(fresh) if isinstance(region, Region) else list(region.current(fresh))


@pytest.mark.parametrize("count", [1, 3])
def test_the_phones_rows_ask_as_often_for_one_as_for_three(
    round: Round, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        factories.lay(factories.theme(round), factories.reaction(round))
    region = next(r for r in regions.of("room") if r.name == "themes")
    assert isinstance(region, ListRegion)
    with django_assert_num_queries(4):
        assert len(region.current(round)) == count


def test_a_thousand_sentences_move_at_once(desk: Client, round: Round) -> None:
    assert round.current_prompt is not None
    theme = factories.theme(round, "Time")
    made = Reaction.objects.bulk_create(Reaction(prompt=round.current_prompt, text=f"{n}") for n in range(1000))
    ids = [one.pk for one in made]
    assert press(desk, "theme-place", round, theme=theme.public_id, reaction=ids) == (
        200,
        "Moved 1000 sentences to “Time”.",
    )
    assert lying(theme) == set(ids)


def test_ticked_sentences_move_and_the_answer_says_so(desk: Client, round: Round) -> None:
    theme, ids = factories.theme(round, "Time"), [factories.reaction(round).pk for _ in range(3)]
    assert press(desk, "theme-place", round, theme=theme.public_id, reaction=ids) == (
        200,
        "Moved 3 sentences to “Time”.",
    )
    assert lying(theme) == set(ids)
    assert press(desk, "theme-place", round, theme="", reaction=ids[0]) == (
        200,
        "Moved one sentence to the loose ones.",
    )
    assert press(desk, "theme-place", round, theme="")[0] == 409


def test_a_press_on_a_theme_that_is_gone_is_refused_in_words(desk: Client, round: Round) -> None:
    status, words = press(desk, "theme-rename", round, "gone", title="New")
    assert (status, words) == (409, "That theme is not here any more. Somebody may have merged it or taken it away.")


def test_every_press_of_the_panel_reaches_its_verb(desk: Client, round: Round) -> None:
    one, two = factories.reaction(round), factories.reaction(round)
    made = press(desk, "theme-make", round, title="A & B", reaction=[one.pk, two.pk])
    assert made == (200, "“A &amp; B” is a theme now.")
    theme = Theme.objects.get()
    assert press(desk, "theme-split", round, theme.public_id, title="Own", reaction=[two.pk])[0] == 200
    own = Theme.objects.get(title="Own")
    assert press(desk, "theme-up", round, own.public_id)[1] == "Moved “Own” up."
    assert press(desk, "theme-down", round, own.public_id)[1] == "Moved “Own” down."
    assert press(desk, "theme-hold", round, own.public_id, held="true")[1] == "“Own” is to be held, not fixed."
    assert press(desk, "theme-hold", round, own.public_id, held="false")[1] == "“Own” is open again."
    assert press(desk, "theme-merge", round, theme=own.public_id, into=theme.public_id)[0] == 200
    assert lying(theme) == {one.pk, two.pk}
    assert press(desk, "theme-remove", round, theme.public_id)[0] == 200
    assert not Theme.objects.exists()


PRESSES: list[tuple[str, Callable[[Theme], list[str]]]] = [
    *(
        (f"theme-{verb}", lambda theme: [])
        for verb in ("make", "place", "propose", "look-again", "choose", "merge", "undo", "redo")
    ),
    *(
        (f"theme-{verb}", lambda theme: [theme.public_id])
        for verb in ("rename", "split", "up", "down", "remove", "hold", "take", "dismiss")
    ),
]


@pytest.mark.parametrize(("name", "ids"), PRESSES, ids=[name for name, _ in PRESSES])
def test_a_stranger_and_a_clinical_lead_find_nothing_at_any_address(
    round: Round, name: str, ids: Callable[[Theme], list[str]]
) -> None:
    theme = factories.theme(round)
    charlie = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
    bob = factories.clinical_lead("bob", of=round.programme)
    for person in (charlie, bob):
        client = Client()
        client.force_login(person)
        assert press(client, name, round, *ids(theme), title="x", theme=theme.public_id, into="x")[0] == 404
    assert Client().post(reverse(name, args=[round.public_id, *ids(theme)])).status_code == 302
    assert Theme.objects.get().title == theme.title


def test_rings_true_is_a_message_with_a_form() -> None:
    message = messages.named("rings_true")
    assert message is not None
    assert message.form({"theme": "x" * 41}).is_valid() is False
    assert message.form({}).is_valid() is False


def test_with_nothing_to_weave_there_is_a_sentence_and_no_tools(round: Round) -> None:
    assert "Sentences appear here once" in shown("console", "weave_head", round)
    assert shown("console", "weave_bar", round) == ""
    factories.reaction(round)
    assert "Move to …" in shown("console", "weave_bar", round)
