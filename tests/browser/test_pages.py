"""Every page that stands still, as somebody who may see it: no accessibility violation, nothing wider than a phone.

The pages of the live hour are looked at in its own test.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pytest_django import Settings

from facilitation.action_parts import PARTS
from facilitation.demo import build
from facilitation.models import Action, State
from rounds.models import Membership, Programme, Role, Round, Stage, User
from tests import factories
from tests.browser.screens import Desk, Screen, Screens

ARGON = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def everybody(name: str, programme: Programme) -> User:
    """Somebody with every role, to whom every page opens."""
    found = User.objects.filter(email=f"{name}@example.org").first() or factories.person(name)
    for role in Role:
        Membership.objects.get_or_create(programme=programme, user=found, role=role)
    return found


def look_at(screen: Screen, paths: Iterable[str]) -> None:
    """Look at each page; one failure names every page that is not sound."""
    unsound = []
    for path in paths:
        screen.open(path)
        try:
            screen.is_sound()
        except (AssertionError, pytest.fail.Exception) as failure:
            unsound.append(str(failure))
    assert not unsound, "\n\n".join(unsound)


def test_pages_for_people_without_an_account_are_sound_and_keep_no_cookie(screens: Screens) -> None:
    programme = build.load().round.programme
    phone = screens.phone()
    look_at(phone, ["/", "/j", "/stored/", f"/told/{programme.told_back_token}/"])
    look_at(phone, ["/accounts/password/reset/done/", "/accounts/signup/"])
    with phone.forgiving("404 GET"):
        look_at(phone, ["/nothing-here/"])
    wall = screens.wall().open("/w")
    wall.shows("Open the wall from the facilitator’s screen.")
    wall.is_sound()


def test_the_pages_of_a_programme_and_its_rounds_are_sound(screens: Screens) -> None:
    programme = build.load().round.programme
    here = f"/programmes/{programme.public_id}/"
    pages = ["", "rounds/new/", "people/", "settings/", "over-the-months/", "threads/"]
    pages += [f"actions/?as={view}" for view in ("inbox", "list", "board")]
    desk = screens.desk(everybody("noor", programme))
    look_at(desk, [here + page for page in pages])
    for round in programme.rounds.filter(stage__in=[Stage.ARRIVAL, Stage.CLOSED]):
        look_at(desk, [f"/rounds/{round.public_id}/{page}" for page in pages_of(round)])


def pages_of(round: Round) -> tuple[str, ...]:
    if round.stage == Stage.CLOSED:
        return ("", "console/", "debrief/", "actions/", "actions/new/")
    return ("", "console/", "debrief/", "edit/", "poster/")


def test_the_pages_of_an_action_are_sound_wherever_it_stands(screens: Screens) -> None:
    programme = build.load().round.programme
    desk = screens.desk(everybody("noor", programme))
    standing = {action.state: action for action in Action.objects.filter(programme=programme)}
    look_at(desk, [f"/actions/{action.public_id}/" for action in standing.values()])
    round = factories.round_(programme, stage=Stage.CLOSING, crossed_threshold=True)
    fresh = factories.agreed(round, by=everybody("noor", programme), statement="leave a chair by every bed")
    parts = [f"edit/{part.code}/" for part in PARTS]
    moves = [f"move/{move}/" for move in ("return_with_question", "ask_sponsor", "could_not")]
    look_at(desk, [f"/actions/{fresh.public_id}/{page}" for page in ("", *parts, *moves)])
    Action.objects.filter(pk=fresh.pk).update(state=State.UNDER_WAY)
    look_at(desk, [f"/actions/{fresh.public_id}/{page}" for page in ("", "move/finish/", "move/tell_back/")])


def test_the_pages_of_ones_own_account_are_sound(screens: Screens, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ARGON
    person = factories.facilitator("nia", of=factories.programme("Nia’s programme"))
    desk = screens.desk()
    look_at(desk, ["/accounts/login/", "/accounts/password/reset/"])
    wrong_password(desk, person)
    desk.sign_in(person.email, factories.PASSWORD)
    look_at(desk, ["/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/logout/"])


def wrong_password(desk: Desk, person: User) -> None:
    desk.open("/accounts/login/")
    desk.page.locator("input[name=login]").fill(person.email)
    desk.page.locator("input[name=password]").fill("not this one")
    desk.page.locator("main form[method=post] button[type=submit]").last.click()
    desk.shows("not correct")
    desk.is_sound()
    assert desk.page.locator("input[name=login]").input_value() == person.email


def test_nothing_of_another_programme_can_be_opened(screens: Screens) -> None:
    programme = build.load().round.programme
    charlie = factories.person("charlie-at-the-desk", of=factories.programme("Elsewhere"), roles=tuple(Role))
    action = Action.objects.filter(programme=programme).first()
    assert action is not None
    desk = screens.desk(charlie)
    addresses = [f"/programmes/{programme.public_id}/{page}" for page in ("", "people/", "settings/", "actions/")]
    elsewhere = ("over-the-months/", "threads/", "letter/", "told-back/poster/", "calendar/", "mail/", "actions.csv")
    addresses += [f"/programmes/{programme.public_id}/{page}" for page in elsewhere]
    addresses += [
        f"/rounds/{action.round.public_id}/{page}" for page in ("", "console/", "debrief/", "actions/", "report/")
    ]
    addresses += [f"/actions/{action.public_id}/{page}" for page in ("", "edit/what/", "move/accept/")]
    for address in addresses:
        with desk.forgiving(f"404 GET .*{address}"):
            desk.open(address)
        desk.shows_not(action.statement)
        desk.shows_not(programme.name)
