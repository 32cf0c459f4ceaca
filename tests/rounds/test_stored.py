"""What is promised follows the settings; what is stored is described to the last field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from facilitation import sorting
from facilitation.models import Sorting, Weaving
from rounds import keys, reactions, sealing, stages, stored
from rounds.forms.people import SettingsForm
from rounds.live import messages, saying, tickets
from rounds.live.frames import Say
from rounds.models import Programme, Prompt, Reaction, ReleasePolicy, Round, SealedPost, StaffAct, Stage
from tests import factories
from tests.rounds.looking import look, to, wait, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("policies", "said", "unsaid"),
    [
        (
            [ReleasePolicy.TOGETHER],
            "(three where some are kept back), shuffled, when the facilitator opens them.",
            "while people write",
        ),
        (
            [ReleasePolicy.FLOWING],
            "at least seven people’s words at once (three where some are kept back), shuffled, while people write.",
            "facilitator opens them",
        ),
        ([ReleasePolicy.TOGETHER, ReleasePolicy.FLOWING], "The questions differ:", "shown together with others:"),
    ],
)
def test_the_promise_follows_the_rounds_settings(policies: list[str], said: str, unsaid: str) -> None:
    round = factories.round_(stage=Stage.ARRIVAL, floor=7)
    round.prompts.all().delete()
    for policy in policies:
        Prompt.objects.create(round=round, text="?", policy=policy)
    promise = words(look(round)["promise"])
    assert "before the room has reached seven" in promise
    assert said in promise
    assert unsaid not in promise


@pytest.mark.parametrize("policy", list(ReleasePolicy))
def test_the_phone_says_where_people_write_what_the_promise_said(policy: ReleasePolicy) -> None:
    round = factories.round_(stage=Stage.REFLECTION, floor=3)
    round.prompts.update(policy=policy)
    at_least = "three" if policy == ReleasePolicy.TOGETHER else "five"
    note = words(look(round)["reflection"])
    said = note[note.index("What you write is shown together") :]
    said = said[: said.index("never shown.")] + "never shown."
    assert f"at least {at_least} people’s words" in said
    assert ("three where some are kept back" in said) == (at_least != "three")
    assert "if fewer than three people wrote at all" in said
    assert said in stored.promises(round)


@pytest.mark.parametrize("where", ["join", "room"])
def test_the_promise_is_one_sentence(client: Client, where: str) -> None:
    said = words(client.get("/j").content.decode()) if where == "join" else words(promised())
    assert (
        "After a round is closed, nobody holding the database, its backups and every log can say who wrote what better "
        "than by guessing, and while it is open your reaction is only ever shown together with others." in said
    )


def promised(**fields: Any) -> str:
    return look(factories.round_(stage=Stage.ARRIVAL, **fields))["promise"]


def test_how_long_words_are_kept_is_said_as_it_was_when_the_doors_opened(client: Client) -> None:
    said = words(promised(words_days=3, words_days_at_most=40))
    assert "goes for good three days after the facilitators have signed the themes off, and 40 days after" in said
    assert "goes for good one day after the facilitators" in words(promised(words_days=1))
    at_the_door = words(client.get("/j").content.decode())
    assert "at most 30 days after the facilitators have signed the themes off, and at most 180 days" in at_the_door


def test_encryption_is_only_promised_where_there_is_some(settings: Settings) -> None:
    settings.HTTPS = True
    assert "On its way here what you write is encrypted." in stored.promises()
    assert not any("is not encrypted" in limit for limit in stored.limits())
    settings.HTTPS = False
    assert not any("encrypted" in promise for promise in stored.promises())
    assert any("This site is not encrypted" in limit for limit in stored.limits())


@pytest.mark.parametrize("told", [False, True])
def test_a_language_model_that_reads_along_is_said(settings: Settings, told: bool) -> None:  # noqa: FBT001
    settings.OWN_MODEL_URL = "http://model.internal/v1"
    sentence = "What is shown to the room is also given to a language model on this organisation’s own network"
    assert (sentence in words(promised(own_model=told))) == told
    assert any("In some rounds" in promise for promise in stored.promises())
    settings.OWN_MODEL_URL = ""
    assert not any("language model" in promise for promise in stored.promises())


def test_the_promise_knows_its_limits(settings: Settings) -> None:
    settings.HTTPS = True
    promise = words(look(factories.round_(stage=Stage.ARRIVAL))["promise"])
    for limit in (
        "how you write",
        "the only one typing",
        "joins several times",
        "tampered with",
        "on their own network",
    ):
        assert limit in promise


def test_the_promise_says_what_is_read_outside_the_room(client: Client) -> None:
    promise = words(look(factories.round_(stage=Stage.ARRIVAL))["promise"])
    assert "but for words that may become a theme’s title" in promise
    assert "Theme titles and actions are read outside the room too." in promise
    assert "A few of its words may become a theme’s title." in words(client.get("/stored/").content.decode())


def test_the_settings_say_what_the_told_back_page_shows() -> None:
    said = str(SettingsForm.base_fields["told_back_is_public"].help_text)
    assert "theme titles, which may be words somebody wrote" in said


def test_every_field_of_every_described_table_is_shown(client: Client) -> None:
    said = words(client.get("/stored/").content.decode())
    for model in stored.described():
        for field in model._meta.concrete_fields:
            assert f" {field.name} " in said, (model, field.name)


def test_a_field_that_nobody_described_stops_the_start() -> None:
    with pytest.raises(ValueError, match="feelings"):
        stored.describe(Reaction, name="", why="", until="", examples={"id": "x"})


def everything() -> dict[type[Model], list[tuple[object, ...]]]:
    models = apps.get_models(include_auto_created=True)
    return {model: sorted(model._default_manager.values_list(), key=repr) for model in models}


def every_act(round: Round) -> Iterator[tuple[Stage, str, dict[str, list[str]]]]:
    """One of everything a participant can say, with the stage it can be said in."""
    assert round.current_prompt is not None
    reaction, theme, proposal = factories.reaction(round), factories.theme(round), factories.proposal(round)
    prompt = [round.current_prompt.public_id]
    yield Stage.REFLECTION, "react", {"prompt": prompt, "text": ["I sat down."], "feelings": ["tender"]}
    yield Stage.REFLECTION, "mine_too", {"reaction": [reaction.pk]}
    yield Stage.THREADS, "rings_true", {"theme": [theme.public_id]}
    Sorting.objects.create(round=round, ends_at=timezone.now())
    cards = [factories.reaction(round).pk for _ in range(3)]
    hand = {"hand": [sorting.mark(round, cards)], "cards": [" ".join(cards)]}
    yield Stage.THREADS, "sort", {**hand, "together": cards[:2]}
    yield Stage.CIRCLE, "barrier", {"theme": [theme.public_id], "barrier": ["space_and_kit"]}
    yield Stage.CIRCLE, "propose", {"theme": [""], "offer": ["change"], "text": ["A chair by every bed"]}
    yield Stage.CIRCLE, "help", {"proposal": [proposal.pk]}
    yield Stage.CLOSING, "feedback", {"stays": ["yes"]}
    yield Stage.CLOSING, "staff_group", {"group": ["students"]}


@pytest.mark.django_db(transaction=True)
def test_every_table_that_anything_said_can_reach_is_described() -> None:
    round = factories.round_(stage=Stage.REFLECTION, staff_groups=["students"], crossed_threshold=True)
    acts = list(every_act(round))
    alice = factories.facilitator(of=round.programme)
    assert {what for _, what, _ in acts} == set(messages._registered)
    wait(round, 6)
    guest = tickets.admit(tickets.for_room(round))
    before = everything()
    for number, (stage, what, fields) in enumerate(acts):
        to(round, stage)
        answer = saying.say(guest, Say(what=what, nonce=f"nonce-of-something-{number}", fields=fields))
        assert answer["t"] == "saved", (what, answer)
    reactions.release(round=to(round, Stage.THREADS), by=alice)
    stages.move(round=to(round, Stage.CIRCLE), seen=Stage.CIRCLE, to=Stage.CLOSING, by=alice)
    sealing.seal(round=to(round, Stage.CLOSED))
    after = everything()
    changed = {model for model in after if after[model] != before[model]}
    of_staff = {Round, StaffAct, Weaving}
    assert changed - of_staff <= stored.described()
    assert {Reaction, SealedPost} <= changed


@pytest.mark.django_db(transaction=True)
def test_after_the_close_nothing_new_is_taken_whatever_it_is() -> None:
    round = factories.round_(stage=Stage.REFLECTION, staff_groups=["students"], crossed_threshold=True)
    acts = list(every_act(round))
    guest = tickets.admit(tickets.for_room(to(round, Stage.CLOSED)))
    before = everything()
    for number, (_, what, fields) in enumerate(acts):
        answer = saying.say(guest, Say(what=what, nonce=f"nonce-of-something-{number}", fields=fields))
        assert (what, answer.get("because")) == (what, saying.OVER)
    assert everything() == before


def test_a_whole_programme_sees_nothing_of_another(client: Client) -> None:
    mine, theirs = factories.round_(stage=Stage.THREADS), factories.round_(factories.programme("Hillside"))
    factories.reaction(mine, "mine alone")
    to(theirs, Stage.THREADS)
    keys.make(theirs)
    assert isinstance(theirs.programme, Programme)
    assert "mine alone" not in "".join(look(theirs).values())
