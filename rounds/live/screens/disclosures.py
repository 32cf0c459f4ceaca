"""What facilitators should read first: a small sign, and the words behind it, on the console; boxes on the phones."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final, NamedTuple

from django.urls import reverse

from rounds import holding, replies
from rounds.feelings import label
from rounds.live.reading import once
from rounds.live.regions import ListRegion, Region, register
from rounds.live.screens import released
from rounds.models import Reaction, Round, Stage

S = Stage
READ: Final = frozenset({S.SILENCE, S.REFLECTION, S.THREADS, S.THRESHOLD, S.CIRCLE, S.CLOSING})
TEMPLATE: Final = "rounds/console/_disclosure.html"
OPENINGS: Final = (
    "Thank you for writing this. You were heard.",
    "Please do not go home alone with this.",
    "One of us stays behind after the round, if you would like to talk.",
)
LONGEST_BORROWED: Final = 200  # letters: of 400 that an answer has
MOST_BORROWED: Final = 3


class Told(NamedTuple):
    """A possible disclosure on the console. give, field, value: the press that lets the room see it.

    borrow: sentences an answer can begin with, ours and then those of the round's support card.
    """

    words: str
    feelings: tuple[str, ...]
    about: str
    read: bool
    can_answer: bool
    answered: str
    press: str
    give: str
    field: str
    value: str
    borrow: tuple[str, ...]


def borrow(round: Round) -> tuple[str, ...]:
    """What an answer can begin with; of the support card the first lines that leave room for something else."""
    support = [line.strip() for line in round.support_words.splitlines()]
    return (*OPENINGS, *[line for line in support if 0 < len(line) <= LONGEST_BORROWED][:MOST_BORROWED])


def told(round: Round) -> dict[str, tuple[bool, bool, str]]:
    """Each possible disclosure of the round: read, can be answered, the answer."""
    return once(("disclosures", round.pk), lambda: replies.answered(round=round))


def _rows(round: Round) -> Iterable[tuple[str, Hashable]]:
    found, questions = told(round), released.questions(round)
    press, give = (reverse(name, args=[round.public_id]) for name in ("console-disclosure", "console-reaction"))
    lines = borrow(round)
    for one in released.reactions(round):
        if one.state == Reaction.State.HELD and one.held_for == holding.RISK and one.pk in found:
            feelings = tuple(label(code) for code in one.feelings)
            about = questions[one.prompt].text
            yield one.pk, Told(one.text, feelings, about, *found[one.pk], press, give, "reaction", "released", lines)


def _sign(round: Round) -> dict[str, Any]:
    found = told(round)
    return {"some": bool(found), "unread": any(not read for read, _, _ in found.values())}


def _boxes(round: Round) -> dict[str, Any]:
    return {"boxes": " ".join(replies.boxes(round=round))}


register(
    Region(
        name="disclosure_sign",
        audience="console",
        template="rounds/console/_disclosure_sign.html",
        context=_sign,
        stages=READ,
        topics=frozenset({"reactions", "circle"}),
        slot="side",
        order=5,
    )
)
register(
    ListRegion(
        name="disclosures",
        audience="console",
        template=TEMPLATE,
        rows=_rows,
        stages=READ,
        topics=frozenset({"reactions"}),
        slot="disclosures",
        order=10,
        label="From the reflection",
    )
)
register(
    Region(
        name="replies",
        audience="room",
        template="rounds/room/_replies.html",
        context=_boxes,
        stages=READ,
        topics=frozenset({replies.TOPIC}),
        slot="foot",
        order=95,
    )
)
