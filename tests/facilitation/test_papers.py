"""What is printed: who may, and that nothing raw and no small number is ever on it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation import letters, posters, trends
from facilitation.models import Action, ActionEvent, State
from facilitation.models.action import ENDED
from rounds import closing, pdf, small_numbers
from rounds.models import Programme, Role, Round, StaffAct, Stage, User
from rounds.refusals import Refused
from tests import factories
from tests.facilitation.telling import held, text, told
from tests.rounds.test_pdf import unpacked

pytestmark = pytest.mark.django_db
CANARY = "the kingfisher by the sluice"
READERS = {Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING}
PAST = timezone.localdate() - timedelta(days=9)


@pytest.fixture
def riverside() -> Programme:
    return factories.programme()


@pytest.fixture
def alice(riverside: Programme) -> User:
    return factories.facilitator(of=riverside)


@pytest.fixture
def bob(riverside: Programme) -> User:
    return factories.clinical_lead(of=riverside)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have gone to the writer of PDFs."""
    documents: list[str] = []
    monkeypatch.setattr(pdf, "possible", lambda: True)

    def keep(html: str) -> bytes:
        documents.append(html)
        return b"%PDF-"

    monkeypatch.setattr(pdf, "made", keep)
    return documents


def as_(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def paths(programme: Programme, round: Round) -> dict[str, set[Role]]:
    """Each address with the roles that may see it."""
    return {
        reverse("round-report", args=[round.public_id]): READERS,
        reverse("told-back-poster", args=[programme.public_id]): READERS,
        reverse("board-letter", args=[programme.public_id]): {Role.CLINICAL_LEAD},
    }


def test_each_sheet_is_for_its_roles_and_for_a_stranger_it_is_not_there(riverside: Programme, alice: User) -> None:
    over = held(riverside, days_ago=2)
    everybody = {role: factories.person(f"a-{role}", of=riverside, roles=(role,)) for role in Role}
    elsewhere = factories.programme("Elsewhere")
    stranger = as_(factories.person("charlie", of=elsewhere, roles=tuple(Role)))
    for path, roles in paths(riverside, over).items():
        seen = {role for role, person in everybody.items() if as_(person).get(path).status_code == 200}
        assert seen == roles, path
        assert {stranger.get(path).status_code, stranger.post(path, {"as": "pdf"}).status_code} == {404}, path


def test_a_report_has_themes_actions_and_what_was_told_back_and_nothing_that_was_written_in_the_room(
    riverside: Programme, alice: User, bob: User, printed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    over = held(riverside, days_ago=9)
    theme = factories.theme(over, "No time to sit down", barriers=["interruptions"])
    factories.lay(theme, factories.reaction(over, CANARY))
    factories.proposal(over, CANARY)
    factories.theme(over, "What stays", to_be_held=True)
    told(over, alice, "There are two chairs now.", statement="put a chair by every bed")
    factories.action(over, by=alice, statement="never agree on this")
    people = {"Nursing": 17, "Medical": 3, "Chaplaincy": 2}
    shown = small_numbers.suppress(people)
    results = closing.Results(shown, small_numbers.shown_total(people), ())
    monkeypatch.setattr(closing, "results", lambda *, round: results)
    path = reverse("round-report", args=[over.public_id])
    page = text(as_(bob).get(path))
    assert as_(bob).post(path, {"as": "pdf"}).content == b"%PDF-"
    for said in (page, " ".join(printed[0].split())):
        for words in (
            "No time to sit down",
            "Pulled away, again",
            "To be held, not fixed.",
            "two chairs now",
            "demands",
        ):
            assert words in said, words
        assert "We will put a chair by every bed." in said
        assert re.findall(r'scope="row">(\w+)</th><td>([^<]*)<', said) == [
            (group, str(count)) for group, count in shown.items()
        ]
        assert CANARY not in said
        assert "never agree" not in said
    assert [act.what for act in StaffAct.objects.filter(round=over)] == ["took the report as a PDF"]


def test_before_a_round_is_over_there_is_no_report_and_before_sign_off_only_what_was_agreed_on(
    riverside: Programme, alice: User
) -> None:
    live = factories.round_(riverside, stage=Stage.CIRCLE)
    answer = as_(alice).get(reverse("round-report", args=[live.public_id]), follow=True)
    assert "once the round is over" in text(answer)
    over = held(riverside, days_ago=2, signed_off_at=None)
    factories.theme(over, "A title nobody has signed")
    factories.agreed(over, by=alice).themes.add(factories.theme(over, "One with an action"))
    page = text(as_(alice).get(reverse("round-report", args=[over.public_id])))
    assert "One with an action" in page
    assert "nobody has signed" not in page


def test_a_letter_drafts_what_is_stuck_and_is_printed_in_the_words_of_whoever_takes_it_to_the_board(
    riverside: Programme, alice: User, bob: User, printed: list[str]
) -> None:
    over = held(riverside, days_ago=60)
    waits = factories.agreed(over, by=alice, statement="build a quiet room", state=State.WAITING)
    needed = {"what": letters.ASKED, "from_state": State.AGREED, "to_state": State.WAITING}
    ActionEvent.objects.create(action=waits, who=bob, words="A room on the third floor", **needed)
    factories.agreed(over, by=alice, statement="be late and unheard", review_on=PAST)
    factories.agreed(over, by=alice, statement="be on its way", state=State.UNDER_WAY)
    for state in ENDED:
        factories.agreed(over, by=alice, statement=f"have ended {state}", state=state, review_on=PAST)
    rehearsed = held(riverside, days_ago=60, rehearsal=True)
    factories.agreed(rehearsed, by=alice, statement="be rehearsed", state=State.WAITING)
    path, browser = reverse("board-letter", args=[riverside.public_id]), as_(bob)
    draft = text(browser.get(path))
    for words in (
        "build a quiet room",
        "since",
        "A room on the third floor.",
        "be late and unheard",
        "The place or the",
    ):
        assert words in draft, words
    for words in ("on its way", "have ended", "rehearsed"):
        assert words not in draft, words
    typed = {"to": "To the board", "subject": "Two things", "words": "Dear all,\n\n<b>Please</b>", "signed": "Bob"}
    sheet = text(browser.post(path, typed))
    assert "<p>Dear all,</p>" in sheet
    assert "<b>Please" not in sheet
    assert "Two things" in text(browser.post(path, {**typed, "change": "1"}))
    assert (
        browser.post(path, {**typed, "as": "pdf"}).headers["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    )
    assert "&lt;b&gt;Please" in printed[0]
    assert [act.what for act in StaffAct.objects.filter(programme=riverside)] == ["took a letter to the board as a PDF"]
    for number in range(letters.MOST):
        factories.agreed(over, by=alice, statement=f"wait number {number}", state=State.WAITING)
    assert "2 more wait in the same way." in text(browser.get(path))
    Action.objects.update(state=State.DONE)
    assert "Nothing is stuck" in text(browser.get(path))


def test_a_letter_says_how_often_and_since_when_a_barrier_was_heard_once_that_is_a_pattern(
    riverside: Programme, alice: User, bob: User
) -> None:
    path, rounds = reverse("board-letter", args=[riverside.public_id]), []
    for number in range(trends.ENOUGH):
        assert "heard in" not in text(as_(bob).get(path))
        over = held(riverside, days_ago=400 - 30 * number)
        rounds.append(over)
        factories.theme(over, f"Theme {number}", barriers=["interruptions"] if number else [])
        factories.agreed(over, by=alice, state=State.WAITING, barriers=["interruptions", "targets_first"])
    since = timezone.localdate(rounds[1].starts_at)
    way = f"Pulled away, again (heard in {trends.ENOUGH - 1} rounds since {since:%B %Y}); The number came first."
    assert text(as_(bob).get(path)).count(way) == trends.ENOUGH


def test_a_poster_shows_what_is_chosen_and_leads_to_the_page_only_where_the_page_is_open(
    riverside: Programme, alice: User, printed: list[str]
) -> None:
    over = held(riverside, days_ago=60)
    made = [told(over, alice, f"Words {number}.", days_ago=9 - number) for number in range(5)]
    told(held(riverside, days_ago=50, rehearsal=True), alice, "Rehearsed words.")
    path, browser = reverse("told-back-poster", args=[riverside.public_id]), as_(alice)
    assert re.findall(r"Words \d", text(browser.get(path))) == ["Words 4", "Words 3", "Words 2"]
    chosen = {"tellings": made[0].public_id, "size": "a3"}
    page = browser.get(path, chosen)
    assert re.findall(r"Words \d", text(page)) == ["Words 0"]
    assert "QR code of the page" in text(page)
    browser.post(f"{path}?tellings={made[0].public_id}&size=a3", {"as": "pdf"})
    assert "Words 0" in printed[0]
    assert "wall-sheet--a3" in printed[0]
    Programme.objects.update(told_back_is_public=False)
    assert "QR code" not in text(browser.get(path))


def test_a_long_telling_ends_with_a_sentence() -> None:
    assert posters.shortened("One. Two is longer. Three.", 20) == "One. Two is longer."
    assert posters.shortened("No end of it here, ever", 20) == "No end of it here …"
    assert posters.shortened(" Short. ", 20) == "Short."


def test_where_no_pdf_can_be_made_the_page_itself_is_what_people_print(
    riverside: Programme, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(html: str) -> bytes:
        raise Refused(pdf.NOT_HERE)

    monkeypatch.setattr(pdf, "made", refuse)
    monkeypatch.setattr(pdf, "possible", lambda: False)
    over = held(riverside, days_ago=2)
    path, browser = reverse("round-report", args=[over.public_id]), as_(alice)
    assert "Your browser can save it as a PDF" in text(browser.get(path))
    answer = browser.post(path, {"as": "pdf"}, follow=True)
    assert pdf.NOT_HERE in text(answer)
    assert "What a round heard" in text(answer)
    assert not StaffAct.objects.filter(round=over).exists()


def sheets_of(answer: Any) -> list[tuple[bytes, bytes]]:
    return re.findall(rb"/MediaBox ?\[ ?0 0 (\d+)\.?\d* (\d+)", unpacked(answer.content))


def test_the_fullest_poster_fits_one_sheet_of_either_size(riverside: Programme, alice: User) -> None:
    if not pdf.possible():
        pytest.skip("this machine has no Pango")
    over = held(riverside, days_ago=60)
    for number in range(posters.MOST):
        told(over, alice, "Somebody sat down. " * 40, statement=f"{number} {'keep more chairs ' * 10}".strip())
    path, browser = reverse("told-back-poster", args=[riverside.public_id]), as_(alice)
    chosen = "&".join(f"tellings={action.public_id}" for action in Action.objects.all())
    assert sheets_of(browser.post(f"{path}?{chosen}&size=a4", {"as": "pdf"})) == [(b"595", b"841")]
    assert len(posters.of(riverside, Action.objects.all()).tellings) == posters.MOST
    assert sheets_of(browser.post(f"{path}?{chosen}&size=a3", {"as": "pdf"})) == [(b"841", b"1190")]
