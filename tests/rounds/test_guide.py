"""The guide inside and the paper pack: what is in them, who sees them, and where they lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rounds import feelings, guide, paper_packs, pdf
from rounds.models import Kind, Round, Stage, User
from rounds.statements import STATEMENTS
from tests import factories

pytestmark = pytest.mark.django_db


def round_of(person: User, **fields: Any) -> Round:
    return factories.round_(person.memberships.get().programme, **fields)


def test_every_chapter_leads_to_the_next_and_all_of_them_print_on_one_page(desk: Client) -> None:
    whole = desk.get(reverse("guide-whole")).content.decode()
    address = reverse("guide")
    assert "Over the months</a></li>" in desk.get(address).content.decode().split("<main")[0]  # the programme's menu
    for place, chapter in enumerate(guide.CHAPTERS):
        drawn = desk.get(address).content.decode()
        assert f"<h1>{chapter.title}</h1>" in drawn
        assert f"<h2>{chapter.title}</h2>" in whole
        if place + 1 < len(guide.CHAPTERS):
            address = reverse("guide-chapter", args=[guide.CHAPTERS[place + 1].code])
            assert drawn.count(f'href="{address}"') == 2  # among the chapters, and as the next one
    assert desk.get(reverse("guide-chapter", args=["unheard-of"])).status_code == 404
    assert Client().get(reverse("guide")).status_code == 302


def test_the_last_chapter_makes_a_rehearsal_of_ones_own_round_and_offers_nobody_elses(
    desk: Client, alice: User
) -> None:
    mine = round_of(alice, title="The flute")
    round_of(alice, title="Over already", stage=Stage.CLOSED)
    round_of(factories.facilitator("charlie", of=factories.programme("Elsewhere")), title="Charlie's")
    drawn = desk.get(reverse("guide-chapter", args=["rehearse"])).content.decode()
    assert reverse("round-rehearse", args=[mine.public_id]) in drawn
    assert drawn.count("Rehearse it") == 1
    desk.post(reverse("round-rehearse", args=[mine.public_id]))
    assert Round.objects.get(rehearsal=True).rehearses == mine


def test_the_pack_holds_all_that_a_room_without_phones_needs(desk: Client, alice: User) -> None:
    round = round_of(alice, support_card="The chaplains: 4466", ground_rules="We listen here.")
    drawn = desk.get(reverse("paper-pack", args=[round.public_id])).content.decode().replace("&#x27;", "'")
    needed = [round.title, round.join_code[:4], "We listen here.", "The chaplains: 4466", round.prompts.get().text]
    needed += [feeling.label for feeling in feelings.FEELINGS] + [statement.text for statement in STATEMENTS]
    assert [words for words in needed if words not in drawn] == []
    circle = round_of(alice, kind=Kind.CIRCLE)
    codes = [code for code, _ in paper_packs.sheets_of(circle)]
    assert "circle" in codes
    assert "cards" not in codes


def test_the_running_sheet_goes_by_the_clock_of_this_round(alice: User) -> None:
    round = round_of(alice, story_minutes=10, silence_seconds=90, reflection_minutes=12)
    begins = {part.title: part for part in paper_packs.running(round)}
    seconds = (begins["Threads"].begins - begins["Welcome"].begins).total_seconds()
    assert seconds == 120 + 10 * 60 + 90 + 12 * 60
    assert (begins["Silence"].length, begins["Story"].length) == ("90 s", "10 min")


def test_the_pack_as_a_pdf_leaves_who_took_it(desk: Client, alice: User) -> None:
    if not pdf.possible():
        pytest.skip("this machine has no Pango")
    round = round_of(alice)
    answer = desk.post(f"{reverse('paper-pack', args=[round.public_id])}?sheet=rules", {"as": "pdf"})
    assert answer.content.startswith(b"%PDF-")
    assert round.staff_acts.get().what == "took the paper pack as a PDF"
