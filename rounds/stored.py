"""What people are promised, and exactly what is stored: both made from the real settings and the real tables.

Other apps describe their tables from their `ready()`; a test finds a table that a participant touches and
nobody described.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Model

from rounds import pools
from rounds.models import (
    Disclosure,
    Feedback,
    Kind,
    Reaction,
    ReleasePolicy,
    RoomSketch,
    Round,
    RoundTopic,
    SealedPost,
    Spent,
    Stage,
    Tally,
    Voice,
)
from rounds.models.programme import LOWEST_FLOOR, USUAL_FLOOR, WORDS_AT_MOST_MOST, WORDS_DAYS_MOST

_NUMBERS: Final = ("nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HASH: Final = "kJ4bXq0Vd7mR2cTfYw9sLzH1uNeGaPoI5vQ8tB3xCy6"
_ID: Final = "Zr3mVw8QhT5nKp1cYb7dXg"

THE_PROMISE: Final = (
    "After a round is closed, nobody holding the database, its backups and every log can say who wrote what better "
    "than by guessing, and while it is open your reaction is only ever shown together with others."
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table a participant's act writes to: why, until when, and one row as it would stand there."""

    name: str
    why: str
    until: str
    row: tuple[tuple[str, str], ...]  # every field of the model, with an example


_described: list[Table] = []
_models: set[type[Model]] = set()


def describe(model: type[Model], *, name: str, why: str, until: str, examples: Mapping[str, str]) -> None:
    """Add a table to what people are shown. Raises ValueError unless every field has its example, and no other."""
    fields = [field.name for field in model._meta.concrete_fields]
    if set(fields) != set(examples):
        raise ValueError(f"{model.__name__} has the fields {sorted(fields)}, the examples are {sorted(examples)}")
    if model not in _models:
        _models.add(model)
        _described.append(Table(name, why, until, tuple((field, examples[field]) for field in fields)))


def tables() -> tuple[Table, ...]:
    return tuple(_described)


def described() -> frozenset[type[Model]]:
    return frozenset(_models)


def promises(round: Round | None = None) -> list[str]:
    """What holds in this round, all in one sentence and then one by one; without a round, what holds in every one."""
    is_window = round is not None and round.kind == Kind.WINDOW
    floor = in_words(round.floor) if round else f"{in_words(USUAL_FLOOR)} (and in no round below {_lowest()})"
    return [
        THE_PROMISE,
        "No account, no name, no e-mail address, no cookie. Your phone forgets this round when you close the tab.",
        *(["On its way here what you write is encrypted."] if settings.HTTPS else []),
        "What you write is locked the moment it arrives. Nobody can read it then, the facilitators included.",
        *pools.said_in_a_window(round, floor=floor),
        *([] if is_window else [f"Nobody can write before the room has reached {floor}, so that nobody stands alone."]),
        *([] if is_window else _release_words(round)),
        (
            f"Facilitators may keep something back. Even then the first words shown are at least {_lowest()} people’s; "
            "what is given back later joins them."
        ),
        "What is shown has no name, no time and no order. “This is mine too” is never shown as a number.",
        f"Only {pools.who_reads(round)} read what was written, but for words that may become a theme’s title.",
        *pools.said_at_the_doors(round),
        *_own_model_words(round),
        "Theme titles and actions are read outside the room too.",
        "When the round is over, all is mixed once more, and the one key that could tie it to a phone is destroyed.",
        _until_when(round),
    ]


def limits() -> list[str]:
    """What no promise of ours can change."""
    return [
        "Somebody who knows how you write may recognise you.",
        "If you are the only one typing, the people around you can see that.",
        "Somebody who joins several times counts as several people. Nothing is kept by which we could tell.",
        "A server that somebody has tampered with could break these promises.",
        "Some workplaces can read along on their own network. Mobile data goes round that."
        if settings.HTTPS
        else "This site is not encrypted (its address begins with http): others on the same network can read along.",
    ]


def _own_model_words(round: Round | None) -> list[str]:
    """Said where a language model of the organisation's own reads along (facilitation.own_model); else nothing."""
    if not settings.OWN_MODEL_URL:
        return []
    if round is None:
        words = "In some rounds here a language model on this organisation’s own network is also given what is shown "
        return [f"{words}to propose groups. Such a round says so here."]
    if round.own_model or (round.stage == Stage.PLANNED and round.programme.own_model_on):
        words = "What is shown to the room is also given to a language model on this organisation’s own network, which "
        return [f"{words}only proposes what belongs together. It is not told who wrote it, because nobody knows."]
    return []


def _until_when(round: Round | None) -> str:
    """For how long the words are kept: as this round's doors opened, or at the most anywhere."""
    if round is None:
        return (
            f"What people wrote goes for good: at most {WORDS_DAYS_MOST} days after the facilitators have signed the "
            f"themes off, and at most {WORDS_AT_MOST_MOST} days after the round. "
            "How many it is here stands in the room."
        )
    signed_off, latest = _days(round.days_after_sign_off), _days(round.days_at_most)
    return (
        f"What people wrote goes for good {signed_off} after the facilitators have signed the themes off, "
        f"and {latest} after the round at the latest."
    )


