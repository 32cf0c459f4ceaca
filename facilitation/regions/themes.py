"""Themes on the live screens: woven on the console, read on the phones, large and calm on the wall."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final, NamedTuple

from django.db.models import Prefetch

from facilitation import themes
from facilitation.forms.themes import RingsTrueForm
from facilitation.models import Placement, Theme
from facilitation.regions.wall_fit import fit
from facilitation.weaving import quoting
from rounds import feelings, voices
from rounds.live.messages import Message
from rounds.live.messages import register as sayable
from rounds.live.regions import ListRegion, Region, register
from rounds.models import Reaction, Round, Stage

AT_ONCE: Final = 3  # sentences of a theme on a phone before "More"
FITS_THE_WALL: Final = 140  # letters of a sentence
WALL_HEIGHT: Final = 82.0  # of 100: without the margins and the foot
BEING_NAMED: Final = "Being named again"


class Quote(NamedTuple):
    """A sentence in a theme, as any screen may show it."""

    id: str
    words: str
    feelings: tuple[str, ...]


class Pile(NamedTuple):
    """A theme with the sentences the room may see.

    title: as the room may see it; given: as people gave it. They differ while the title's words come from a
    sentence that is not shown any more.
    """

    id: str
    title: str
    given: str
    position: int
    held: bool
    barriers: tuple[str, ...]
    quotes: tuple[Quote, ...]

    @property
    def withdrawn(self) -> bool:
        return self.title != self.given


class ThemeRow(NamedTuple):
    """A theme on the phones: the first sentences, the others, whether it rings true for others too."""

    id: str
    title: str
    held: bool
    first: tuple[Quote, ...]
    more: tuple[Quote, ...]
    company: bool


def quote(reaction: Reaction) -> Quote:
    return Quote(reaction.pk, reaction.text, tuple(feelings.label(code) for code in reaction.feelings))


def piles(round: Round) -> list[Pile]:
    """The themes in their order, of the round itself or of its origin.

    Two queries, and two more where a title is somebody's own words.
    """
    shown = Placement.objects.filter(reaction__state__in=[Reaction.State.RELEASED, Reaction.State.FORWARD])
    laid = Prefetch("placements", shown.select_related("reaction").order_by("reaction_id"))
    found = list(Theme.objects.filter(round_id=round.origin_pk).prefetch_related(laid))
    withdrawn = quoting.withdrawn(round.origin, found)
    return [
        Pile(
            theme.public_id,
            BEING_NAMED if theme.public_id in withdrawn else theme.title,
            theme.title,
            theme.position,
            theme.to_be_held,
            tuple(theme.barriers),
            tuple(quote(placement.reaction) for placement in theme.placements.all()),
        )
        for theme in found
    ]


def rows(round: Round) -> Iterable[tuple[str, Hashable]]:
    """The phones' rows. Their key begins with the place, so that they stand in the order of the wall."""
    company = voices.in_company(round=round, kind=themes.RINGS_TRUE)
    for pile in piles(round):
        row = ThemeRow(pile.id, pile.title, pile.held, pile.quotes[:AT_ONCE], pile.quotes[AT_ONCE:], pile.id in company)
        yield f"{pile.position:05d}-{pile.id}", row


def wall(round: Round) -> dict[str, Any]:
    """Titles with one or two sentences each, as many and as large as the wall can hold. No counts.

    While a sentence is brought forward it has the wall to itself.
    """
    if Reaction.objects.of(round).filter(state=Reaction.State.FORWARD).exists():
        return {"forward": True}
    size, shown = fit([(pile.title, _beside(pile)) for pile in piles(round)], height=WALL_HEIGHT)
    return {"size": size, "piles": shown}


def _beside(pile: Pile) -> list[str]:
    """The sentences of a theme that fit the wall, but for one that is its title already."""
    fitting = (quote.words for quote in pile.quotes if 0 < len(quote.words) <= FITS_THE_WALL)
    return [words for words in fitting if words != pile.title]


sayable(Message(name="rings_true", form=RingsTrueForm, verb=themes.rings_true))

register(
    Region(
        name="threads",
        audience="room",
        template="facilitation/themes/_threads_room.html",
        context=lambda round: {"any": Theme.objects.filter(round=round.origin_pk).exists()},
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"themes"}),
        order=20,
    )
)
register(
    ListRegion(
        name="themes",
        audience="room",
        template="facilitation/themes/_theme_row.html",
        rows=rows,
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"themes", "reactions"}),
        order=30,
        label="Themes",
    )
)
register(
    Region(
        name="themes",
        audience="wall",
        template="facilitation/themes/_wall.html",
        context=wall,
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"themes", "reactions"}),
        order=20,
    )
)
