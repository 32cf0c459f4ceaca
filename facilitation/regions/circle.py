"""The circle on the live screens, and the threshold's choice of another day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.urls import reverse

from facilitation import barriers, circle, taxonomies, themes
from facilitation.forms.circle import BarrierForm, HelpForm, ProposeForm
from facilitation.models import Action, Offer, Proposal
from facilitation.regions.actions import wall_height as actions_height
from facilitation.regions.themes import Pile, piles
from facilitation.regions.wall_fit import WallPile, fit, lowest
from rounds import bands, gathering, holding, voices
from rounds.forms.fields import LONGEST
from rounds.live.messages import Message
from rounds.live.messages import register as sayable
from rounds.live.regions import Audience, ListRegion, Region, register
from rounds.live.screens import disclosures
from rounds.models import Round, Stage

LABELS: Final[Mapping[str, str]] = taxonomies.labels(taxonomies.BARRIERS)
AFTERWARDS: Final = frozenset({Stage.CIRCLE, Stage.CLOSING, Stage.CLOSED})
BELOW_THE_QUESTION: Final = 66.0  # of the wall’s 100
BELOW_A_SMALL_QUESTION: Final = 74.0  # on one line (wall.css), while something is being shaped
ON_ANOTHER_DAY: Final = frozenset({Stage.THRESHOLD, Stage.CLOSING, Stage.CLOSED})


class ProposalRow(NamedTuple):
    """A proposal on the phones."""

    text: str
    theme: str
    helps: bool
    company: bool


class ConsoleRow(NamedTuple):
    """A proposal on the console. press, shape: where it is set aside, and made an action of; empty where it is not."""

    press: str
    shape: str
    text: str
    theme: str
    change: bool
    band: str
    aside: bool
    shaped: bool
    why: str


class CircleTheme(NamedTuple):
    """A theme in the circle: what the room chose, and what is written down, in plain words."""

    id: str
    title: str
    held: bool
    chosen: tuple[str, ...]
    fixed: tuple[str, ...]

    @property
    def unwritten(self) -> tuple[str, ...]:
        """What the room chose and nobody has written down yet."""
        return tuple(words for words in self.chosen if words not in self.fixed)


def circle_themes(round: Round, *, for_facilitators: bool = False) -> list[CircleTheme]:
    """The themes as a screen shows them. What facilitators hear of first comes to the room once they wrote it down."""
    company = voices.in_company(round=round, kind=themes.BARRIER)
    first = frozenset[str]() if for_facilitators else taxonomies.FACILITATORS_FIRST

    def chosen(pile: Pile) -> tuple[str, ...]:
        return tuple(LABELS[code] for code in barriers.chosen_in(company, pile.id) if code not in first)

    return [
        CircleTheme(pile.id, pile.title, pile.held, chosen(pile), tuple(LABELS[code] for code in pile.barriers))
        for pile in piles(round)
    ]


def _lead(round: Round) -> dict[str, Any]:
    return {"question": circle.QUESTION}


def _themes(round: Round) -> dict[str, Any]:
    found = circle_themes(round)
    any_said = any(theme.held or theme.chosen for theme in found)
    return {"question": circle.QUESTION, "themes": found, "any": any_said}


def _console_themes(round: Round) -> dict[str, Any]:
    found = circle_themes(round, for_facilitators=True)
    unsafe = any(LABELS[code] in theme.unwritten for theme in found for code in taxonomies.FACILITATORS_FIRST)
    return {"question": circle.QUESTION, "themes": found, "any": True, "unsafe": unsafe}


def _wall(round: Round) -> dict[str, Any]:
    """The themes with what gets in their way, as large as they fit above what is being shaped."""
    found, taken = circle_themes(round), actions_height(round)
    height = (BELOW_A_SMALL_QUESTION if taken else BELOW_THE_QUESTION) - taken
    size, shown = 1, list[WallPile]()
    for attempt in _attempts(found):
        size, shown = fit(attempt, height=height, least=1)
        if any(under for _, under in shown) or not any(under for _, under in attempt):
            break
    if taken and lowest([title for title, _ in shown]) > height:
        shown = []  # cut off, they would take what is being shaped with them
    return {"question": circle.QUESTION, "size": size, "piles": shown, "shaping": taken > 0}


def _attempts(found: list[CircleTheme]) -> Iterable[list[WallPile]]:
    """What the wall may hold, most first: all that was said, what was written down, and that of its themes alone."""
    yield [(theme.title, _under(theme)) for theme in found]
    written: list[WallPile] = [
        (theme.title, _under(theme._replace(chosen=())) if theme.fixed else _under(theme)) for theme in found
    ]
    yield written
    if any(theme.fixed for theme in found):
        yield [pile for theme, pile in zip(found, written, strict=True) if theme.fixed]
    yield [(theme.title, []) for theme in found]


def _under(theme: CircleTheme) -> list[str]:
    """What stands under a theme's title on the wall: one paragraph, so that none of it is left out alone."""
    if theme.held:
        return ["To be held, not fixed."]
    said = [f"In the way: {' · '.join(theme.fixed)}."] if theme.fixed else []
    if theme.unwritten:
        said.append(f"Several of us {'also ' if theme.fixed else ''}chose: {' · '.join(theme.unwritten)}")
    return [" ".join(said)] if said else []


def _ask(round: Round) -> dict[str, Any]:
    return {"themes": [pile for pile in piles(round) if not pile.held], "barriers": list(LABELS.items())}


def _write(round: Round) -> dict[str, Any]:
    return {"themes": piles(round), "longest": LONGEST}


