"""Themes on the live screens: woven on the console, read on the phones, large and calm on the wall."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final, NamedTuple

from django.db.models import Prefetch

from facilitation import groups, themes
from facilitation.clustering import TOO_FEW
from facilitation.forms.themes import LONGEST_TITLE, RingsTrueForm
from facilitation.models import Placement, ProposedGroup, Theme
from facilitation.regions.wall_fit import fit
from rounds import feelings, voices
from rounds.live.messages import Message
from rounds.live.messages import register as sayable
from rounds.live.regions import ListRegion, Region, register
from rounds.models import Reaction, Round, Stage

WRITE_UP: Final = frozenset(themes.WEAVING)
AT_ONCE: Final = 3  # sentences of a theme on a phone before "More"
FITS_THE_WALL: Final = 140  # letters of a sentence
WALL_HEIGHT: Final = 82.0  # of 100: without the margins and the foot


class Quote(NamedTuple):
    """A sentence in a theme, as any screen may show it."""

    id: str
    words: str
    feelings: tuple[str, ...]


class Pile(NamedTuple):
    """A theme with the sentences the room may see."""

    id: str
    title: str
    position: int
    held: bool
    barriers: tuple[str, ...]
    quotes: tuple[Quote, ...]


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
    """The themes in their order, of the round itself or of the one a later circle continues; two queries."""
    shown = Placement.objects.filter(reaction__state__in=[Reaction.State.RELEASED, Reaction.State.FORWARD])
    laid = Prefetch("placements", shown.select_related("reaction").order_by("reaction_id"))
    return [
        Pile(
            theme.public_id,
            theme.title,
            theme.position,
            theme.to_be_held,
            tuple(theme.barriers),
            tuple(quote(placement.reaction) for placement in theme.placements.all()),
        )
        for theme in Theme.objects.filter(round_id=round.continues_id or round.pk).prefetch_related(laid)
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
    found = [
        (pile.title, [quote.words for quote in pile.quotes if 0 < len(quote.words) <= FITS_THE_WALL])
        for pile in piles(round)
    ]
    size, shown = fit(found, height=WALL_HEIGHT)
    return {"size": size, "piles": shown}


def weave(round: Round) -> dict[str, Any]:
    """All that can be woven: the piles, and what is still loose."""
    origin = round.origin
    return {
        "piles": piles(round),
        "loose": [quote(reaction) for reaction in groups.loose_reactions(origin)],
        "now": round.stage == Stage.THREADS,
        "longest": LONGEST_TITLE,
    }


def proposed(round: Round) -> dict[str, Any]:
    """What the machine proposes, without what was placed or held since; nothing at all where it is off."""
    if not round.programme.machine_on:
        return {"machine_on": False}
    loose = {reaction.pk: reaction for reaction in groups.loose_reactions(round.origin)}
    found = []
    waiting = list(ProposedGroup.objects.filter(round=round.origin, state=ProposedGroup.State.WAITING))
    shown = groups.shown_words(round.origin) if waiting else []
    for group in waiting:
        quotes = [quote(loose[one]) for one in group.reaction_ids if one in loose]
        if len(quotes) > 1:
            first, more = quotes[:AT_ONCE], quotes[AT_ONCE:]
            titles = groups.titles_shown(group.titles, shown)
            found.append({"id": group.public_id, "first": first, "more": more, "titles": titles})
    return {"machine_on": True, "groups": found, "enough": len(loose) >= TOO_FEW}


sayable(Message(name="rings_true", form=RingsTrueForm, verb=themes.rings_true))

register(
    Region(
        name="threads",
        audience="room",
        template="facilitation/themes/_threads_room.html",
        context=lambda round: {"any": Theme.objects.filter(round=round).exists()},
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
register(
    Region(
        name="groups",
        audience="console",
        template="facilitation/themes/_groups.html",
        context=proposed,
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"groups", "reactions"}),
        order=44,
    )
)
register(
    Region(
        name="weave",
        audience="console",
        template="facilitation/themes/_weave.html",
        context=weave,
        stages=WRITE_UP,
        topics=frozenset({"themes", "reactions"}),
        slot="write_up",
        order=45,
    )
)
