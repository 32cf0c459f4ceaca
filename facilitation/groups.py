"""Groups the machine proposes from the loose reactions of a round. Only facilitators see them; people decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from facilitation import themes
from facilitation.clustering import Group, Proposal, Sentence, propose
from facilitation.models import Placement, ProposedGroup, Theme
from rounds import staff_acts
from rounds.models import Reaction, Round, User
from rounds.refusals import Refused

LONGEST_CANDIDATE = 80  # a sentence longer than this is no title, however well it speaks for the others
TAKEN_ALREADY = "That group is not here any more. Somebody may have taken it or put it away."
NOT_SHOWN_NOW = "Those words came from a sentence that is not shown any more. Choose another title, or write your own."


def propose_groups(*, round: Round, by: User) -> int:
    """Let the machine look for groups among what is still loose; earlier proposals make way. Returns how many.

    What was dismissed is not proposed again. Raises Refused when the machine is off, or when too little is loose.
    """
    origin = Round.objects.select_related("programme").get(pk=round.continues_id or round.pk)
    if not origin.programme.machine_on:
        raise Refused("Proposals by the machine are switched off here. Everything works by hand.")
    loose = {reaction.pk: reaction for reaction in loose_reactions(origin)}
    # Before the lock: grouping takes a moment, and nobody's post should wait for it.
    found = propose([_sentence(reaction) for reaction in loose.values()])
    if found.too_few:
        raise Refused("There are too few loose sentences with words in them. You will see more than the machine does.")
    return _keep(origin=round, found=found, loose=loose, by=by)


@transaction.atomic
def take(*, round: Round, group: str, title: str, by: User, kept: Collection[str] | None = None) -> Theme:
    """Make a proposed group a theme, under a title its taker chose or wrote. What was placed meanwhile stays put.

    kept: the sentences that were not left out, all of them when not given; those left out stay loose.
    Raises Refused for a title the machine proposed from a sentence that has been held since.
    """
    origin = themes.lock(round)
    found = _named(origin, group)
    if _is_candidate(title, found) and title not in titles_shown([title], shown_words(origin)):
        raise Refused(NOT_SHOWN_NOW)
    loose = {reaction.pk for reaction in loose_reactions(origin)}
    chosen = [reaction for reaction in found.reaction_ids if reaction in loose and (kept is None or reaction in kept)]
    if not chosen:
        raise Refused("All of these sentences lie in themes by now.")
    theme = themes.make(round=origin, title=title, by=by, reactions=chosen)
    found.delete()
    return theme


@transaction.atomic
def dismiss(*, round: Round, group: str, by: User) -> None:
    """Put a proposed group away, so that it is not proposed again. The sentences stay as they are."""
    origin = themes.lock(round)
    found = _named(origin, group)
    found.state = ProposedGroup.State.DISMISSED
    found.save(update_fields=["state"])
    staff_acts.note(round=origin, who=by, what="put a proposed group away")
    themes.tell_rounds(origin, "groups")


def loose_reactions(origin: Round) -> list[Reaction]:
    """What the room may see, can be read, and nobody has placed yet, in random order that stays."""
    placed = Placement.objects.filter(theme__round=origin).values("reaction")
    shown = Reaction.objects.of(origin).shown().exclude(pk__in=placed).select_related("prompt")
    return [reaction for reaction in shown if not reaction.is_quiet]


def shown_words(origin: Round) -> list[str]:
    """The words of every reaction the room may see now, as `titles_shown` compares them."""
    return [_plain(text) for text in Reaction.objects.of(origin).shown().values_list("text", flat=True)]


def titles_shown(titles: Iterable[str], shown: Iterable[str]) -> list[str]:
    """Those of the candidate titles whose words stand in one of the `shown_words`.

    A sentence may be held after the machine cut a title from it: it must not reach the wall that way.
    """
    said = list(shown)
    return [title for title in titles if any(_plain(title) in words for words in said)]


def _is_candidate(title: str, group: ProposedGroup) -> bool:
    return _plain(title) in {_plain(candidate) for candidate in group.titles}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _sentence(reaction: Reaction) -> Sentence:
    return Sentence(reaction.pk, reaction.text, tuple(reaction.feelings), reaction.prompt.public_id)


@transaction.atomic
def _keep(*, origin: Round, found: Proposal, loose: dict[str, Reaction], by: User) -> int:
    locked = themes.lock(origin)
    put_away = ProposedGroup.objects.filter(round=locked, state=ProposedGroup.State.DISMISSED)
    dismissed = [set(group.reaction_ids) for group in put_away]
    ProposedGroup.objects.filter(round=locked, state=ProposedGroup.State.WAITING).delete()
    made = ProposedGroup.objects.bulk_create(
        ProposedGroup(round=locked, reaction_ids=list(group.ids), titles=_titles(group, loose))
        for group in found.groups
        if not any(set(group.ids) <= known for known in dismissed)
    )
    staff_acts.note(round=locked, who=by, what="asked the machine to propose groups")
    themes.tell_rounds(locked, "groups")
    return len(made)


def _titles(group: Group, loose: dict[str, Reaction]) -> list[str]:
    """People's own words to choose a title from: phrases first, then whole sentences that are short enough."""
    sentences = [" ".join(loose[one].text.split()) for one in group.central]
    short = [sentence for sentence in sentences if 0 < len(sentence) <= LONGEST_CANDIDATE]
    return list(dict.fromkeys([*group.titles, *short]))[:5]


def _named(origin: Round, group: str) -> ProposedGroup:
    found = ProposedGroup.objects.filter(round=origin, public_id=group, state=ProposedGroup.State.WAITING).first()
    if found is None:
        raise Refused(TAKEN_ALREADY)
    return found
