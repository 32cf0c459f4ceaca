"""What retention does to themes: which tables hold people's words, what is signed off, what is left when they go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from facilitation import clustering
from facilitation.models import (
    ActionTheme,
    Placement,
    Proposal,
    ProposedGroup,
    SortedPairs,
    Strand,
    Theme,
    Thread,
    Weaving,
    WeavingStep,
)
from facilitation.titles import NO_NAME, readable
from facilitation.weaving.quoting import plain
from rounds import purge, retention, small_numbers, words
from rounds.models import Reaction, Round

A_PHRASE: Final = 4  # words from which on a title that stands in a sentence is that sentence's, and not the language's
_LOOSE: Final = "loose"

words.held_in(Placement, to_round="reaction__prompt__round", is_written=False)
words.held_in(Proposal, to_round="round")
words.held_in(ProposedGroup, to_round="round")
words.held_in(SortedPairs, to_round="round")
words.held_in(Weaving, to_round="round", is_written=False)
words.held_in(WeavingStep, to_round="round", is_written=False)
words.copied_to(Theme, "title", to_round="round", instead=NO_NAME)
words.copied_to(Thread, "name", to_round="strands__theme__round", instead="")


@retention.signs_off
def titles(round: Round) -> list[retention.Title]:
    """The round's own themes; a later circle and a re-run have none, they are the first round's."""
    pool = Round.objects.pool_of(round)
    shown, hidden = _said(pool, held=False), _said(pool, held=True)
    found = []
    read = set(readable(Theme.objects.filter(round=round)).values_list("pk", flat=True))
    for theme in Theme.objects.filter(round=round):
        is_shown, is_hidden = is_word_for_word(theme.title, shown), is_word_for_word(theme.title, hidden)
        found.append(
            retention.Title(
                id=theme.public_id,
                words=theme.title,
                word_for_word=is_shown or is_hidden,
                held=is_hidden and not is_shown,
                is_read=theme.pk in read,
                sentences=f"about {theme.sentences} sentences" if theme.sentences else "",
            )
        )
    return found


def is_word_for_word(title: str, said: list[str]) -> bool:
    """Whether the title is all of what somebody wrote, or a phrase of at least A_PHRASE words out of it.

    said: what people wrote, as `plain` leaves it. Case, spaces and punctuation do not matter.
    """
    words_ = plain(title)
    is_phrase = len(words_.split()) >= A_PHRASE
    return any(words_ == one or (is_phrase and f" {words_} " in f" {one} ") for one in said if one)


@purge.as_words_go
def _leave_a_trace(round: Round) -> None:
    """Before the sentences go, keep about how many lay in each theme, and no title that is nobody's own.

    One table, published once: each sentence is in one theme or loose. Where nobody signed the themes off, nobody has
    said that somebody's words may stay as a title, unless the room made an action of it.
    """
    themes = list(Theme.objects.filter(round=round.origin_pk))
    if round.let_go_at is None and not Round.objects.pool_of(round).exclude(words_gone_at=None).exists():
        _count_sentences(round, themes)
    said = [plain_ for held in (False, True) for plain_ in _said([round], held=held)]
    for theme in themes:
        if _goes_with_the_words(round, theme, said):
            theme.title = NO_NAME
    Theme.objects.bulk_update(themes, ["sentences", "title"])
    _let_go_of_names(round, said)
    _forget_proposals(round)
    clustering.forget()


def _goes_with_the_words(round: Round, theme: Theme, said: list[str]) -> bool:
    """Whether a title is somebody's words and nobody's own; where the words are let go, also one that was kept."""
    if round.let_go_at is not None:
        return is_word_for_word(theme.title, said)
    return round.signed_off_at is None and _is_nobodys_own(theme, said)


def _let_go_of_names(round: Round, said: list[str]) -> None:
    """Empty names of threads that are somebody's words where such titles go too: they go by a title again."""
    if round.let_go_at is None and round.origin.signed_off_at is not None:
        return
    threads = Thread.objects.filter(programme_id=round.programme_id).exclude(name="")
    quoted = [thread.pk for thread in threads if is_word_for_word(thread.name, said)]
    Thread.objects.filter(pk__in=quoted).update(name="")


def _names_of_unsigned() -> set[int]:
    """The threads in which a theme lies that nobody has signed off, and whose words have not gone."""
    waits = Strand.objects.filter(theme__round__signed_off_at=None, theme__round__words_gone_at=None)
    return set(waits.values_list("thread_id", flat=True))


def _count_sentences(round: Round, themes: list[Theme]) -> None:
    """Of all tellings together, as the first of them goes: a second table could be taken away from the first."""
    lying = {str(theme.pk): Placement.objects.filter(theme=theme).count() for theme in themes}
    loose = Reaction.objects.pooled(round).count() - sum(lying.values())
    shown = small_numbers.suppress({**lying, _LOOSE: loose})
    for theme in themes:
        theme.sentences = shown[str(theme.pk)].value


def _forget_proposals(round: Round) -> None:
    """Drop what stands with the first telling and may quote, or name, what goes with this one."""
    ProposedGroup.objects.filter(round=round.origin_pk).delete()
    WeavingStep.objects.filter(round=round.origin_pk).delete()
    going = set(Reaction.objects.of(round).values_list("pk", flat=True))
    for kept in Weaving.objects.filter(round=round.origin_pk):
        kept.left_out = [one for one in kept.left_out if one not in going]
        kept.kept_out = {pile: [one for one in out if one not in going] for pile, out in kept.kept_out.items()}
        kept.save()


def _is_nobodys_own(theme: Theme, said: list[str]) -> bool:
    return is_word_for_word(theme.title, said) and not ActionTheme.objects.filter(theme=theme).exists()


def _said(rounds: Iterable[Round], *, held: bool) -> list[str]:
    """What people wrote, reactions and proposals, without their punctuation; held: what the room may not see."""
    reactions = Reaction.objects.filter(prompt__round__in=rounds)
    shown = reactions.shown()
    found = reactions.exclude(pk__in=shown) if held else shown
    proposals = Proposal.objects.filter(round__in=rounds, set_aside=held)
    return [plain(text) for texts in (found, proposals) for text in texts.values_list("text", flat=True)]


words.withhold(Thread, {"name": ""}, pks=_names_of_unsigned)
