"""A phone that is shown a great deal at once says soon that it has read it, and not only at its next beat."""

from __future__ import annotations

from django.db import transaction

from rounds.live import doorbell
from rounds.models import Reaction, Round, Stage
from tests import factories
from tests.browser.screens import Screens

# Which numbers the page's beats named; and the beat that comes every ten seconds never does.
NOTES = """
  window.beats = [];
  const later = window.setTimeout;
  window.setTimeout = (call, wait, ...more) => (wait === 10000 ? 0 : later(call, wait, ...more));
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const frame = JSON.parse(text);
    if (frame.t === "beat") window.beats.push(frame.revision);
    return send.call(this, text);
  };
"""


HAS_ROWS = "number => document.querySelectorAll('#region-reactions [data-key]').length === number"
HAS_BEATEN = "number => window.beats.length > number"


def show(round: Round, number: int) -> None:
    with transaction.atomic():
        Reaction.objects.bulk_create(Reaction(prompt=round.current_prompt, text="wind " * 400) for _ in range(number))
        doorbell.announce(round, "reactions")


def test_half_a_million_letters_are_answered_before_the_next_beat_is_due(screens: Screens) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    phone = screens.phone()
    phone.page.add_init_script(NOTES)
    phone.follow_link(round.join_code).press("Join")
    phone.is_in()
    show(round, 1)
    phone.page.wait_for_function(HAS_ROWS, arg=1)
    before = phone.page.evaluate("window.beats")
    show(round, 300)
    phone.page.wait_for_function(HAS_ROWS, arg=301)
    phone.page.wait_for_function(HAS_BEATEN, arg=len(before))
    after = phone.page.evaluate("window.beats")
    assert after[-1] not in before
    assert None not in after
