"""A note before something is sent that may point to a person: it never blocks, and keeps every word."""

from __future__ import annotations

from playwright.sync_api import expect

from rounds.models import Stage
from tests import factories
from tests.browser.screens import Screens

CHOSEN = "() => { const now = document.activeElement; return now.value.slice(now.selectionStart, now.selectionEnd); }"


def test_somebody_who_names_a_person_is_asked_once_and_sends_what_they_like(screens: Screens) -> None:
    round = factories.round_(stage=Stage.REFLECTION, floor=3)
    phone = screens.phone(round.join_code)
    with phone.page.expect_response("**/identifier_rules.js"):
        phone.box.focus()
    phone.page.wait_for_load_state("networkidle")
    phone.write("By bed 4 I sat with Mrs Kaur all night")
    note = phone.page.get_by_role("group", name="This may point to a person: “Mrs Kaur”, “bed 4”. Would you reword it?")
    expect(note).to_be_focused()
    expect(phone.button("Send")).to_be_hidden()  # it would only ask the same again
    phone.is_sound()
    phone.press("Change it")
    assert phone.page.evaluate(CHOSEN) == "Mrs Kaur"
    expect(phone.box).to_have_value("By bed 4 I sat with Mrs Kaur all night")
    assert round.sealed_posts.count() == 0
    phone.press("Send")
    phone.press("Send as it is")
    expect(phone.button("Send")).to_be_focused()
    expect(phone.said("react")).to_contain_text("Saved")
    expect(note).to_have_count(0)
    phone.send("I sat with her all night")
    assert round.sealed_posts.count() == 2
