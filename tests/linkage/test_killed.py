"""A real process is killed at every step of the seal; whoever comes next ends where an undisturbed seal ends."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from facilitation.models import Action, Placement, Proposal, ProposedGroup
from rounds import keys
from rounds.models import Feedback, Reaction, Round, SealedPost, Spent, Stage, Tally, Voice
from tests.linkage import dumps
from tests.linkage.acts import Size
from tests.linkage.conftest import FULL
from tests.linkage.hour import FLOWING, TOGETHER, Hour, programme
from tests.linkage.killing import NEVER, Executioner, executioner
from tests.linkage.report import Report
from tests.linkage.stores import Store

SIZE = Size(posts=24, taps=12, proposals=10, forms=8)
STEPS_AT_MOST = NEVER if FULL else 12  # of them all, each run others
CHANCES = 60 if FULL else 4
KILLED = -9


@dataclass(frozen=True)
class Scene:
    """A store with a closed round that is not sealed yet, to be copied for each kill."""

    store: Store
    marks: frozenset[str]
    hangman: Executioner
    steps: int
    sealed: dict[str, Any]  # what an undisturbed seal leaves


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, migrated: Store) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("killed")
    store = migrated.copied(folder / "closed")
    with store.opened():
        hour = Hour(programme(), SIZE, random.Random(4), (FLOWING, TOGETHER))
        hour.hold()
    with executioner(folder / "unused") as hangman:
        calm = store.copied(folder / "calm")
        assert hangman.seal(calm.name, calm.data) == 0
        steps = int((calm.data / "steps").read_text())
        yield Scene(store, frozenset(hour.marks), hangman, steps, left_in(calm))
    calm.removed()
    store.removed()


def left_in(store: Store) -> dict[str, Any]:
    """What stands in a sealed store, ids replaced by the words they stand for."""
    with store.opened():
        round = Round.objects.get(stage=Stage.CLOSED)
        named = dict(Reaction.objects.values_list("pk", "text")) | dict(Proposal.objects.values_list("pk", "text"))
        return {
            "reactions": sorted(map(repr, Reaction.objects.values_list("text", "feelings", "state", "prompt"))),
            "placements": sorted(Placement.objects.values_list("theme__title", "reaction__text")),
            "sums": sorted((kind, named.get(target, target), count) for kind, target, count in _sums(round)),
            "feedback": sorted(json.dumps(form.answers, sort_keys=True) for form in Feedback.objects.all()),
            "proposals": sorted(map(repr, Proposal.objects.values_list("text", "theme", "offer", "set_aside"))),
            "actions": sorted(Action.objects.values_list("statement", "from_proposal__text")),
            "left": {model.__name__: model._default_manager.count() for model in (SealedPost, Spent, Voice)},
            "groups": ProposedGroup.objects.count(),
            "is sealed": round.sealed_at is not None,
            "has a key": keys.exists(round),
            "key files": sorted(path.name.rpartition(".")[2] for path in store.keys.glob("round-*")),
        }


def _sums(round: Round) -> Any:
    return Tally.objects.filter(round=round).values_list("kind", "target", "count")


def remnants(store: Store, marks: frozenset[str]) -> list[str]:
    with store.opened():
        files = dumps.taken().files
    return [name for name, content in files.items() if any(mark.encode() in content for mark in marks)]


def test_an_undisturbed_seal_leaves_everything_and_no_trace(scene: Scene) -> None:
    assert len(scene.sealed["reactions"]) == SIZE.posts
    assert len(scene.sealed["proposals"]) == SIZE.proposals
    assert len(scene.sealed["feedback"]) == SIZE.forms
    assert {kind for kind, _, _ in scene.sealed["sums"]} == {"mine_too", "rings_true", "barrier", "help", "staff_group"}
    assert scene.sealed["left"] == {"SealedPost": 0, "Spent": 0, "Voice": 0}
    assert scene.sealed["is sealed"]
    assert scene.sealed["key files"] == []


def test_killed_at_any_step_the_next_seal_ends_in_the_same_place(scene: Scene, tmp_path: Path, report: Report) -> None:
    assert scene.steps > 30
    steps = range(1, scene.steps + 1)
    chosen = steps if len(steps) <= STEPS_AT_MOST else random.sample(steps, STEPS_AT_MOST)
    for at in chosen:
        check_killed(scene, tmp_path / f"step-{at}", at=at)
    report.check(
        f"sealing killed at {len(chosen)} of {scene.steps} steps, then sealed again", "same state", "same state"
    )


def test_killed_at_any_moment_the_next_seal_ends_in_the_same_place(
    scene: Scene, tmp_path: Path, report: Report
) -> None:
    killed = 0
    for number in range(CHANCES):
        after = random.uniform(0.01, 0.4)
        killed += check_killed(scene, tmp_path / f"moment-{number}", after=after)
    for number in range(0 if killed else 20):  # a fast machine may have been done before each of these moments
        killed += check_killed(scene, tmp_path / f"early-{number}", after=0.1 * 0.7**number)
        if killed:
            break
    report.check(f"sealing killed at {killed} moments of chance, then sealed again", "same state", "same state")
    assert killed


def check_killed(scene: Scene, data: Path, *, at: int = NEVER, after: float | None = None) -> bool:
    """Kill a seal there, seal once more, and compare; returns whether the first was killed."""
    store = scene.store.copied(data)
    first = scene.hangman.seal(store.name, store.data, at=at, after=after)
    assert first == KILLED or at == NEVER, at
    assert scene.hangman.seal(store.name, store.data) == 0
    assert left_in(store) == scene.sealed, (at, after)
    if FULL or at % 4 == 0:
        assert remnants(store, scene.marks) == [], (at, after)
    store.removed()
    return first == KILLED


def test_the_check_sees_a_seal_that_loses_something(scene: Scene, tmp_path: Path) -> None:
    store = scene.store.copied(tmp_path / "without-key")
    for path in store.keys.glob("round-*"):  # as a seal that destroys the key first would leave it
        path.unlink()
    assert scene.hangman.seal(store.name, store.data) == 0
    assert left_in(store)["feedback"] == []
    assert left_in(store) != scene.sealed
    store.removed()


def test_the_check_sees_what_an_unfinished_seal_leaves_behind(scene: Scene, tmp_path: Path) -> None:
    store = scene.store.copied(tmp_path / "unfinished")
    assert scene.hangman.seal(store.name, store.data, at=scene.steps - 6) == KILLED
    assert left_in(store)["key files"]
    store.removed()
