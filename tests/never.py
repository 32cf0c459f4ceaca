"""What Common Thread never becomes: each kind of thing with the words that would give it away, and why it stays out.

The founding paper warns of a "technological" manner that misses the point or works against kindness. What is listed
here would turn people who reflect into something measured. `never_allowed.csv` names each place that may say such a
word, with its reason.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Never:
    """said: pattern over what stands on screens, in mails, files and prints. called: over names of things, in words."""

    what: str
    why: str
    said: str = ""
    called: str = ""

    def found(self, text: str, *, by_name: bool = False) -> list[str]:
        pattern = self.called if by_name else self.said
        return [hit[0] for hit in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE)] if pattern else []


def both(what: str, why: str, pattern: str) -> Never:
    return Never(what, why, pattern, pattern)


NEVER: Final = (
    both(
        "measures of taking part",
        "Nothing is required of anybody; who writes nothing has listened.",
        r"\bparticipation|\bengag(?:ed|ement)\b|\bresponse rate|\battendance rate|\bturnout|\bcompletion rate"
        r"|\bactive (?:users|participants)|\bretention rate",
    ),
    both(
        "scores",
        "A feeling has no mark out of ten, and a team is not the sum of some.",
        r"\bscor(?:e|es|ed|ing)\b|\b(?:rating|ratings|grades?)\b|\bout of (?:ten|10|100)\b|\bpercentile",
    ),
    both(
        "shares of a whole, in the hundred",
        "A hundredth of six people is nobody; a share of those who answered is a response rate.",
        r"\bper ?cent\b|\bpercentages?\b|\d ?%(?!\w)",
    ),
    both(
        "feelings guessed by a machine",
        "Feelings are chosen by people, never inferred.",
        r"\bsentiments?\b|\b(?:emotion|mood|tone|stress|burnout)s? (?:detect|analy|recogni|track|scor|meter|level)"
        r"|\bpolarity\b|\bvalence\b|\bvader\b|\btextblob\b|\bnrclex\b",
    ),
    Never(
        "likes and votes",
        "“This is mine too” is company; nobody’s words win.",
        r"\b(?:up|down)[ -]?vot|\bvot(?:e|es|ed|ing)\b|\blikes\b(?! to\b)|\bliked by|\blike button"
        r"|\bthumbs?[ -]?(?:up|down)|\bdislik|\bhearts\b|\bapplau|\bclaps\b|\bemoji",
        r"\b(?:up|down) ?vot|\bvot(?:e|es|ed|ing|er)\b|^likes?$|\blikes\b|\b(?:dis)?liked by|\blike (?:button|count)"
        r"|\bdislik|\bthumbs? ?(?:up|down)|\bhearts\b|\bapplau|\bclaps\b|\bemoji",
    ),
    both(
        "leaderboards, ranks and leagues",
        "Wards, people and reactions are never set against each other.",
        r"\bleader ?boards?\b|\brank(?:s|ed|ing|ings)?\b|\bleague\b|\btop (?:\d+|three|five|ten)\b|\bwinners?\b"
        r"|\b(?:best|worst)[ -]performing\b|\bbenchmarked\b|\bcompare (?:wards|teams|programmes|people)\b",
    ),
    both(
        "what is popular",
        "What many say does not stand before what one says.",
        r"\btrending\b|\bpopular\b|\bmost (?:liked|backed|chosen|read|heard|active)\b|\bhot topics?\b",
    ),
    both(
        "word clouds",
        "A word torn out of a sentence, made large because it is frequent, says nothing somebody meant.",
        r"\b(?:word|tag) ?clouds?\b",
    ),
    both(
        "games",
        "Being there for somebody earns nothing.",
        r"\bstreaks?\b|\bbadges?\b|\btroph(?:y|ies)\b|\brewards?\b|\bachievements?\b|\bgamif|\blevel(?:led|s)? up\b"
        r"|\b(?:earn(?:ed)?|win|bonus|\d+) points?\b|\bpoints\b(?! (?:to|at|out)\b)|\bconfetti\b"
        r"|\bcongratulat|\bwell done\b|\bkeep it up\b",
    ),
    both(
        "traffic lights",
        "Nobody is red, and no team is amber.",
        r"\brag (?:status|rating)\b|\b(?:red|amber|green)\b(?:,| and| or|/| (?:team|ward|status|flag|rating|light))"
        r"|\bamber\b|\btraffic lights?\b|^rag$|\bstatus (?:red|green)\b",
    ),
    both(
        "targets and indicators",
        "The paper tells what a culture of targets does; this is no part of it.",
        r"\bkpis?\b|\btargets?\b|\bperformance (?:of|review|dashboard|indicator|manag)|\bindicators?\b"
        r"|\bcomplian(?:ce|t)\b|\bdashboards?\b|\bmilestones?\b",
    ),
    Never(
        "people who take part called users",
        "A user has an account; a participant never has one.",
        r"\busers?\b",
        r"\bend users?\b|\bparticipant users?\b|\banonymous users?\b",
    ),
    both(
        "summaries and replies by a machine",
        "Every theme has a human author; the room hears people.",
        r"\bauto ?(?:matic(?:ally)?)? ?(?:summar|repl)|\bsummari[sz]|\bsummary of (?:the|what)"
        r"|\bai[ -](?:written|made|summary|insight)"
        r"|\bartificial intelligence\b|\bgenerat(?:ed|e|ive) (?:text|summar|repl|reflection|reaction|theme|insight|by)"
        r"|\b(?:suggested|smart|canned) repl|\binsights?\b|\bchat ?gpt|\bgpt\b|\bopen ?ai\b",
    ),
    both(
        "nudges",
        "A compassionate answer cannot be mandated, nor prompted by a bell.",
        r"\bnudg|\bdon.t forget|\bwe miss(?:ed)? you|\bcome back soon|\bpush (?:notification|manager|subscri)"
        r"|\bpush ?manager|\bset app badge|\bshow notification|\brequest permission|\bsend beacon"
        r"|\bnot(?:ify|ification)s?\b|\bvibrate\b",
    ),
    both(
        "lacking people",
        "The capacity for compassion is innate; what suppresses it is how work is organised.",
        r"\bempath|\bresilien|\bdeficit|\bcompassion(?:ate)? (?:scor|index|level|rating|training|fatigue|skill|test)"
        r"|\b(?:lack|lacks|lacking|want) (?:of )?compassion|\blow compassion|\bunder ?perform"
        r"|\bpoor attitude|\bburnout (?:scor|level|risk)"
        r"|\bat[ -]risk staff|\bproblem staff",
    ),
    both(
        "people counted where the room looks",
        "People are not dots on a wall.",
        r"\b(?:people|participants|phones|devices|others) (?:are )?(?:online|typing|active)\b|\bonline now\b"
        r"|\b(?:participant|people|viewer|live|online) count(?:er)?\b"
        r"|\btyping indicator|\bpresence (?:dot|list|indicator)",
    ),
    Never(
        "progress along the lenses",
        "The six lenses stand in no order, and nobody completes compassion.",
        r"\b\d of (?:6|six) (?:lenses|done|complete)|\bprogress\b",
        r"\bprogress\b|\bprogressbar\b|\bmeter\b|\bvaluenow\b|\bvalue now\b",
    ),
    both(
        "the licensed name as ours",
        "We come from that tradition, and are not it.",
        r"\bschwartz(?: |-)?rounds?\b|\bschwartz\b",
    ),
)


@dataclass(frozen=True)
class Allowed:
    """words: taken out before a text is looked at, in the files that `places` (a glob) fits; of names, the whole one.

    by_name: whether it is a name of a thing or something said. what: of `NEVER`. why: the reason.
    """

    by_name: bool
    what: str
    places: str
    words: str
    why: str

    def taken_out(self, text: str) -> str:
        if self.by_name:
            return "\n".join(name for name in text.splitlines() if name != self.words)
        return text.replace(self.words, " ")


@functools.cache
def allowed() -> tuple[Allowed, ...]:
    with (Path(__file__).parent / "never_allowed.csv").open() as table:
        return tuple(
            Allowed(row["as"] == "name", row["what"], row["places"], row["words"], row["why"])
            for row in csv.DictReader(table)
        )


def offences(never: Never, texts: dict[str, str], *, by_name: bool = False) -> Iterator[str]:
    """What gives this away in these texts, by place, apart from what is allowed there."""
    fair = [one for one in allowed() if one.what == never.what and one.by_name == by_name]
    for place, text in texts.items():
        left = text
        for one in fair:
            left = one.taken_out(left) if fnmatch(place, one.places) else left
        yield from (f"{place}: {words!r}" for words in never.found(left, by_name=by_name))
