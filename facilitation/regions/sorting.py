"""Sorting together on the screens: hands of sentences on the phones, a line on the wall, a switch on the console."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final

from facilitation import sorting
from facilitation.clustering import sorting as pairs
from facilitation.forms.sorting import SortForm
from facilitation.models import SortedPairs, Sorting, Theme
from rounds import bands, keys
from rounds.live.messages import Message
from rounds.live.messages import register as sayable
from rounds.live.regions import ListRegion, Region, register
from rounds.models import Reaction, Round, Stage

LONGEST_CARD: Final = 240  # letters of a sentence on a card; all of it stands further down among what people wrote
ENOUGH_LOOKS: Final = 3 * (pairs.HAND - 1)  # judged pairs of a sentence that was in three hands or so


def room(round: Round) -> dict[str, Any]:
    found = Sorting.objects.filter(round=round).first()
    return {"is_open": found is not None and found.is_open, "has_ended": found is not None and not found.is_open}


def hands(round: Round) -> Iterable[tuple[str, Hashable]]:
    """The hands of the moment: (id, words) of each card, under the server's mark on them.

    All phones get all of them. A hand with a sentence that is not shown any more goes.
    """
    dealt = SortedPairs.objects.filter(round=round).values_list("hands", flat=True).first()
    if not dealt or not keys.exists(round):  # a restored round without its key must still be shown
        return
    wanted = {one for hand in dealt for one in hand}
    shown = dict(Reaction.objects.of(round).shown().filter(pk__in=wanted).values_list("pk", "text"))
    for hand in dealt:
        if all(one in shown for one in hand):
            yield sorting.mark(round, hand), tuple((one, _short(shown[one])) for one in hand)


def wall(round: Round) -> dict[str, Any]:
    """A line for the room: small beside themes, nothing where a sentence has the wall to itself."""
    if Reaction.objects.of(round).filter(state=Reaction.State.FORWARD).exists():
        return {}
    return {**room(round), "beside": Theme.objects.filter(round=round).exists()}


def console(round: Round) -> dict[str, Any]:
    found = Sorting.objects.filter(round=round).first()
    sortable = sorting.sortable(round)
    return {
        **room(round),
        "offered": round.programme.machine_on and len(sortable) >= pairs.FEWEST,
        "ends_at": found.ends_at if found else None,
        "how_many": _how_many(round),
        "how_far": _how_far(round, sortable),
    }


def _how_many(round: Round) -> str:
    about = bands.about(round=round, what="sorted", number=sorting.people(round))
    return f"{about.capitalize()} people have sorted so far." if about else "A few people at most have sorted so far."


def _how_far(round: Round, sortable: list[str]) -> str:
    looks = sorting.evidence(round).looks()
    if all(looks[one] >= ENOUGH_LOOKS for one in sortable):
        return "Every sentence has been looked at several times."
    if all(looks[one] for one in sortable):
        return "Every sentence has been looked at."
    return "Some sentences have not been looked at yet."


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_CARD else f"{words[:LONGEST_CARD].rsplit(' ', 1)[0]} …"


sayable(Message(name="sort", form=SortForm, verb=sorting.sort))

register(
    Region(
        name="sorting",
        audience="room",
        template="facilitation/sorting/_room.html",
        context=room,
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"sorting"}),
        order=10,
    )
)
register(
    ListRegion(
        name="hands",
        audience="room",
        template="facilitation/sorting/_hand.html",
        rows=hands,
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"sorting", "reactions"}),
        order=11,
    )
)
register(
    Region(
        name="sorting",
        audience="wall",
        template="facilitation/sorting/_wall.html",
        context=wall,
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"sorting", "themes", "reactions"}),
        order=30,
    )
)
register(
    Region(
        name="sorting",
        audience="console",
        template="facilitation/sorting/_console.html",
        context=console,
        stages=frozenset({Stage.THREADS}),
        topics=frozenset({"sorting", "reactions"}),
        order=43,
    )
)
