"""Titles that are people's own words, and what becomes of them when the sentence is held afterwards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from facilitation.models import Theme
from rounds.models import Reaction, Round


def shown_words(origin: Round) -> list[str]:
    """The words of every reaction the room may see now, as `titles_shown` compares them."""
    return [plain(text) for text in Reaction.objects.pooled(origin).shown().values_list("text", flat=True)]


def titles_shown(titles: Iterable[str], shown: Iterable[str]) -> list[str]:
    """Those of the candidate titles whose words stand in one of the `shown_words`.

    A sentence may be held after the machine cut a title from it: it must not reach the wall that way.
    """
    said = [f" {words} " for words in shown]
    return [title for title in titles if any(f" {plain(title)} " in words for words in said)]


def is_quoted(origin: Round, title: str) -> bool:
    """Whether the title stands word for word in a sentence the room may see."""
    return bool(titles_shown([title], shown_words(origin)))


def same(one: str, other: str) -> bool:
    """Whether two titles are the same words, however they are spaced and capitalised."""
    return plain(one) == plain(other)


def withdrawn(origin: Round, themes: Iterable[Theme]) -> frozenset[str]:
    """Public ids of the themes whose title came from a sentence that is not shown any more, and stands in no other."""
    quoted = [theme for theme in themes if theme.from_sentence]
    if not quoted:
        return frozenset()
    reactions = Reaction.objects.pooled(origin)
    shown = shown_words(origin)
    hidden = [plain(text) for text in reactions.exclude(pk__in=reactions.shown()).values_list("text", flat=True)]
    return frozenset(
        theme.public_id
        for theme in quoted
        if titles_shown([theme.title], hidden) and not titles_shown([theme.title], shown)
    )


def plain(text: str) -> str:
    """The words alone, for comparing: case, spaces, punctuation and signs nobody sees do not matter.

    What has no word in it, such as a lone emoji, is compared as it stands.
    """
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return " ".join(re.findall(r"\w+", seen.casefold())) or " ".join(seen.split())
