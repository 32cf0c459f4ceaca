"""Who comes in where: every address of the URL configuration, as everybody there is, by looking and by pressing.

docs/permissions.md is the table; whoever means to change it writes it anew with COMMON_THREAD_WRITE_PERMISSIONS=1.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.test import Client

from rounds.live import saying
from rounds.models import Role, User
from tests import factories
from tests.anonymity import addresses
from tests.anonymity.staffed import World
from tests.permissions.doors import Door, doors

TABLE: Final = Path(__file__).parents[1] / "docs" / "permissions.md"
NOBODY, PARTICIPANT, STRANGER = "nobody", "participant", "stranger"
WHO: Final = (NOBODY, PARTICIPANT, *(role.value for role in Role), STRANGER)
# Signing in and what is said on the next page; and that it is written down who did what, or took a list along.
OF_NO_CONCERN: Final = ("django_session", "rounds_staffact")
READS, CHANGES, NO, SIGN_IN, REFUSED = "reads", "changes", "no", "signs in", "refused"
Found = dict[str, dict[str, str]]


@contextmanager
def undone() -> Iterator[list[str]]:
    """The statements that change something meanwhile, all of it taken back afterwards."""
    changed: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not any(table in sql for table in OF_NO_CONCERN):
            changed.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        yield changed
        transaction.set_rollback(True)


def people(world: World) -> dict[str, Client]:
    """A browser for each of WHO."""
    elsewhere = factories.programme("Elsewhere")
    accounts: dict[str, User] = {
        role.value: factories.person(f"a-{role.value}", of=world.programme, roles=(role,)) for role in Role
    }
    accounts[STRANGER] = factories.person("charlie", of=elsewhere, roles=tuple(Role))
    world.dora = accounts[Role.FACILITATOR]  # whose own things they are, where somebody's own are pressed
    browsers = {who: Client() for who in WHO}
    for who, account in accounts.items():
        browsers[who].force_login(account)
    return browsers


def knock(browser: Client, door: Door, who: str) -> str:
    """What somebody may do at a door, in the words of the table. Looking changes nothing, whoever looks."""
    with undone() as changed:
        seen = said(browser.get(door.path))
        assert not changed, f"{door.name}: looking at it changed something for {who}: {changed}"
    with undone() as changed:
        if door.shown is None:
            ticket = {"ticket": "r" * 40} if who == PARTICIPANT else {}
            answer = browser.post(door.path, {**ticket, **door.typed})
        else:
            sent = door.shown if who == PARTICIPANT else {}
            answer = browser.post(door.path, json.dumps(sent), content_type="application/json")
        pressed = said(answer)
        if pressed in (READS, "onward"):
            pressed = CHANGES if changed else READS
        else:
            assert not changed, (
                f"{door.name}: what was answered with “{pressed}” changed something for {who}: {changed}"
            )
    return in_a_cell(seen, pressed)


def said(answer: Any) -> str:
    if answer.status_code == 302:
        return SIGN_IN if answer.headers["Location"].startswith("/accounts/login/") else "onward"
    named = {404: NO, 405: "–"}
    return named.get(answer.status_code, READS if answer.status_code < 400 else REFUSED)


def in_a_cell(seen: str, pressed: str) -> str:
    parts = [READS] if READS in (seen, pressed) else []
    parts += [CHANGES] if pressed == CHANGES else []
    if parts:
        return ", ".join(parts)
    return next((each for each in (SIGN_IN, NO, REFUSED) if each in (seen, pressed)), "–")


def found() -> Found:
    world = World()
    browsers = people(world)
    table: Found = {}
    for address in addresses.ours():
        with undone():  # each has a world to itself
            for door in doors(world, address):
                table[door.name] = {who: knock(browsers[who], door, who) for who in WHO}
    return table


def written(table: Found) -> str:
    """The whole file: what stands above the table as it is, and the table."""
    above = TABLE.read_text().partition("| address |")[0]
    head = f"| address | {' | '.join(WHO)} |".replace("_", " ") + "\n" + "|---" * (len(WHO) + 1) + "|\n"
    return above + head + "".join(f"| {name} | {' | '.join(cells.values())} |\n" for name, cells in table.items())


def read() -> Found:
    rows = [line.strip("| ").split(" | ") for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    return {name: dict(zip(WHO, cells, strict=True)) for name, *cells in rows[1:]}


@pytest.mark.django_db
def test_everybody_comes_in_exactly_where_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is said counts as committed here, although every press is taken back.
    at_once = SimpleNamespace(atomic=transaction.atomic, on_commit=lambda done: done())
    monkeypatch.setattr(saying, "transaction", at_once)
    table = found()
    if os.environ.get("COMMON_THREAD_WRITE_PERMISSIONS"):
        TABLE.write_text(written(table))
    assert table == read()
    assert TABLE.read_text() == written(table)


def everywhere(who: str, what: str) -> set[str]:
    """Where the table lets somebody read or change something."""
    return {name for name, cells in read().items() if what in cells[who].split(", ")}


def test_the_table_gives_nobody_more_than_their_part() -> None:
    open_to_all = everywhere(NOBODY, READS)
    assert everywhere(PARTICIPANT, READS) - open_to_all == {"live-join", "live-wall", "live-poll", "live-stored"}
    assert everywhere(STRANGER, READS) - open_to_all == {"guide", "guide-chapter", "guide-whole"}
    for outside in (NOBODY, PARTICIPANT, STRANGER):
        assert everywhere(outside, CHANGES) <= {"mail-off", "live-say"}
    own = {"view-keep", "calendar", "mail", "mail-off"}
    assert everywhere(Role.STEERING, CHANGES) == own
    assert everywhere(Role.CLINICAL_LEAD, READS) - everywhere(Role.STEERING, READS) == {
        *("board-letter", "action-edit", "actions-together"),
        *(name for name in everywhere(Role.CLINICAL_LEAD, READS) if name.startswith("action-move")),
    }
    rooms = {name for name in read() if name.startswith(("console", "theme", "sorting", "circle", "debrief", "round"))}
    for role in (Role.CLINICAL_LEAD, Role.STEERING, Role.ADMINISTRATOR):
        assert rooms & (everywhere(role, READS) | everywhere(role, CHANGES)) <= {"round-actions", "round-report"}
    assert everywhere(Role.ADMINISTRATOR, CHANGES) & everywhere(Role.FACILITATOR, CHANGES) == {"mail-off"}


@pytest.mark.django_db
def test_the_administration_is_closed_to_every_role_of_a_programme() -> None:
    browser = Client()
    browser.force_login(factories.person("dora", of=factories.programme(), roles=tuple(Role)))
    paths = [path for path in (address.filled() for address in addresses.walk()) if path.startswith("/admin/")]
    assert len(paths) > 20
    for path in paths:
        assert said(browser.get(path)) != READS, path
