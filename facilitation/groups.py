"""Groups the machine proposes from the loose reactions of a round. Only facilitators see them; people decide.

What people decided by hand is kept: themes stay whole and apart, what was taken out of a pile is not proposed there
again, what was put away stays away. Looking takes a moment, so it is done before any lock is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from facilitation import clustering, own_model, sorting, themes
from facilitation.clustering import Group, Pins, Proposal, Sentence
from facilitation.models import Placement, ProposedGroup, Theme
from facilitation.named_people import name_in
from facilitation.weaving import board, hand, quoting
from rounds import small_numbers, voices
from rounds.models import Reaction, Round, User
from rounds.reactions import MINE_TOO
from rounds.refusals import Refused

LONGEST_CANDIDATE = 80  # a sentence longer than this is no title, however well it speaks for the others
LEAST = 2  # sentences of a new group; one alone may still belong to a theme
FEW_TO_TELL_APART = 3  # of a group's sentences, with which those that were taken out of it never come together again
SAME_AS_PUT_AWAY = 2 / 3  # of a group's sentences in one that was put away: then it is that one, and stays away
TAKEN_ALREADY = "That group is not here any more. Somebody may have taken it or put it away."
NOT_SHOWN_NOW = "Those words came from a sentence that is not shown any more. Choose another title, or write your own."
NOTHING_NEW = "Nothing new is loose. You can look again at everything."
State = ProposedGroup.State


@dataclass(frozen=True)
class Standing:
    """A proposed group as it stands: what of it is still loose. theme: where these may belong to as well, if so."""

    group: ProposedGroup
    reactions: list[Reaction]
    theme: Theme | None


def propose_groups(*, round: Round, by: User) -> int:
    """Let the machine look for groups among what is loose. Returns for how many sentences it found a place.

    Where groups stand already, nothing in them moves: only what has come since is given a place, or left loose.
    Raises Refused when the machine is off, or when there is too little to look at.
    """
    origin = _origin(round)
    loose = loose_reactions(origin)
    waiting = standing(origin)
    if not waiting:
        return _keep(round, by=by, found=_look(origin, loose), as_=State.WAITING)
    known = {reaction.pk for one in waiting for reaction in one.reactions}
    fresh = [reaction for reaction in loose if reaction.pk not in known]
    if not fresh:
        raise Refused(NOTHING_NEW)
    return _add(round, by=by, placed=_places(origin, fresh, waiting))


def look_again(*, round: Round, by: User) -> int:
    """Let the machine look at all that is loose as if for the first time. What it finds stands beside today's groups.

    Returns how many groups it found. Raises Refused as `propose_groups`.
    """
    origin = _origin(round)
    found = _look(origin, loose_reactions(origin))
    _keep(round, by=by, found=found, as_=State.PREVIEW)
    return len(found)


def choose(*, round: Round, new: bool, by: User) -> None:
    """Go on with the groups that were found on looking again, or stay with today's. Raises Refused when none are."""
    what = "took the new grouping" if new else "stayed with the old grouping"
    with themes.weaving(round, by=by, what=what) as origin:
        preview = ProposedGroup.objects.filter(round=origin, state=State.PREVIEW)
        if not preview.exists():
            raise Refused("There is nothing to compare any more. Somebody has decided already.")
        if new:
            ProposedGroup.objects.filter(round=origin, state=State.WAITING).update(state=State.PAST)
        preview.update(state=State.WAITING if new else State.PAST)


def take(*, round: Round, group: str, title: str, by: User) -> Theme:
    """Make a proposed group a theme under a title its taker chose or wrote, or lay it into the theme it is for.

    What was placed meanwhile stays put. Raises Refused for a title the machine proposed from a sentence that has
    been held since, and when nothing of it is loose any more.
    """
    with themes.weaving(round, by=by, what="took a proposed group") as origin:
        found = _named(origin, group)
        loose = {reaction.pk for reaction in loose_reactions(origin)}
        chosen = [reaction for reaction in found.reaction_ids if reaction in loose]
        if not chosen:
            raise Refused("All of these sentences lie in themes by now.")
        # Taken before its sentences are laid elsewhere: they were not taken out of it by hand.
        ProposedGroup.objects.filter(pk=found.pk).update(state=State.TAKEN)
        if found.for_theme:
            theme = themes.named(origin, found.for_theme)
            hand.lay(origin, chosen, into=theme)
            return theme
        candidate = any(quoting.same(title, one) for one in found.titles)
        if candidate and not quoting.is_quoted(origin, title):
            raise Refused(NOT_SHOWN_NOW)
        theme = themes.new(origin, title=title, by=by, reactions=chosen)
        hand.join(origin, found.public_id, theme.public_id)
        return theme


