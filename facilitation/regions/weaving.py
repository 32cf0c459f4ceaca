"""The weaving on the consoles: themes and proposed groups as piles, what is loose, and what can be done with it.

The sentences travel as rows, so that a move changes two piles and nothing else on the screen is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from typing import Any, Final, NamedTuple

from django.urls import reverse

from facilitation import groups, themes
from facilitation.clustering import TOO_FEW
from facilitation.forms.themes import LONGEST_TITLE
from facilitation.models import ProposedGroup, WeavingStep
from facilitation.regions.themes import Pile, Quote, piles, quote
from facilitation.weaving import board, quoting
from rounds.live.reading import once
from rounds.live.regions import ListRegion, Region, register
from rounds.models import Reaction, Round, Stage

WRITE_UP: Final = frozenset(themes.WEAVING)
STEPS_SHOWN: Final = 6


class Row(NamedTuple):
    """A pile as the console shows it: a theme, or a group the machine proposes.

    perhaps: sentences the machine proposes for this theme, in the
    group named `group`. titles: what a proposed group could be called, in people's words.
    """

    round_id: str
    id: str
    title: str
    held: bool = False
    withdrawn: bool = False
    first: bool = False
    last: bool = False
    quotes: tuple[Quote, ...] = ()
    group: str = ""
    perhaps: tuple[Quote, ...] = ()
    titles: tuple[str, ...] = ()


def rows(round: Round) -> Iterable[tuple[str, Hashable]]:
    """The themes in their order, then the proposed groups in an order that stays whatever happens to the others."""
    proposed = _proposed(round)
    for_themes = {one.theme.public_id: one for one in proposed if one.theme}
    found = _piles(round)
    for place, pile in enumerate(found):
        also = for_themes.get(pile.id)
        yield (
            f"0-{pile.position:05d}-{pile.id}",
            Row(
                round.public_id,
                pile.id,
                pile.given,
                pile.held,
                pile.withdrawn,
                place == 0,
                place == len(found) - 1,
                pile.quotes,
                also.group.public_id if also else "",
                tuple(quote(one) for one in also.reactions) if also else (),
            ),
        )
    shown = quoting.shown_words(round.origin) if proposed else []
    for one in proposed:
        if not one.theme:
            yield f"1-{one.group.public_id}", _group_row(round, one, shown)


def _group_row(round: Round, one: groups.Standing, shown: list[str]) -> Row:
    titles = tuple(quoting.titles_shown(one.group.titles, shown))
    return Row(
        round.public_id,
        one.group.public_id,
        titles[0] if titles else "",
        quotes=tuple(quote(reaction) for reaction in one.reactions),
        group=one.group.public_id,
        titles=titles,
    )


def loose(round: Round) -> Iterable[tuple[str, Hashable]]:
    """What lies nowhere: in no theme, in no group that is shown as one, and not left out."""
    grouped = {reaction.pk for one in _proposed(round) for reaction in one.reactions}
    for reaction in _loose(round):
        if reaction.pk not in grouped:
            yield reaction.pk, quote(reaction)


def left_out(round: Round) -> Iterable[tuple[str, Hashable]]:
    shown = Reaction.objects.pooled(round).shown().filter(pk__in=board.decided(round.origin).left_out)
    for reaction in shown:
        yield reaction.pk, quote(reaction)


def head(round: Round) -> dict[str, Any]:
    """What the machine can be asked, and whether there is anything to weave at all."""
    waiting = _proposed(round)
    grouped = sum(len(one.reactions) for one in waiting)
    some = len(_loose(round))
    return {
        "now": round.stage == Stage.THREADS,
        "machine_on": _machine_works(round),
        "enough": some >= TOO_FEW,
        "waiting": bool(waiting),
        "fresh": some > grouped,
        "anything": _anything(round),
    }


def preview(round: Round) -> dict[str, Any]:
    """What the machine found on looking again, beside today's groups; nothing where nobody asked."""
    if not _machine_works(round):
        return {}
    found = groups.standing(round.origin, ProposedGroup.State.PREVIEW)
    today = [{reaction.pk for reaction in one.reactions} for one in _proposed(round)] if found else []
    shown = quoting.shown_words(round.origin) if found else []
    compared = [_compared(one, today, shown) for one in found]
    changed = [one for one in compared if not one["same"]]
    return {"groups": compared, "changed": changed, "same": len(compared) - len(changed)}