def _days(number: int) -> str:
    return "one day" if number == 1 else f"{in_words(number)} days"


def in_words(number: int) -> str:
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def _lowest() -> str:
    return in_words(LOWEST_FLOOR)


def people_at_once(number: int) -> str:
    """How many people's words come up at once. Where some are held fewer do, never below the lowest floor (ADR 27)."""
    fewer = f" ({_lowest()} where some are kept back)" if number > LOWEST_FLOOR else ""
    return f"at least {in_words(number)} people’s words at once{fewer}"


def shown_together(*, round: Round, policy: str) -> str:
    """What is promised of the answers to a question of this policy, on the phones too where people write them."""
    return f"{_SHOWN_TOGETHER}: {_how_shown(round, policy)}. {_REST}"


def _how_shown(round: Round, policy: str) -> str:
    if policy == ReleasePolicy.FLOWING:
        return f"{people_at_once(round.flowing_batch)}, shuffled, while people write"
    return f"{people_at_once(round.floor)}, shuffled, when the facilitator opens them"


def _release_words(round: Round | None) -> list[str]:
    if round is None:
        return [f"{_SHOWN_TOGETHER}, shuffled, never one by one as it is sent. {_REST}"]
    policies = set(round.prompts.values_list("policy", flat=True)) or {ReleasePolicy.TOGETHER.value}
    if len(policies) == 1:
        return [shown_together(round=round, policy=policies.pop())]
    some, others = (_how_shown(round, policy) for policy in (ReleasePolicy.TOGETHER, ReleasePolicy.FLOWING))
    return [f"{_SHOWN_TOGETHER}. The questions differ: for some, {some}; for others, {others}. {_REST}"]


_SHOWN_TOGETHER: Final = "What you write is shown together with others"
_REST: Final = (
    "What is left when the question ends joins them then; "
    f"if fewer than {_lowest()} people wrote at all, it is never shown."
)


def _describe_all(rows: Iterable[tuple[type[Model], str, str, str, dict[str, str]]]) -> None:
    for model, name, why, until, examples in rows:
        describe(model, name=name, why=why, until=until, examples=examples)


_SEAL = "until the round is over and sealed"
_describe_all(
    [
        (
            SealedPost,
            "What you wrote, before it is shown",
            "Locked, and padded so that even its length cannot be seen. The key is a file outside the database.",
            "until it is shown together with others",
            {"id": _HASH, "round": "17", "basket": f"prompt:{_ID}", "box": "9,244 bytes nobody can read"},
        ),
        (
            Reaction,
            "What you wrote, once it is shown",
            "Nothing says who wrote it, when, or in which order. A few of its words may become a theme’s title.",
            "until what people wrote goes for good; written anew in another order when the round is sealed",
            {
                "id": _ID,
                "prompt": "23",
                "text": "I kept thinking about the flute.",
                "feelings": '["tender"]',
                "state": "released",
                "held_for": "nothing, or why facilitators read it first",
            },
        ),
        (
            Disclosure,
            "What facilitators read first, and their answer to it",
            "So that they can answer whoever wrote it, without knowing who. Key and answer are locked.",
            "until it is shown after all, or the round is over and sealed",
            {
                "id": _ID,
                "round": "17",
                "key": "nothing, or 60 bytes nobody can read",
                "words": "nothing, or 508 bytes nobody can read",
                "read": "yes",
            },
        ),
        (
            Voice,
            "“This is mine too”, “this rings true”, what gets in the way, “I’d help”, your staff group",
            "So that each counts once. The mark cannot be tied to you or to anything else. What it is for is locked.",
            _SEAL,
            {"id": _HASH, "round": "17", "kind": "locked", "target": "200 letters nobody can read"},
        ),
        (
            Tally,
            "What is left of those: a sum",
            "Small sums are never shown.",
            "as long as the programme keeps its rounds; of reactions, as long as they",
            {"id": _ID, "round": "17", "kind": "mine_too", "target": _ID, "count": "4"},
        ),
        (
            Feedback,
            "The lines you answered at the end, if you did",
            "Added up for the facilitators, and shown only where nobody can be told from the rest.",
            "as long as the programme keeps its rounds",
            {"id": _ID, "round": "17", "answers": '{"stays": "mostly", "again": "yes"}'},
        ),
        (
            Spent,
            "A mark that something has been shown already",
            "So that a sentence sent twice by a bad connection is shown once.",
            _SEAL,
            {"id": _HASH, "round": "17"},
        ),
        (
            RoundTopic,
            "How often a part of the screens has changed",
            "So that every screen shows the same. It says nothing about who.",
            "as long as the programme keeps its rounds; counted anew when the round is sealed",
            {"id": "5", "round": "17", "topic": "gathered", "revision": "212"},
        ),
        (
            RoomSketch,
            "Roughly how many people are here, where several servers share a round",
            "So that they can count the room together. Nobody can be read from it.",
            "for a few seconds",
            {"id": "3", "round": "17", "process": _ID, "marks": "a pattern of 4,096 dots", "until": "in 12 seconds"},
        ),
    ]
)