def dismiss(*, round: Round, group: str, by: User) -> None:
    """Put a proposed group away, so that it is not proposed again. The sentences stay as they are."""
    with themes.weaving(round, by=by, what="put a proposed group away") as origin:
        found = _named(origin, group)
        if found.for_theme:
            hand.keep_out(origin, found.for_theme, found.reaction_ids)
        ProposedGroup.objects.filter(pk=found.pk).update(state=State.DISMISSED)


def loose_reactions(origin: Round) -> list[Reaction]:
    """What the room may see, can be read, and nobody has placed or left out yet, in random order that stays."""
    placed = Placement.objects.filter(theme__round=origin).values("reaction")
    shown = Reaction.objects.pooled(origin).shown().exclude(pk__in=placed).select_related("prompt")
    left_out = set(board.decided(origin).left_out)
    return [reaction for reaction in shown if not reaction.is_quiet and reaction.pk not in left_out]


def standing(origin: Round, state: str = State.WAITING) -> list[Standing]:
    """The proposed groups that have enough loose sentences left to be one, in random order that stays."""
    groups = ProposedGroup.objects.filter(round=origin, state=state).order_by("public_id")
    if not groups:
        return []
    loose = {reaction.pk: reaction for reaction in loose_reactions(origin)}
    known = {theme.public_id: theme for theme in Theme.objects.filter(round=origin)}
    kept_out = board.decided(origin).kept_out
    found = []
    for group in groups:
        out = kept_out.get(group.for_theme or group.public_id, ())
        reactions = [loose[one] for one in group.reaction_ids if one in loose and one not in out]
        theme = known.get(group.for_theme)
        if len(reactions) >= (1 if theme else LEAST) and (theme or not group.for_theme):
            found.append(Standing(group, reactions, theme))
    return found


def _origin(round: Round) -> Round:
    origin = Round.objects.select_related("programme").get(pk=round.origin_pk)
    if not origin.programme.machine_on:
        raise Refused("Proposals by the machine are switched off here. Everything works by hand.")
    return origin


def _look(origin: Round, loose: Collection[Reaction]) -> list[ProposedGroup]:
    """Groups of what is loose, not saved, beside the themes there are. What was put away stays away."""
    placed = Reaction.objects.pooled(origin).shown().filter(placement__theme__round=origin).select_related("prompt")
    found = _propose(origin, [*loose, *placed])
    if found.too_few:
        raise Refused("There are too few loose sentences with words in them. You will see more than the machine does.")
    return _as_groups(origin, found, loose)


def _propose(origin: Round, reactions: Collection[Reaction]) -> Proposal:
    """What the machine makes of these, given what people decided by hand and what the room sorted together."""
    sorted_pairs = sorting.evidence(origin)
    told = _sentences(origin, reactions)
    pins = own_model.with_its_groups(_pins(origin), told, round=origin)
    return clustering.propose(
        told, pinned=pins, sorted=sorted_pairs if sorted_pairs.pairs else None, quotable=_names_nobody
    )


def _names_nobody(words: str) -> bool:
    return name_in(words) is None


def _as_groups(origin: Round, found: Proposal, loose: Collection[Reaction]) -> list[ProposedGroup]:
    texts = {reaction.pk: reaction.text for reaction in loose}
    piles = dict(Placement.objects.filter(theme__round=origin).values_list("reaction_id", "theme__public_id"))
    kept_out = board.decided(origin).kept_out
    put_away = ProposedGroup.objects.filter(round=origin, state=State.DISMISSED, for_theme="")
    dismissed = [set(group.reaction_ids) for group in put_away]
    made = []
    for group in found.groups:
        theme = next((piles[one] for one in group.ids if one in piles), "")
        ids = [one for one in group.ids if one in texts and one not in kept_out.get(theme, ())]
        enough = len(ids) >= (1 if theme else LEAST)
        if enough and not any(len(known.intersection(ids)) >= SAME_AS_PUT_AWAY * len(ids) for known in dismissed):
            titles = [] if theme else _titles(group, texts)
            made.append(ProposedGroup(round=origin, for_theme=theme, reaction_ids=ids, titles=titles))
    return made


