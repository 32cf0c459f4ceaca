"""“This is mine too”: company, counted once, never shown as a number; and the forms in front of reactions."""

from __future__ import annotations

import pytest
from django.utils.datastructures import MultiValueDict

from rounds import reactions, voices
from rounds.forms.reaction import ReactionForm
from rounds.live.messages import Sender
from rounds.models import Reaction, Round, Stage
from rounds.refusals import Refused, StageMovedOn
from tests import factories

pytestmark = pytest.mark.django_db
State = Reaction.State


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=Stage.REFLECTION)


def sender(round_: Round, voice: str = "anna") -> Sender:
    return Sender(round=round_, voice=voice)


def to(round_: Round, stage: Stage) -> None:
    Round.objects.filter(pk=round_.pk).update(stage=stage)
    round_.refresh_from_db()


def mine_too(round_: Round, reaction: Reaction, voice: str = "anna") -> None:
    reactions.mine_too(sender=sender(round_, voice), nonce="n", reaction=reaction.pk)


def test_company_counts_once_per_person(round_: Round) -> None:
    reaction = factories.reaction(round_)
    for voice in ("anna", "anna", "ben"):
        mine_too(round_, reaction, voice)
    assert voices.counts(round=round_, kind=reactions.MINE_TOO) == {reaction.pk: 2}


@pytest.mark.parametrize("state", [State.HELD, State.ASIDE])
def test_nobody_keeps_company_with_what_is_not_shown(round_: Round, state: Reaction.State) -> None:
    reaction = factories.reaction(round_, state=state)
    with pytest.raises(Refused, match="not here any more"):
        mine_too(round_, reaction)
    assert not voices.counts(round=round_, kind=reactions.MINE_TOO)


def test_nobody_keeps_company_with_another_rounds_reaction(round_: Round) -> None:
    theirs = factories.reaction(factories.round_(factories.programme("Hillside"), stage=Stage.REFLECTION))
    with pytest.raises(Refused, match="not here any more"):
        mine_too(round_, theirs)


@pytest.mark.parametrize("stage", [Stage.SILENCE, Stage.THRESHOLD, Stage.CIRCLE, Stage.CLOSING, Stage.CLOSED])
def test_company_is_kept_in_reflection_and_threads_only(round_: Round, stage: Stage) -> None:
    reaction = factories.reaction(round_)
    to(round_, Stage.THREADS)
    mine_too(round_, reaction)
    to(round_, stage)
    with pytest.raises(StageMovedOn):
        mine_too(round_, reaction, "ben")
    mine_too(round_, reaction)  # a repeat whose answer got lost
    assert voices.counts(round=round_, kind=reactions.MINE_TOO) == {reaction.pk: 1}


# --- the form in front of it


def test_every_chosen_feeling_arrives(round_: Round) -> None:
    form = ReactionForm(MultiValueDict({"prompt": ["p"], "text": [""], "feelings": ["sad", "numb", "sad"]}))
    assert form.is_valid()
    assert form.cleaned_data == {"prompt": "p", "text": "", "feelings": ["sad", "numb"], "reply": ""}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "x" * 2001, "under 2,000 characters"),
        ("text", "a\x00b", "cannot be shown"),
        ("text", "a\x1bb", "cannot be shown"),
        ("feelings", ["sad", "numb", "torn", "tired"], "three feelings at most"),
        ("feelings", ["furious"], "not on the list"),
        ("prompt", "", "Please reload the page."),
        ("prompt", "x" * 41, "Please reload the page."),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(field: str, value: object, words: str) -> None:
    form = ReactionForm({"prompt": "p", "text": "t", "feelings": [], field: value})
    assert not form.is_valid()
    assert words in form.errors[field][0]


def test_spaces_line_ends_and_emoji_are_kept_as_people_write_them() -> None:
    form = ReactionForm({"prompt": "p", "text": "  first\r\nsecond\t\U0001f9f6 e\u0301  ", "feelings": []})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "first\nsecond\t\U0001f9f6 \u00e9"
