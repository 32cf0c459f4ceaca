"""Everybody on the walk, and what several of its parts do."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from django.utils import timezone
from playwright.sync_api import expect

from rounds.live.doorbell import announce
from rounds.models import Programme, Role, Round
from tests import factories
from tests.browser.screens import Console, Desk, Phone, Screens, Wall

TITLE = "The flute"
INCIDENTS = "https://incidents.example.org/"


class Walk:
    """The programme's people, each with a browser of their own, and the round they hold."""

    def __init__(self, screens: Screens, programme: Programme) -> None:
        self.screens = screens
        self.programme = programme
        self.alice = factories.facilitator("alice", of=programme)
        self.bob = factories.clinical_lead("bob", of=programme)
        self.stella = factories.person("stella", of=programme, roles=(Role.STEERING,))
        self.ada = factories.person("ada", of=programme, roles=(Role.ADMINISTRATOR,))
        self.phones: list[Phone] = []
        self.sent: list[str] = []  # all that the first phone sends

    @property
    def home(self) -> str:
        return f"/programmes/{self.programme.public_id}/"

    @cached_property
    def desk(self) -> Desk:
        """The facilitator's, signed in through the form."""
        return self.screens.desk().sign_in("alice@example.org", factories.PASSWORD)

    @cached_property
    def lead(self) -> Desk:
        return self.screens.desk(self.bob)

    @cached_property
    def wall(self) -> Wall:
        return self.screens.wall(self.round)

    @cached_property
    def console(self) -> Console:
        return self.screens.console(self.alice, self.round)

    def overheard_phone(self, code: str) -> Phone:
        """A phone that has come in by the link; every request and frame of it is written down."""
        phone = self.screens.phone()
        phone.page.on("request", lambda request: self.sent.append(f"{request.url} {request.post_data or ''}"))
        phone.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.sent.append(str(frame))))
        phone.follow_link(code)
        phone.press("Join")
        return phone.is_in()

    @property
    def round(self) -> Round:
        """The round that is walked, as it is now."""
        return self.programme.rounds.get(title=TITLE)

    @property
    def here(self) -> str:
        return f"/rounds/{self.round.public_id}/"

    def everybody(self) -> tuple[Phone | Wall | Console, ...]:
        return (self.phones[0], self.wall, self.console)


def let_the_pause_pass(round: Round) -> None:
    """Nobody cuts the pause at the threshold short; here, the clock is put forward."""
    Round.objects.filter(pk=round.pk).update(stage_ends_at=timezone.now() - timedelta(seconds=1))
    announce(round, "stage")


def support_opens(phone: Phone) -> None:
    """One press, and the card is there."""
    phone.press("I’d like to talk to someone")
    expect(phone.page.locator("#support-card")).to_be_visible()
    expect(phone.page.get_by_text("Support, whenever you want it")).to_be_visible()


def support_is_put_away(phone: Phone) -> None:
    phone.press("Close", within=phone.page.locator("#support-card"))
    expect(phone.page.locator("#support-card")).to_be_hidden()


def the_card_says(console: Console, title: str, words: str) -> None:
    """A facilitator finds this card while it gets difficult."""
    console.press("When it gets difficult", exact=False)
    card = console.page.locator("#cards details").filter(has_text=title)
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    expect(card.get_by_text(words)).to_be_visible()


def put_the_cards_away(console: Console) -> None:
    console.page.keyboard.press("Escape")
    expect(console.page.locator("#cards")).to_be_hidden()