def _places(
    origin: Round, fresh: Collection[Reaction], waiting: Collection[Standing]
) -> tuple[Mapping[str, str], list[ProposedGroup]]:
    """For new sentences, the standing group or theme each clearly belongs to; and new groups of the others."""
    piles: dict[str, list[Reaction]] = {one.group.public_id: one.reactions for one in waiting if not one.theme}
    for theme in Theme.objects.filter(round=origin).prefetch_related("placements__reaction__prompt"):
        piles[theme.public_id] = [placement.reaction for placement in theme.placements.all()]
    groups = {pile: _sentences(origin, reactions) for pile, reactions in piles.items() if reactions}
    kept_out = board.decided(origin).kept_out
    found = clustering.place(_sentences(origin, fresh), groups)
    placed = {one: pile for one, pile in found.items() if pile and one not in kept_out.get(pile, ())}
    rest = [reaction for reaction in fresh if reaction.pk not in placed]
    beside = _propose(origin, rest)
    return placed, _as_groups(origin, beside, rest)


def _pins(origin: Round) -> Pins:
    """What people decided: themes stay whole and apart, what was taken out of a pile stays out of it."""
    members: dict[str, list[str]] = {}
    for reaction, pile in Placement.objects.filter(theme__round=origin).values_list("reaction", "theme__public_id"):
        members.setdefault(pile, []).append(reaction)
    pins = Pins.of_themes(members.values())
    kept_out = board.decided(origin).kept_out
    groups = ProposedGroup.objects.filter(round=origin, public_id__in=kept_out).exclude(state=State.DISMISSED)
    of_piles = {group.public_id: group.reaction_ids[:FEW_TO_TELL_APART] for group in groups}
    of_piles |= {pile: [min(ones)] for pile, ones in members.items()}
    apart = [(one, other) for pile, out in kept_out.items() for one in out for other in of_piles.get(pile, ())]
    return Pins(pins.together, (*pins.apart, *(pair for pair in apart if pair[0] != pair[1])))


def _sentences(origin: Round, reactions: Iterable[Reaction]) -> list[Sentence]:
    """What the machine is told: words, feelings, the prompt, and company as a rounded number, nothing below five."""
    company = Counter[str]()
    for told in Round.objects.pool_of(origin):
        company += voices.counts(round=told, kind=MINE_TOO)
    return [
        Sentence(one.pk, one.text, tuple(one.feelings), one.prompt.public_id, _banded(company[one.pk]))
        for one in reactions
    ]


def _banded(count: int) -> int:
    step = small_numbers.STEP
    return 0 if count < small_numbers.THRESHOLD else step * ((count + step // 2) // step)


def _keep(round: Round, *, by: User, found: Collection[ProposedGroup], as_: str) -> int:
    what = "asked the machine to look again" if as_ == State.PREVIEW else "asked the machine to propose groups"
    with themes.weaving(round, by=by, what=what) as origin:
        # Somebody else may have asked in the same moment: the later answer makes the earlier one past.
        ProposedGroup.objects.filter(round=origin, state=as_).update(state=State.PAST)
        for group in found:
            group.state = as_
        ProposedGroup.objects.bulk_create(found)
    return sum(len(group.reaction_ids) for group in found)


def _add(round: Round, *, by: User, placed: tuple[Mapping[str, str], list[ProposedGroup]]) -> int:
    """Put new sentences into the groups that stand, into proposals for themes, and into groups of their own."""
    into, made = placed
    with themes.weaving(round, by=by, what="asked the machine about new sentences") as origin:
        waiting = ProposedGroup.objects.filter(round=origin, state=State.WAITING)
        standing_now = {group.for_theme or group.public_id: group for group in waiting}
        known = set(Theme.objects.filter(round=origin).values_list("public_id", flat=True))
        for pile in sorted(set(into.values())):
            ids = sorted(one for one, where in into.items() if where == pile)
            group = standing_now.get(pile) or ProposedGroup(round=origin, for_theme=pile, reaction_ids=[])
            if group.pk or pile in known:
                group.reaction_ids = list(dict.fromkeys([*group.reaction_ids, *ids]))
                group.save()
        ProposedGroup.objects.bulk_create(made)
    return len(into) + sum(len(group.reaction_ids) for group in made)


def _titles(group: Group, texts: Mapping[str, str]) -> list[str]:
    """People's own words to choose a title from: phrases first, then whole sentences that are short enough."""
    sentences = [" ".join(texts[one].split()) for one in group.central if one in texts]
    short = [one for one in sentences if 0 < len(one) <= LONGEST_CANDIDATE and _names_nobody(one)]
    return list(dict.fromkeys([*group.titles, *short]))[:5]


def _named(origin: Round, group: str) -> ProposedGroup:
    found = ProposedGroup.objects.filter(round=origin, public_id=group, state=State.WAITING).first()
    if found is None:
        raise Refused(TAKEN_ALREADY)
    return found
