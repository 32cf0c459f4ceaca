"""A title is known for somebody’s words however it is written, and leaves the wall with its sentence."""

from __future__ import annotations

import pytest

from facilitation import themes
from facilitation.weaving import quoting
from rounds import reactions
from rounds.models import Reaction, Stage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("He cried in the sluice", "He cried in the sluice."),
        ("he cried — in the  sluice", "Then he cried in the sluice, and nobody came."),
        ("He didn’t come", "He didn't come"),
        ("the slu\u200bice", "Nobody goes into the sluice"),
        ("ﬁne again", "fine again"),
        ("🙂", "🙂"),
    ],
)
def test_a_title_is_found_in_its_sentence_whatever_is_between_the_letters(title: str, sentence: str) -> None:
    assert quoting.titles_shown([title], [quoting.plain(sentence)]) == [title]


@pytest.mark.parametrize(("title", "sentence"), [("he art", "heart"), ("luice", "the sluice"), ("", "the sluice")])
def test_a_piece_of_a_word_is_nobodys_words(title: str, sentence: str) -> None:
    assert quoting.titles_shown([title], [quoting.plain(sentence)]) == []


def test_a_title_leaves_the_wall_with_its_sentence_though_it_lost_the_full_stop() -> None:
    round = factories.round_(stage=Stage.THREADS)
    alice = factories.facilitator("alice", of=round.programme)
    said = factories.reaction(round, "He cried in the sluice.")
    theme = themes.make(round=round, title="He cried in the sluice", by=alice)
    assert quoting.withdrawn(round, [theme]) == frozenset()
    reactions.move(round=round, reaction=said.pk, to=Reaction.State.HELD, by=alice)
    assert quoting.withdrawn(round, [theme]) == {theme.public_id}
