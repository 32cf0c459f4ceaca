"""A language model of the organisation's own: asked only where people were told, believed only after checking."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from facilitation import chat, groups, own_model
from facilitation.clustering import Pins
from facilitation.models import ProposedGroup
from rounds import stages, stored
from rounds.forms.people import SettingsForm
from rounds.models import Role, Round, Stage, User
from tests import factories
from tests.facilitation import fake_model
from tests.facilitation.fake_model import Answer, Model, giving, model, saying

pytestmark = pytest.mark.django_db
TEXTS = (
    "A chair by the bed.",
    "The bleep went off.",
    "My own father.",
    "No chair at all.",
    "Bleep, bleep.",
    "A flute.",
)
GROUPS = {"groups": [[0, 3], [1, 4]]}


@pytest.fixture
def alice() -> User:
    return factories.facilitator("alice", of=factories.programme(own_model_on=True))


@pytest.fixture
def round(alice: User) -> Round:
    made = factories.round_(alice.memberships.get().programme, stage=Stage.THREADS, own_model=True)
    for text in TEXTS:
        factories.reaction(made, text)
    return made


@pytest.fixture
def well_behaved(settings: Settings) -> Iterator[Model]:
    with model(saying(json.dumps(GROUPS))) as server:
        settings.OWN_MODEL_URL = server.url
        yield server


def asked_for(server: Model) -> list[str]:
    """The sentences of the last question, in the order of their numbers."""
    lines = server.asked[-1]["messages"][1]["content"].splitlines()
    return [line.split(": ", 1)[1] for line in lines]


def proposed() -> list[set[str]]:
    return [set(group.reaction_ids) for group in ProposedGroup.objects.filter(state="waiting")]


def test_the_groups_a_model_names_are_proposed_under_titles_of_peoples_own_words(
    alice: User, round: Round, well_behaved: Model, settings: Settings
) -> None:
    settings.OWN_MODEL_KEY = "a-key"
    settings.OWN_MODEL_NAME = "small"
    groups.propose_groups(round=round, by=alice)
    ids = {text: one.pk for one in groups.loose_reactions(round) for text in [one.text]}
    said = [ids[text] for text in asked_for(well_behaved)]
    assert sorted(asked_for(well_behaved)) == sorted(TEXTS)
    for pair in ({said[0], said[3]}, {said[1], said[4]}):
        assert any(pair <= group for group in proposed())
    assert not any({said[0], said[1]} <= group for group in proposed())
    for group in ProposedGroup.objects.all():
        assert all(any(title in text for text in TEXTS) for title in group.titles)
    question = well_behaved.asked[0]
    assert (question["path"], question["model"]) == ("/v1/chat/completions", "small")
    assert question["headers"]["Authorization"] == "Bearer a-key"
    assert not any(one in json.dumps(question["messages"]) for one in ids.values())


@pytest.mark.parametrize("why", ["installation", "programme", "doors", "machine"])
def test_a_model_is_not_asked_unless_everybody_has_said_so(
    alice: User, round: Round, well_behaved: Model, settings: Settings, why: str
) -> None:
    if why == "installation":
        settings.OWN_MODEL_URL = ""
    Round.objects.update(own_model=why != "doors")
    programme = round.programme
    programme.own_model_on, programme.machine_on = why != "programme", why != "machine"
    programme.save()
    fresh = Round.objects.select_related("programme").get(pk=round.pk)
    assert (
        own_model.with_its_groups(Pins(), groups._sentences(round, groups.loose_reactions(round)), round=fresh)
        == Pins()
    )
    assert well_behaved.asked == []


NONSENSE: dict[str, Answer] = {
    "no JSON": giving(b"Certainly! Here are your groups."),
    "another JSON": giving(b"[]"),
    "no choice": giving(b'{"choices": []}'),
    "empty": giving(b""),
    "words of its own": saying("I see three themes: grief, time and noise."),
    "fenced": saying('```json\n{"groups": [[0, 1]]}\n```'),
    "no text": saying(None),
    "titles of its own": saying(json.dumps({**GROUPS, "titles": ["Grief", "Noise"]})),
    "titled groups": saying(json.dumps({"groups": [{"title": "Grief", "ids": [0, 1]}]})),
    "made-up numbers": saying(json.dumps({"groups": [[0, 99]]})),
    "below nought": saying(json.dumps({"groups": [[0, -1]]})),
    "a number twice": saying(json.dumps({"groups": [[0, 1], [1, 2]]})),
    "truth values": saying(json.dumps({"groups": [[True, False]]})),
    "fractions": saying(json.dumps({"groups": [[0.0, 1.0]]})),
    "one alone": saying(json.dumps({"groups": [[0]]})),
    "all in one": saying(json.dumps({"groups": [[0, 1, 2, 3, 4, 5]]})),
    "no group": saying(json.dumps({"groups": []})),
    "too many groups": saying(json.dumps({"groups": [[0, 1]] * 41})),
    "very deep": saying("[" * 100_000),
    "error": giving(b"{}", 500),
    "refused": giving(b"{}", 401),
    "redirect": giving(b"", 307, Location="/elsewhere"),
    "cut off": fake_model.cut_off,
}
SLOW: dict[str, Answer] = {
    "silent": fake_model.silent,
    "dripping": fake_model.dripping,
    "slow headers": fake_model.slow_headers,
    "endless": fake_model.endless,
}


@pytest.mark.parametrize("kind", [*NONSENSE, *SLOW])
def test_whatever_else_it_says_the_proposal_is_the_one_made_here(
    alice: User,
    round: Round,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    if kind in SLOW:
        monkeypatch.setattr(chat, "DEADLINE", 2.0)
    groups.propose_groups(round=round, by=alice)
    here = sorted(map(sorted, proposed()))
    ProposedGroup.objects.all().delete()
    with model({**NONSENSE, **SLOW}[kind]) as server, caplog.at_level(logging.DEBUG):
        settings.OWN_MODEL_URL = server.url
        began = time.monotonic()
        groups.propose_groups(round=round, by=alice)
        took = time.monotonic() - began
    assert sorted(map(sorted, proposed())) == here
    assert [question["path"] for question in server.asked] == ["/v1/chat/completions"]
    assert took < fake_model.GIVES_UP_AFTER  # by the deadline of two seconds, and not by a slow server
    said = " ".join(record.getMessage() for record in caplog.records if record.name == own_model.__name__)
    assert said.startswith("The organisation's own model gave no answer that could be used")
    assert not any(text in said for text in TEXTS)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/v1", "ftp://127.0.0.1/", "http://", "http://host:port/", "nonsense"]
)
def test_an_address_where_nobody_answers_is_no_obstacle(
    alice: User, round: Round, settings: Settings, url: str
) -> None:
    settings.OWN_MODEL_URL = url
    assert groups.propose_groups(round=round, by=alice) >= 0


def test_proxies_of_the_environment_are_not_used(
    alice: User, round: Round, well_behaved: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    groups.propose_groups(round=round, by=alice)
    assert len(well_behaved.asked) == 1


def test_people_come_before_the_model() -> None:
    pinned = Pins(together=(frozenset("ab"), frozenset("cd")), apart=(("a", "c"), ("e", "a")))
    both = own_model.added(pinned, [["a", "b", "c", "f"], ["e", "g", "h"], ["i", "j"], ["k", "d"]])
    assert both.together == (frozenset("abf"), frozenset("cdk"), frozenset("gh"), frozenset("ij"))
    assert both.apart[:2] == pinned.apart
    assert set(both.apart[2:]) == {("g", "i")}


def test_people_are_told_as_the_doors_open_and_what_they_were_told_stays(alice: User, settings: Settings) -> None:
    settings.OWN_MODEL_URL = "http://127.0.0.1:1/v1"
    planned = factories.round_(alice.memberships.get().programme)
    tells = "language model on this organisation’s own network"
    assert any(tells in promise for promise in stored.promises(planned))
    stages.move(round=planned, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    planned.programme.own_model_on = False
    planned.programme.save()
    opened = Round.objects.get(pk=planned.pk)
    assert opened.own_model
    assert any(tells in promise for promise in stored.promises(opened))
    assert not own_model.may_read(opened)
    later = factories.round_(planned.programme)
    stages.move(round=later, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    planned.programme.own_model_on = True
    planned.programme.save()
    assert not own_model.may_read(Round.objects.get(pk=later.pk))
    assert not any(tells in promise for promise in stored.promises(Round.objects.get(pk=later.pk)))


def test_without_a_model_nothing_is_said_or_offered(client: Client, alice: User, settings: Settings) -> None:
    programme = alice.memberships.get().programme
    assert "own_model_on" not in SettingsForm().fields
    assert not any("language model" in promise for promise in stored.promises())
    dora = factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR,))
    client.force_login(dora)
    page = reverse("programme-settings", args=[programme.public_id])
    assert "language model" not in client.get(page).content.decode()
    settings.OWN_MODEL_URL = "http://127.0.0.1:1/v1"
    assert "Let the organisation’s own language model" in client.get(page).content.decode()
    assert any("language model" in promise for promise in stored.promises())