def _compared(one: groups.Standing, today: Collection[set[str]], shown: list[str]) -> dict[str, Any]:
    """A group of the preview: its words, and how much of it stands together today already."""
    titles = quoting.titles_shown(one.group.titles, shown)
    members = {reaction.pk for reaction in one.reactions}
    nearest = max(today, key=lambda known: len(known & members), default=set())
    stays = len(nearest & members) if len(nearest & members) > 1 else 0
    return {
        "title": f"More for “{one.theme.title}”" if one.theme else titles[0] if titles else "A group",
        "quotes": [quote(reaction) for reaction in one.reactions],
        "same": nearest == members,
        "stays": stays,
        "comes": len(members) - stays,
    }


def steps(round: Round) -> dict[str, Any]:
    """What was done last, and by whom."""
    done = WeavingStep.objects.filter(round=round.origin, undone=False).select_related("who").order_by("-pk")
    return {"steps": list(done[:STEPS_SHOWN])}


def bar(round: Round) -> dict[str, Any]:
    """What can be done with what is ticked, and where it can go."""
    waiting = _proposed(round)
    shown = quoting.shown_words(round.origin) if waiting else []
    rows = [_group_row(round, one, shown) for one in waiting if not one.theme]
    return {
        "anything": _anything(round),
        "may_undo": WeavingStep.objects.filter(round=round.origin, undone=False).exists(),
        "may_redo": WeavingStep.objects.filter(round=round.origin, undone=True).exists(),
        "piles": [(pile.id, pile.given) for pile in _piles(round)],
        "groups": [(row.id, row.title) for row in rows],
        "longest": LONGEST_TITLE,
        "place": reverse("theme-place", args=[round.public_id]),
        "may_set_aside": round.is_open if round.retells_id else round.origin.is_open,
    }


def _anything(round: Round) -> bool:
    """Whether there is anything to weave: a theme, or a sentence, be it left out."""
    return bool(_piles(round) or _loose(round) or board.decided(round.origin).left_out)


def _machine_works(round: Round) -> bool:
    return round.programme.machine_on and round.stage == Stage.THREADS


def _proposed(round: Round) -> list[groups.Standing]:
    """What the machine proposes, without what was placed or held since; nothing where it is off, or later."""
    if not _machine_works(round):
        return []
    return once(("standing", round.origin.pk), lambda: groups.standing(round.origin))


def _piles(round: Round) -> list[Pile]:
    return once(("piles", round.pk), lambda: piles(round))


def _loose(round: Round) -> list[Reaction]:
    return once(("loose", round.origin.pk), lambda: groups.loose_reactions(round.origin))


def _region(name: str, context: Any, *, order: int, slot: str) -> None:
    register(
        Region(
            name=name,
            audience="console",
            template=f"facilitation/themes/_{name}.html",
            context=context,
            stages=WRITE_UP,
            topics=frozenset({"themes", "groups", "reactions"}),
            slot=slot,
            order=order,
        )
    )


def _list(name: str, found: Any, template: str, *, label: str, order: int) -> None:
    register(
        ListRegion(
            name=name,
            audience="console",
            template=f"facilitation/themes/{template}",
            rows=found,
            stages=WRITE_UP,
            topics=frozenset({"themes", "groups", "reactions"}),
            slot=name,
            order=order,
            label=label,
        )
    )


_region("weave_head", head, order=44, slot="weave_head")
_region("weave_preview", preview, order=45, slot="weave_head")
_list("weave", rows, "_pile.html", label="Themes and proposed groups", order=46)
_list("loose", loose, "_sentence.html", label="Loose sentences", order=47)
_list("left_out", left_out, "_sentence.html", label="Left out of the themes", order=48)
_region("weave_bar", bar, order=49, slot="weave_bar")
_region("weave_steps", steps, order=49, slot="weave_steps")
