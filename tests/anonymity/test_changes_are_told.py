"""What changes, while a round is open, of what people were promised: everybody in the room is told, also latecomers."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import planning, programmes, rooms
from rounds.forms.people import SettingsForm
from rounds.forms.planner import Planner
from rounds.live import pictures
from rounds.models import Programme, Prompt, Role, Round, StaffAct, Stage, User
from rounds.plans import Adjustment
from rounds.refusals import Refused
from rounds.timings import usual
from tests import factories
from tests.rounds.looking import look, words

pytestmark = pytest.mark.django_db
OPEN = [stage for stage in Stage if stage not in (Stage.PLANNED, Stage.CLOSED)]
TYPED = {
    "name": "Riverside",
    "support_card": "Chaplaincy",
    "floor": "5",
    "machine_on": "on",
    "told_back_is_public": "on",
    "told_back_name": "riverside",
    "words_days": "14",
    "words_days_at_most": "90",
}


@pytest.fixture
def dora() -> User:
    return factories.person("dora", of=factories.programme(), roles=(Role.ADMINISTRATOR, Role.FACILITATOR))


@pytest.fixture
def programme(dora: User) -> Programme:
    return dora.memberships.all()[0].programme


def told(round: Round) -> list[str]:
    """What phones and wall say of it: the same."""
    phone, wall = (words(look(round, audience).get("changes", "")) for audience in ("room", "wall"))
    assert phone == wall
    return StaffAct.objects.told(round) if phone else []


def settle(client: Client, programme: Programme, **typed: str) -> None:
    programme.refresh_from_db()
    kept = {name: value for name, value in {**TYPED, **typed}.items() if value} | {"seen": programmes.mark(programme)}
    assert client.post(reverse("programme-settings", args=[programme.public_id]), kept).status_code == 302


@pytest.mark.parametrize("stage", OPEN)
def test_a_locked_door_is_told_in_every_stage_and_its_opening_takes_the_place_of_it(
    dora: User, programme: Programme, stage: str
) -> None:
    round = factories.round_(programme, stage=stage)
    assert told(round) == []
    rooms.lock_joining(round=round, by=dora)
    assert told(round) == ["The door is locked: nobody else can join."]
    rooms.unlock_joining(round=round, by=dora)
    assert told(round) == ["The door is open again: others can join."]


@pytest.mark.parametrize("name", sorted(programmes.TOLD))
def test_a_setting_that_concerns_an_open_room_is_told_to_it_and_to_no_other(
    client: Client, dora: User, programme: Programme, name: str
) -> None:
    open_round, planned = factories.round_(programme, stage=Stage.STORY), factories.round_(programme)
    elsewhere = factories.round_(factories.programme("Elsewhere"), stage=Stage.STORY)
    client.force_login(dora)
    Programme.objects.filter(pk=programme.pk).update(told_back_name=TYPED["told_back_name"])
    before = pictures.look(open_round.pk, ["room"])["room"]
    settle(client, programme)
    assert pictures.look(open_round.pk, ["room"])["room"] == before  # saved, and nothing changed
    settle(client, programme, **{name: ""})
    assert told(open_round) == [programmes.TOLD[name][False]]
    settle(client, programme)
    assert told(open_round) == [programmes.TOLD[name][True]]
    assert told(planned) == told(elsewhere) == []
    settled = StaffAct.objects.filter(round=None, programme=programme, who=dora)
    label = getattr(Programme._meta.get_field(name), "verbose_name", "")
    assert [act.what for act in settled if "support card" not in act.what] == [f"changed the settings: {label}"] * 2


def test_every_setting_of_a_programme_is_either_told_or_said_why_not() -> None:
    assert set(programmes.SETTLED) <= set(programmes.TOLD) | set(programmes.UNTOLD)
    assert not set(programmes.TOLD) & set(programmes.UNTOLD)
    assert all(programmes.UNTOLD.values())
    assert set(SettingsForm.base_fields) <= set(programmes.SETTLED)


def test_a_question_that_is_shown_in_another_way_than_the_others_is_told(dora: User, programme: Programme) -> None:
    round = factories.round_(programme, stage=Stage.REFLECTION)
    Prompt.objects.filter(round=round).update(policy="flowing")
    assert round.current_prompt is not None
    rooms.ask_in_the_moment(round=round, text="And now?", seen=round.current_prompt.public_id, by=dora)
    at_once = "at least five people’s words at once (three where some are kept back)"
    assert told(round) == [f"One question was added. Its answers are shown at the facilitator’s word, {at_once}."]
    together = factories.round_(programme, stage=Stage.REFLECTION)
    asks = Adjustment(timings=usual("round"), another_question="And?")
    planning.adjust(round=together, adjustment=asks, seen=planning.mark(together), by=dora)
    assert told(together) == []  # as all the others: what was promised holds


def test_whoever_comes_later_is_told_the_same_bytes(dora: User, programme: Programme) -> None:
    round = factories.round_(programme, stage=Stage.REFLECTION)
    early = pictures.look(round.pk, ["room"])["room"]
    rooms.lock_joining(round=round, by=dora)
    changed = pictures.look(round.pk, ["room"])["room"]
    pictures._albums.clear()  # as in another process, or after a restart
    late = pictures.look(round.pk, ["room"])["room"]
    assert "nobody else can join" in changed.html["changes"]
    assert "nobody else can join" not in early.html["changes"]
    assert late.html == changed.html


def test_nobody_can_lower_a_floor(client: Client, dora: User, programme: Programme) -> None:
    client.force_login(dora)
    address = reverse("programme-settings", args=[programme.public_id])
    for floor in ("2", "0", "-5", "", "2.9", "٢"):
        client.post(address, {**TYPED, "floor": floor, "seen": programmes.mark(programme)})
    root = factories.person("root", is_staff=True, is_superuser=True)
    client.force_login(root)
    client.post(f"/admin/rounds/programme/{programme.pk}/change/", {"name": "x", "support_card": "y", "floor": "2"})
    programme.refresh_from_db()
    assert (programme.floor, programme.name) == (5, "Riverside")
    settings = {name: getattr(programme, name) for name in programmes.SETTLED}
    seen = programmes.mark(programme)
    with pytest.raises(Refused):
        programmes.settle(programme=programme, settings={**settings, "floor": 2}, seen=seen, by=dora)
    round = factories.round_(programme)
    for model, pk in ((Programme, programme.pk), (Round, round.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=pk).update(floor=2)


def test_floor_and_way_of_showing_stay_while_people_are_in_the_room_whatever_is_posted(
    client: Client, dora: User, programme: Programme
) -> None:
    round = factories.round_(programme, stage=Stage.REFLECTION, floor=7)
    Prompt.objects.filter(round=round).update(policy="together")
    client.force_login(dora)
    planned = {**Planner(programme=programme, by=dora, round=round).form.initial, "floor": "3"}
    posted = {name: value for name, value in planned.items() if value is not None}
    posted |= {"prompt-0-text": "Another?", "prompt-0-policy": "flowing", "seen": str(round.revision)}
    posted |= {"date": str(timezone.localdate()), "policy": "flowing"}
    client.post(reverse("round-edit", args=[round.public_id]), posted)
    settle(client, programme, floor="3")
    round.refresh_from_db()
    assert round.floor == 7
    assert set(round.prompts.values_list("policy", flat=True)) == {"together"}