def _gathered(round: Round) -> dict[str, Any]:
    waiting = gathering.waiting(round=round, basket=circle.PROPOSALS)
    return {
        "question": circle.QUESTION,
        "flowing": circle.flows(round),
        "band": bands.about(round=round, what=circle.PROPOSALS, number=waiting),
        "enough": bool(circle.can_be_shown(round=round)),
        "cards": gathering.waiting(round=round, basket=circle.CARDS) > 0,
    }


def _another_day(round: Round) -> dict[str, Any]:
    return {"planned": round.origin.circles.first(), "choosing": round.stage == Stage.THRESHOLD}


def _rows(offer: Offer) -> Callable[[Round], Iterable[tuple[str, Hashable]]]:
    def rows(round: Round) -> Iterable[tuple[str, Hashable]]:
        company = voices.in_company(round=round, kind=circle.HELP)
        titles = {pile.id: pile.title for pile in piles(round)}  # as the room may see them
        for found in Proposal.objects.filter(round=round, set_aside=False, offer=offer).select_related("theme"):
            theme = titles.get(found.theme.public_id, "") if found.theme else ""
            yield found.pk, ProposalRow(found.text, theme, offer == Offer.CHANGE, found.pk in company)

    return rows


def _console_rows(*, aside: bool) -> Callable[[Round], Iterable[tuple[str, Hashable]]]:
    """Of a round that is over they are read, and built upon, and stay where they are."""

    def rows(round: Round) -> Iterable[tuple[str, Hashable]]:
        helping = voices.counts(round=round, kind=circle.HELP)
        shaped = set(Action.objects.filter(round=round).values_list("from_proposal_id", flat=True))
        at_risk = disclosures.told(round)
        press, shape = (reverse(name, args=[round.public_id]) for name in ("circle-set-aside", "action-shape"))
        for found in Proposal.objects.filter(round=round, set_aside=aside).select_related("theme"):
            if found.pk in at_risk:
                continue  # behind its own sign
            yield (
                found.pk,
                ConsoleRow(
                    press=press if round.is_open else "",
                    shape=shape if found.offer == Offer.CHANGE and not aside else "",
                    text=found.text,
                    theme=found.theme.title if found.theme else "",
                    change=found.offer == Offer.CHANGE,
                    band=circle.help_band(helping[found.pk]),
                    aside=aside,
                    shaped=found.pk in shaped,
                    why=holding.says(round=round, held_for=found.held_for),
                ),
            )

    return rows


def _told(round: Round) -> Iterable[tuple[str, Hashable]]:
    """Proposals that may be a disclosure, for the facilitators’ dialog."""
    found = disclosures.told(round)
    press, give = (reverse(name, args=[round.public_id]) for name in ("console-disclosure", "circle-set-aside"))
    lines = disclosures.borrow(round)
    for one in Proposal.objects.filter(round=round, pk__in=list(found)):
        about = one.get_offer_display()
        yield one.pk, disclosures.Told(one.text, (), about, *found[one.pk], press, give, "proposal", "", lines)


def _place(
    audience: Audience,
    name: str,
    context: Callable[[Round], dict[str, Any]],
    *,
    template: str = "",
    topics: str = "",
    stages: frozenset[Stage] = frozenset({Stage.CIRCLE}),
    slot: str = "main",
    order: int = 10,
) -> None:
    register(
        Region(
            name=name,
            audience=audience,
            template=f"facilitation/circle/_{template or f'{name}_{audience}'}.html",
            context=context,
            topics=frozenset(topics.split()),
            stages=stages,
            slot=slot,
            order=order,
        )
    )


def _list(
    audience: Audience,
    name: str,
    rows: Callable[[Round], Iterable[tuple[str, Hashable]]],
    *,
    label: str,
    order: int,
    stages: frozenset[Stage] = frozenset({Stage.CIRCLE}),
) -> None:
    register(
        ListRegion(
            name=name,
            audience=audience,
            template=f"facilitation/circle/_proposal_{audience}.html",
            rows=rows,
            topics=frozenset({"circle", "themes"}),
            stages=stages,
            label=label,
            order=order,
            slot="main" if audience == "room" else name,
        )
    )


sayable(Message(name="barrier", form=BarrierForm, verb=barriers.choose))
sayable(Message(name="propose", form=ProposeForm, verb=circle.propose))
sayable(Message(name="help", form=HelpForm, verb=circle.offer_help))

register(
    ListRegion(
        name="proposal_disclosures",
        audience="console",
        template=disclosures.TEMPLATE,
        rows=_told,
        topics=frozenset({"circle"}),
        stages=AFTERWARDS & disclosures.READ,
        label="From the circle",
        order=20,
        slot="disclosures",
    )
)

_place("room", "circle", _lead, order=10)
_list("room", "proposals", _rows(Offer.CHANGE), label="What would change it", order=20)
_list("room", "possible", _rows(Offer.POSSIBLE), label="When compassion was possible here", order=30)
_place("room", "barriers", _ask, topics="themes", order=40)
_place("room", "propose", _write, topics="themes", order=50)
# Last: it comes when others have chosen, and above the box it would move “Send” away from under a thumb.
_place("room", "chosen", _themes, topics="circle themes", order=60)
_place("wall", "circle", _wall, topics="circle themes actions")
_place("console", "another_day", _another_day, stages=ON_ANOTHER_DAY, order=42)
_place("console", "circle", _gathered, topics="gathered", order=10)
_place(
    "console", "circle_themes", _console_themes, topics="circle themes", stages=AFTERWARDS, slot="write_up", order=43
)
_list("console", "proposals", _console_rows(aside=False), label="Proposals", order=60, stages=AFTERWARDS)
_list("console", "proposals_aside", _console_rows(aside=True), label="Set aside", order=61, stages=AFTERWARDS)
