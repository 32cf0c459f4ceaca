"""What an audience sees is rendered once per change, and only what changed."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from rounds.live import pictures, regions
from rounds.live.doorbell import announce
from rounds.live.pictures import Picture
from rounds.live.regions import ListRegion, Region
from rounds.models import Reaction, Round, Stage
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


class Screen:
    """A small screen whose rendering is counted."""

    def __init__(self) -> None:
        self.title = "one"
        self.rendered: list[str] = []

    def context(self, round: Round) -> dict[str, Any]:
        self.rendered.append("title")
        if self.title == "broken":
            raise RuntimeError("a bug")
        return {}

    def rows(self, round: Round) -> list[tuple[str, Hashable]]:
        self.rendered.append("rows")
        return [(found.pk, found.text) for found in Reaction.objects.of(round).shown()]


class PlainRegion(Region):
    def html(self, round: Round) -> str:
        self.context(round)
        return round.title


class PlainList(ListRegion):
    def row_html(self, key: str, row: Hashable) -> str:
        screen.rendered.append(f"row {row}")
        return f"<li data-key='{key}'>{row}</li>"


screen = Screen()


@pytest.fixture(autouse=True)
def own_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    screen.__init__()  # type: ignore[misc]
    monkeypatch.setattr(regions, "_registered", {})
    monkeypatch.setattr(pictures, "_albums", {})
    named = {"audience": "room", "template": ""}
    regions.register(PlainRegion(name="title", topics=frozenset({"title"}), context=screen.context, **named))  # type: ignore[arg-type]
    regions.register(PlainList(name="list", topics=frozenset({"reactions"}), rows=screen.rows, **named))  # type: ignore[arg-type]


def seen(round: Round) -> Picture:
    return pictures.look(round.pk, ["room"])["room"]


def changed(round: Round, *topics: str) -> None:
    with transaction.atomic():
        announce(round, *topics)


def rendered() -> list[str]:
    was, screen.rendered[:] = list(screen.rendered), []
    return was


def test_a_look_at_the_same_revision_renders_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    first = seen(round)
    assert rendered() == ["rows", "title"]
    with django_assert_num_queries(1):
        assert seen(round) is first
    assert rendered() == []
    assert first.snapshot is first.snapshot


def test_only_what_depends_on_the_topic_is_rendered_and_only_new_rows() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    factories.reaction(round, "a")
    seen(round)
    rendered()
    factories.reaction(round, "b")
    changed(round, "reactions")
    seen(round)
    assert rendered() == ["rows", "row b"]


def test_a_change_says_what_is_new_and_what_is_gone() -> None:
    round = factories.round_(stage=Stage.REFLECTION, title="Before")
    gone, stays = factories.reaction(round, "gone"), factories.reaction(round, "stays")
    old = seen(round)
    Reaction.objects.filter(pk=gone.pk).delete()
    new = factories.reaction(round, "new")
    Round.objects.filter(pk=round.pk).update(title="After")
    changed(round, "reactions", "title")
    picture = seen(round)
    assert json.loads(picture.change_from(old).text) == {
        "t": "change",
        "from": old.revision,
        "revision": picture.revision,
        "stage": "reflection",
        "html": {"title": "After"},
        "rows": {"list": {"put": {new.pk: f"<li data-key='{new.pk}'>new</li>"}, "drop": [gone.pk]}},
    }
    assert list(json.loads(picture.snapshot.text)["rows"]["list"]) == sorted([new.pk, stays.pk])


def test_what_looks_the_same_is_not_a_new_picture() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    first = seen(round)
    changed(round, "title", "reactions")
    changed(round, "something of another audience")
    assert seen(round) is first


def test_a_pictures_number_says_nothing_of_what_happened_unseen() -> None:
    one, other = factories.round_(stage=Stage.REFLECTION), factories.round_(stage=Stage.REFLECTION)
    for _ in range(7):
        changed(other, "gathered")
    assert seen(one).revision == seen(other).revision
    for round in (one, other):
        Round.objects.filter(pk=round.pk).update(title="After")
        changed(round, "title")
    assert seen(one).revision == seen(other).revision


def test_a_number_is_the_same_again_when_what_is_seen_is() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    before = seen(round).revision
    reaction = factories.reaction(round)
    changed(round, "reactions")
    assert seen(round).revision != before
    reaction.delete()
    changed(round, "reactions")
    assert seen(round).revision == before


@pytest.mark.parametrize("what", ["title", "row", "key", "stage"])
def test_whatever_changes_on_the_screen_changes_the_number(what: str) -> None:
    html, rows = {"title": "A"}, {"list": {"k": pictures.row("k", 1, "<li>x</li>")}}
    before = pictures.numbered("story", html, rows)
    after = {
        "title": lambda: pictures.numbered("story", {"title": "B"}, rows),
        "row": lambda: pictures.numbered("story", html, {"list": {"k": pictures.row("k", 1, "<li>y</li>")}}),
        "key": lambda: pictures.numbered("story", html, {"list": {"l": pictures.row("l", 1, "<li>x</li>")}}),
        "stage": lambda: pictures.numbered("silence", html, rows),
    }[what]()
    assert after.revision != before.revision
    unseen = pictures.numbered("story", html, {"list": {"k": pictures.row("k", 2, "<li>x</li>")}})
    assert unseen.revision == before.revision
    assert 0 <= before.revision < 2**53


def test_another_process_gives_the_same_picture_the_same_number_and_a_later_one_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Numbered by when each of them had looked, two would give one number to two pictures: a poll would miss one."""
    round = factories.round_(stage=Stage.REFLECTION)
    here = seen(round).revision
    elsewhere: dict[int, Any] = {}
    changed(round, "something of another audience")
    with monkeypatch.context() as another_process:
        another_process.setattr(pictures, "_albums", elsewhere)
        assert seen(round).revision == here
    Round.objects.filter(pk=round.pk).update(title="After")
    changed(round, "title")
    with monkeypatch.context() as another_process:
        another_process.setattr(pictures, "_albums", elsewhere)
        there = seen(round).revision
    assert there != here
    assert seen(round).revision == there


def test_the_stage_concerns_every_region() -> None:
    round = factories.round_(stage=Stage.SILENCE)
    seen(round)
    rendered()
    Round.objects.filter(pk=round.pk).update(stage=Stage.REFLECTION)
    changed(round, "stage")
    assert seen(round).stage == "reflection"
    assert rendered() == ["rows", "title"]


@pytest.mark.logs_errors
def test_a_region_with_a_bug_leaves_what_was_there_and_the_others_go_on() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    before = seen(round)
    screen.title = "broken"
    factories.reaction(round, "new")
    changed(round, "stage")
    after = seen(round)
    assert after.html == before.html
    assert len(after.rows["list"]) == 1


def test_what_nobody_looks_at_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    round, other = factories.round_(stage=Stage.STORY), factories.round_(stage=Stage.STORY)
    seen(round)
    monkeypatch.setattr(pictures, "FORGOTTEN_AFTER", -1)
    seen(other)
    assert list(pictures._albums) == [other.pk]
