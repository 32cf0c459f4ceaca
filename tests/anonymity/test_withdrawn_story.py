"""A withdrawn story, followed everywhere: no page, file, screen, mail, log or backup says a word of it any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from facilitation.models import Action, Theme
from rounds import planning, sealing, stories
from rounds.backups import taking
from rounds.models import Kind, Preparation, Reaction, Role, Round, Stage, Story, User
from rounds.plans import PlannedStory, PlannedTeller
from rounds.purge import _texts_in
from tests import factories
from tests.anonymity.reading import pages, read, unpacked
from tests.rounds.looking import look

pytestmark = pytest.mark.django_db
STORY = ("heliotrope", "wombat", "quince", "bassoon", "isinglass", "tamarind")  # each is in one part of the story
WRITTEN = "vermilion"  # what people wrote to it


class Hospital:
    """One story, planned, rehearsed, told and followed by a circle that is open; everything that can be made of it."""

    def __init__(self) -> None:
        self.programme = factories.programme()
        self.dora: User = factories.person("dora", of=self.programme, roles=tuple(Role))
        title, note, role, like, meant, notes = STORY
        teller = PlannedTeller(role=role, what_it_was_like=f"It was {like}.", what_it_meant=f"It meant {meant}.")
        plan = factories.a_plan(
            title=f"The {title}",
            content_note=note,
            facilitators=(self.dora,),
            story=PlannedStory(storytellers=(teller,), private_notes=notes),
        )
        self.told = planning.plan(programme=self.programme, plan=plan, by=self.dora)
        Preparation.objects.create(storyteller=self.told.story.tellers[0])
        self.rehearsal = planning.rehearsal_copy(round=self.told, by=self.dora)
        self.told.current_prompt = self.told.prompts.first()
        self.told.stage, self.told.closed_at = Stage.CLOSED, timezone.now()
        self.told.reached_reflection = self.told.crossed_threshold = True
        self.told.save()
        said = factories.reaction(self.told, f"It was all {WRITTEN} to me when she said it.")
        theme = factories.lay(factories.theme(self.told, f"It was all {WRITTEN} to me"), said)
        factories.agreed(self.told, by=self.dora, statement="put a chair by every bed").themes.add(theme)
        sealing.seal(round=self.told)
        self.circle = factories.round_(
            self.programme, kind=Kind.CIRCLE, continues=self.told, title=f"Circle: The {title}", stage=Stage.CIRCLE
        )
        Story.objects.filter(round=self.circle).delete()  # it has none of its own
        self.told.refresh_from_db()

    @property
    def rounds(self) -> tuple[Round, ...]:
        return (self.told, self.rehearsal, self.circle)


@pytest.fixture
def hospital() -> Hospital:
    return Hospital()


def everything(hospital: Hospital) -> Iterator[tuple[str, str]]:
    """(address, what stands there) of every address of ours, as somebody with every role reads it."""
    filled = {"programme_id": hospital.programme.public_id, "token": hospital.programme.told_back_token}
    filled["action_id"] = Action.objects.values_list("public_id", flat=True)[0]
    filled["theme_id"] = Theme.objects.values_list("public_id", flat=True)[0]
    return pages(hospital.dora, hospital.rounds, **filled)


def said(text: str, *more: str) -> set[str]:
    return {word for word in (*STORY, *more) if word in text}


def test_a_withdrawn_story_is_on_no_page_and_no_screen_and_in_no_mail_log_or_backup(
    hospital: Hospital, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dora = Client()
    dora.force_login(hospital.dora)
    before = said(read(dora.get(f"/rounds/{hospital.told.public_id}/")))
    assert before == set(STORY)  # all of it is there, until it is withdrawn

    caplog.set_level(logging.INFO)
    stories.withdraw(round=hospital.told, by=hospital.dora)

    assert [path for path, text in everything(hospital) if said(text)] == []
    for audience in ("room", "wall", "console"):
        for round in hospital.rounds:
            assert said(" ".join(look(round, audience).values())) == set()
    assert "has taken it back" in look(hospital.circle)["changes"]
    Round.objects.filter(pk=hospital.circle.pk).update(stage=Stage.PLANNED)
    call_command("tick", verbosity=0)
    assert said(unpacked(taking.take(to=tmp_path / "backups")), WRITTEN) == set()
    assert said(" ".join(f"{one.subject} {one.body}" for one in mail.outbox)) == set()
    assert said(caplog.text) == set()
    assert Reaction.objects.of(hospital.told).count() == 1  # kept, without the story


def test_a_story_that_went_with_what_people_wrote_is_in_no_row_either(hospital: Hospital, tmp_path: Path) -> None:
    Round.objects.filter(pk=hospital.circle.pk).update(starts_at=timezone.now() + timedelta(days=9))

    stories.withdraw(round=hospital.told, by=hospital.dora, let_go=True)

    tables = [model for app in ("rounds", "facilitation") for model in apps.get_app_config(app).get_models()]
    assert {model.__name__ for model in tables if said("\n".join(_texts_in(model)), WRITTEN)} == set()
    assert [path for path, text in everything(hospital) if said(text, WRITTEN)] == []
    assert Action.objects.get().statement == "put a chair by every bed"  # what the room agreed on stays
