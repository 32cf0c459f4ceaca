"""An answer to what one person wrote comes to every phone, and shows on one."""

from __future__ import annotations

from playwright.sync_api import expect

from rounds import reactions, replies
from rounds.live.messages import Sender
from rounds.models import Reaction, Stage
from tests import factories
from tests.browser.screens import Screens

AT_RISK = "I don’t want to be here any more"
ANSWER = "Thank you for saying it. I am by the door afterwards."


def test_only_the_device_that_wrote_it_shows_the_answer_and_still_does_after_a_reload(screens: Screens) -> None:
    round = factories.round_(stage=Stage.REFLECTION, floor=3)
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    writer, other = screens.phone(round.join_code), screens.phone(round.join_code)
    writer.send(AT_RISK)
    other.send("There was no chair.")
    assert round.current_prompt is not None
    for number in range(3):
        sender = Sender(round=round, voice=f"voice {number}")
        prompt = round.current_prompt.public_id
        reactions.post(sender=sender, nonce=f"n{number}", prompt=prompt, text=f"Another thing, {number}.", feelings=[])
    reactions.release(round=round, by=alice)
    replies.send(round=round, about=Reaction.objects.get(text=AT_RISK).pk, words=ANSWER, by=alice)
    sign = writer.page.locator("#own-reply")
    expect(sign.get_by_text("A word for you")).to_be_visible()
    expect(sign.get_by_text(ANSWER)).to_be_hidden()
    writer.page.reload()
    sign.get_by_text("A word for you").click()
    expect(sign.get_by_text(ANSWER)).to_be_visible()
    writer.is_sound()
    other.shows("Another thing, 1.")
    expect(other.page.locator("#own-reply")).to_be_hidden()
    boxes = "() => document.querySelector('[data-replies]').dataset.replies"
    # Asked one after the other; in between chance may have had all the boxes look new, though hardly every time.
    assert any(writer.page.evaluate(boxes) == other.page.evaluate(boxes) for _ in range(5))
    writer.press("Put it away")
    expect(sign).to_be_hidden()
