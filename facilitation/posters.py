"""Posters for the ward: what was told back, large enough to be read in passing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import segno
from django.conf import settings
from django.urls import reverse

from facilitation import told_back
from facilitation.models import Action
from rounds.models import Programme

OFFERED: Final = 12
USUAL: Final = 3
MOST: Final = 4
LETTERS: Final = 1100  # that can be read in passing, and fit on the sheet
LONGEST: Final = 340  # letters of one telling's words: what is longer ends with a sentence, and goes on at the page
SHORTEST: Final = 90  # to which they are cut, rather than to leave a whole telling out
ROOMY: Final = 520  # letters on the sheet up to which its type is large
FULL: Final = 800  # letters from which on it is small


@dataclass(frozen=True)
class Telling:
    """One action on the poster. stands: whether it is done, empty where the words say so. cut: more is on the page."""

    statement: str
    stands: str
    words: str
    cut: bool


@dataclass(frozen=True)
class Poster:
    """What is on the sheet. left_out: whether not all fitted. size: "roomy", "usual" or "full".

    qr: SVG of the told-back page's address; None where that page asks for an account.
    """

    programme: Programme
    tellings: list[Telling]
    left_out: bool
    size: str
    qr: str | None
    address: str

    @property
    def cut(self) -> bool:
        return any(telling.cut for telling in self.tellings)


def offered(programme: Programme) -> list[Action]:
    """What was told back latest and could be on a poster; nothing of a rehearsal."""
    told = Action.objects.filter(programme=programme, round__rehearsal=False).told_back()
    return list(told.order_by("-told_back_at", "-pk")[:OFFERED])


def of(programme: Programme, chosen: Iterable[Action]) -> Poster:
    """The poster with as many of these as fit, MOST at the most, in this order."""
    wanted = list(chosen)
    shown: list[Action] = []
    for action in wanted[:MOST]:
        if sum(len(one.statement) + SHORTEST for one in [*shown, action]) <= LETTERS:
            shown.append(action)
    left = LETTERS - sum(len(action.statement) for action in shown)
    tellings = [_telling(action, min(LONGEST, left // len(shown))) for action in shown]
    letters = sum(len(one.statement) + len(one.words) for one in tellings)
    return Poster(
        programme=programme,
        tellings=tellings,
        left_out=len(wanted) > len(shown),
        size="roomy" if letters <= ROOMY else "full" if letters > FULL else "usual",
        qr=_qr(programme) if programme.told_back_is_public else None,
        address=settings.SITE_URL.split("://", 1)[1],
    )


def _telling(action: Action, longest: int) -> Telling:
    words = shortened(action.told_back, longest)
    return Telling(action.statement, told_back.outcome(action), words, words != action.told_back.strip())


def shortened(words: str, longest: int) -> str:
    """The words up to the end of the last sentence within `longest` letters; up to a word's end where there is none."""
    words = words.strip()
    if len(words) <= longest:
        return words
    ends = [match.end() for match in re.finditer(r"[.?!…](?=\s)", words[: longest + 1])]
    if ends:
        return words[: ends[-1]]
    return words[:longest].rsplit(maxsplit=1)[0].rstrip(",;:") + " …"


def _qr(programme: Programme) -> str:
    address = f"{settings.SITE_URL}{reverse('told-back', args=[programme.told_back_name or programme.told_back_token])}"
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(omitsize=True, border=0, svgclass=None, lineclass=None)
