"""Lists as files: nothing in them can become a formula, and nothing is in them that was written in a room."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from facilitation.exports import spreadsheet
from facilitation.exports.spreadsheet import safe
from facilitation.models import Action, State
from rounds.models import Programme, Reaction, Role, Round, StaffAct, Stage, User
from tests import factories

TRIGGERS = "=+-@|%−＝＋－＠﹦⁼"
CANARY = "the kingfisher by the sluice"
nasty = (
    st.text(st.sampled_from(TRIGGERS + " \t\r\n;,\"'a1!\0\x0b\u00a0\u200b\u2028\u202e\ufeff\ud800\u0301")) | st.text()
)


def bites(cell: str) -> bool:
    """Whether a spreadsheet could take the cell for a formula, however it trims and folds what it reads."""
    folded = unicodedata.normalize("NFKC", cell)
    seen = "".join(c for c in folded if unicodedata.category(c) not in {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me", "Co"})
    return seen[:1] in set("=+-@|%−")


def read(file: bytes, delimiter: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=delimiter):
        yield from row


@given(nasty, nasty)
@example("=1+1", "x;=cmd|'/c calc'!A1;y")
@example("\t=1", 'x;"=1')
@example("＝1", " \u200b=1")
@example("\r=1", "a\n=1")
def test_no_cell_begins_a_formula_in_whatever_way_the_file_is_read(one: str, other: str) -> None:
    file = spreadsheet.as_csv(["Action", "Told back"], [[one, other]])
    assert file.startswith(b"\xef\xbb\xbf"), "Excel would take it for another alphabet"
    for delimiter in ",;\t":
        assert [cell for cell in read(file, delimiter) if bites(cell)] == [], delimiter
    assert len(list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))) == 2


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("We will sit down — 12 chairs, at 5 o’clock", "We will sit down — 12 chairs, at 5 o’clock"),
        ("a-b + c = d", "a-b + c = d"),
        ("two\r\nlines", "two\nlines"),
        ("-1", "'-1"),
        ("tab\there", "tab here"),
        ("日本語 é 👩🏽‍⚕️", "日本語 é 👩🏽‍⚕️"),
    ],
)
def test_words_that_begin_no_formula_stay_as_they_are(written: str, kept: str) -> None:
    assert safe(written) == kept


def test_a_workbook_has_words_as_words_and_days_as_days() -> None:
    file = spreadsheet.as_xlsx(["A", "B"], [["=1+1", date(2027, 3, 14)], ["\x0bplain", None]], title="Actions")
    sheet = load_workbook(io.BytesIO(file))["Actions"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert cells[0][0] == "'=1+1"
    assert cells[0][1].date() == date(2027, 3, 14)
    assert cells[1] == ["plain", None]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "d", "n"}


@pytest.fixture
def riverside() -> Programme:
    return factories.programme()


@pytest.fixture
def full(riverside: Programme) -> Round:
    """A round with a canary wherever a room writes, and two actions."""
    alice = factories.facilitator(of=riverside)
    made = factories.round_(riverside, stage=Stage.CIRCLE)
    theme = factories.lay(factories.theme(made), factories.reaction(made, CANARY))
    for state in Reaction.State:
        factories.reaction(made, f"{CANARY} {state}", state=state)
    proposal = factories.proposal(made, CANARY)
    late = timezone.localdate() - timedelta(days=3)
    first = factories.agreed(made, by=alice, statement="put a chair by every bed", review_on=late)
    first.themes.add(theme)
    Action.objects.filter(pk=first.pk).update(told_back="=HYPERLINK(1)", from_proposal=proposal)
    factories.agreed(made, by=alice, statement="stop the bleep", state=State.UNDER_WAY, level="organisation")
    Round.objects.filter(pk=made.pk).update(stage=Stage.CLOSED)  # before that a lead reads no title
    return made


def as_(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.django_db
def test_the_file_has_what_the_list_shows_at_the_same_address_and_nothing_of_what_was_written_in_the_room(
    riverside: Programme, full: Round
) -> None:
    bob = factories.clinical_lead(of=riverside)
    browser, path = as_(bob), reverse("actions-csv", args=[riverside.public_id])
    answer = browser.get(path)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="actions-')
    assert "no-store" in answer.headers["Cache-Control"]
    assert [row["Action"] for row in rows(answer)] == ["We will put a chair by every bed", "We will stop the bleep"]
    first = rows(answer)[0]
    assert first["Past its day"] == "yes"
    assert first["What stands in the way"] == "The place or the kit was wrong"
    assert first["HSE Management Standards"] == "Demands"
    assert first["Themes it came from"] == "No time to sit down"
    assert first["Told back"] == "'=HYPERLINK(1)"
    assert [row["Action"] for row in rows(browser.get(f"{path}?state=under_way"))] == ["We will stop the bleep"]
    book = load_workbook(io.BytesIO(browser.get(path.replace(".csv", ".xlsx")).content)).active
    assert book is not None
    cells = [[cell.value for cell in row] for row in book.iter_rows()]
    assert [row[0] for row in cells] == ["Action", "We will put a chair by every bed", "We will stop the bleep"]
    assert CANARY not in answer.content.decode() + str(cells)
    noted = list(StaffAct.objects.filter(who=bob).values_list("what", flat=True))
    assert noted == ["took the list of actions as a CSV file"] * 2 + ["took the list of actions as an Excel file"]


@pytest.mark.django_db
def test_only_those_who_read_actions_take_them_away(riverside: Programme, full: Round) -> None:
    elsewhere = factories.programme("Elsewhere")
    readers = {Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING}
    for name in ("actions-csv", "actions-xlsx"):
        path = reverse(name, args=[riverside.public_id])
        for role in Role:
            person = factories.person(f"{name}-{role}", of=riverside, roles=(role,))
            assert as_(person).get(path).status_code == (200 if role in readers else 404), role
        stranger = factories.person(f"{name}-charlie", of=elsewhere, roles=tuple(Role))
        assert as_(stranger).get(path).status_code == 404


@pytest.mark.django_db
def test_a_longer_list_asks_the_database_no_more(riverside: Programme, full: Round) -> None:
    bob = factories.clinical_lead(of=riverside)
    browser, path = as_(bob), reverse("actions-csv", args=[riverside.public_id])
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        counted.append(len(asked))
        for number in range(3):
            factories.agreed(full, by=bob, statement=f"do {len(counted)} and {number}").themes.add(
                factories.theme(full)
            )
    assert counted[0] == counted[1]
