"""What became of it, read: for the arrival of the next round, and for the page that needs no account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from facilitation import titles
from facilitation.models import Action, State, Theme
from rounds.models import Programme, Round, Stage

_GOOD_NEWS_FIRST: Final[dict[str, int]] = {State.DONE: 0, State.COULD_NOT: 2}
_STANDS: Final[dict[str, str]] = {State.DONE: "It is done.", State.COULD_NOT: "It could not be done."}
HEARD: Final = "heard"
PILES: Final = ("done", "could_not", "under_way", "stuck", "asked")
_BEGUN: Final = (State.ACCEPTED, State.UNDER_WAY)
_SAYS_SO_ITSELF: Final = ("we couldn’t", "we couldn't", "we could not", "it could not")


A_FEW: Final = 5  # of each pile on the first page; the rest stands on its own page
ROUNDS_SHOWN: Final = 6
A_PAGE: Final = 24


@dataclass(frozen=True)
class Heard:
    """The themes of one closed round. on: its day. themes: (title, to be held and not fixed)."""

    on: date
    themes: tuple[tuple[str, bool], ...]
    rehearsal: bool


@dataclass(frozen=True)
class Page:
    """The first of everything the told-back page shows. Actions only from where a room has agreed on them.

    more: the names of PILES of which there is more than stands here.
    """

    heard: list[Heard]
    done: list[Action]
    could_not: list[Action]
    under_way: list[Action]
    stuck: list[Action]
    asked: list[Action]
    more: frozenset[str] = frozenset()

    @property
    def any_action(self) -> bool:
        return any((self.done, self.could_not, self.under_way, self.stuck, self.asked))

    @property
    def is_empty(self) -> bool:
        return not (self.heard or self.any_action)


def since_last_time(round: Round) -> list[Action]:
    """What was told back since the programme's last round began: what was done first, what could not be last.

    A circle on another day, a re-run and a window end nothing: only some people are there, or nobody hears anything. A
    re-run is told what the first telling was told, and what came since: its people were not in that room.
    A round that is rehearsed hears of rehearsals too; a real one never does.
    """
    told = Action.objects.filter(programme_id=round.programme_id).told_back()
    if not round.rehearsal:
        told = told.filter(round__rehearsal=False)
    if last := _last_before(round):
        # From its beginning on: what was told back while people sat there reached them only if the arrival still
        # stood. A round may have been held before its planned time.
        told = told.filter(told_back_at__gt=min(last.starts_at, last.closed_at or last.starts_at))
    newest_first = told.order_by("-told_back_at", "-pk")
    return sorted(newest_first, key=lambda action: _GOOD_NEWS_FIRST.get(action.state, 1))


def _last_before(round: Round) -> Round | None:
    """The programme's last round before this one, or before the first telling of its story where it is a re-run."""
    held = round.programme.rounds.first_tellings().filter(stage=Stage.CLOSED, closed_at__isnull=False)
    earlier = held.exclude(pk__in=[round.pk, round.retells_id or round.pk])
    if round.retells is not None and round.retells.closed_at is not None:
        earlier = earlier.filter(closed_at__lt=round.retells.closed_at)
    if not round.rehearsal:
        earlier = earlier.filter(rehearsal=False)
    return earlier.order_by("-closed_at").first()


def stands(action: Action) -> str:
    """Whether it is done, in a sentence."""
    return _STANDS.get(action.state, "It is not done yet.")


def outcome(action: Action) -> str:
    """The same, beside the words that were told back: empty where they say so themselves."""
    says_so = action.state == State.COULD_NOT and action.told_back.lower().startswith(_SAYS_SO_ITSELF)
    return "" if says_so else stands(action)


def page(programme: Programme, *, rehearsals: bool = False) -> Page:
    """The told-back page of a programme. rehearsals: whether what was only rehearsed is on it, for members."""
    found = {name: list(pile(programme, name, rehearsals=rehearsals)[: A_FEW + 1]) for name in PILES}
    rounds = list(rounds_heard(programme, rehearsals=rehearsals)[: ROUNDS_SHOWN + 1])
    more = {name for name, actions in found.items() if len(actions) > A_FEW}
    if len(rounds) > ROUNDS_SHOWN:
        more.add(HEARD)
    shown = {name: actions[:A_FEW] for name, actions in found.items()}
    return Page(heard=heard(rounds[:ROUNDS_SHOWN]), more=frozenset(more), **shown)


def pile(programme: Programme, name: str, *, rehearsals: bool = False) -> QuerySet[Action]:
    """All of one of PILES: what ended by when it was told back, latest first; what is stuck, longest first."""
    agreed = Action.objects.filter(programme=programme).exclude(state=State.PROPOSED).select_related("round")
    if not rehearsals:
        agreed = agreed.filter(round__rehearsal=False)
    silent = agreed.silent()
    moving = agreed.open().exclude(pk__in=silent.values("pk"))
    piles = {
        "done": agreed.filter(state=State.DONE),
        "could_not": agreed.filter(state=State.COULD_NOT),
        "under_way": moving.filter(state__in=_BEGUN),
        "stuck": silent,
        "asked": moving.exclude(state__in=_BEGUN),
    }
    order = ("review_on", "pk") if name == "stuck" else ("-told_back_at", "-pk")
    return piles[name].order_by(*order)


def rounds_heard(programme: Programme, *, rehearsals: bool = False) -> QuerySet[Round]:
    """The closed rounds of which themes can be read, latest first."""
    themes = heard_themes(programme, rehearsals=rehearsals)
    return Round.objects.filter(pk__in=themes.values("round")).order_by("-starts_at", "-pk")


def heard(rounds: Sequence[Round]) -> list[Heard]:
    """What was heard in these closed rounds, in their order."""
    by_round: dict[int, list[tuple[str, bool]]] = {}
    themes = titles.readable(Theme.objects.filter(round__in=[round.pk for round in rounds]))
    for theme in themes.order_by("position", "pk"):
        by_round.setdefault(theme.round_id, []).append((theme.title, theme.to_be_held))
    return [
        Heard(timezone.localdate(round.starts_at), tuple(by_round.get(round.pk, ())), round.rehearsal)
        for round in rounds
    ]


def heard_themes(programme: Programme, *, rehearsals: bool = False) -> QuerySet[Theme]:
    """The themes that may be read outside the room. A later circle has those of the round it continues."""
    themes = titles.readable(Theme.objects.filter(round__programme=programme))
    return themes if rehearsals else themes.filter(round__rehearsal=False)
