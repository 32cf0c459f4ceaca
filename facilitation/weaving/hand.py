"""A person lays sentences somewhere. What the hand decides here the machine never turns back."""

from __future__ import annotations

from collections.abc import Collection

from facilitation.models import Placement, ProposedGroup, Theme
from facilitation.weaving import board
from rounds.models import Reaction, Round
from rounds.refusals import Refused


def lay(
    origin: Round, reactions: Collection[str], *, into: Theme | ProposedGroup | None = None, left_out: bool = False
) -> None:
    """Lay reactions into a theme, a proposed group, among the loose ones, or out of every theme.

    Wherever else they lay, they are kept out of from now on. Raises Refused when one of them is not there, or not
    shown to the room.
    """
    chosen = set(reactions)
    if Reaction.objects.pooled(origin).shown().filter(pk__in=chosen).count() != len(chosen):
        raise Refused("One of these sentences is not on the screens any more. Have a look and choose again.")
    target = into.public_id if into else ""
    by_hand = board.decided(origin)
    kept_out = {pile: set(out) for pile, out in by_hand.kept_out.items()}
    for pile, members in _piles(origin, chosen).items():
        if pile != target:
            kept_out.setdefault(pile, set()).update(members)
    kept_out[target] = kept_out.get(target, set()) - chosen
    out = set(by_hand.left_out) - chosen | (chosen if left_out else set())
    board.keep(origin, left_out=out, kept_out={pile: ones for pile, ones in kept_out.items() if pile})
    lying = {reaction: pile for reaction, pile in board.lying(origin).items() if reaction not in chosen}
    if isinstance(into, Theme):
        lying |= dict.fromkeys(chosen, into.pk)
    board.rewrite(origin, lying)
    _regroup(origin, chosen, into if isinstance(into, ProposedGroup) else None)


def join(origin: Round, pile: str, into: str) -> None:
    """A pile goes: what was kept out of it is kept out of the one it is joined to, unless it lies there."""
    by_hand = board.decided(origin)
    kept_out = {name: set(out) for name, out in by_hand.kept_out.items()}
    out = kept_out.pop(pile, set())
    if into:
        here = Placement.objects.filter(theme__round=origin, theme__public_id=into)
        kept_out[into] = (kept_out.get(into, set()) | out) - set(here.values_list("reaction_id", flat=True))
    board.keep(origin, left_out=by_hand.left_out, kept_out=kept_out)


def _piles(origin: Round, chosen: set[str]) -> dict[str, set[str]]:
    """For each theme and waiting group that holds some of these reactions, which."""
    names = dict(Theme.objects.filter(round=origin).values_list("pk", "public_id"))
    found: dict[str, set[str]] = {}
    for reaction, pile in board.lying(origin).items():
        if reaction in chosen:
            found.setdefault(names[pile], set()).add(reaction)
    for group in _waiting(origin):
        if members := chosen.intersection(group.reaction_ids):
            found[group.for_theme or group.public_id] = members
    return found


def _regroup(origin: Round, chosen: set[str], into: ProposedGroup | None) -> None:
    """Take the reactions out of every proposed group but this one, and put them there."""
    for group in _waiting(origin):
        ids = [one for one in group.reaction_ids if one not in chosen]
        if into and group.pk == into.pk:
            ids += sorted(chosen)
        if ids != group.reaction_ids:
            group.reaction_ids = ids
            group.save(update_fields=["reaction_ids"])


def _waiting(origin: Round) -> list[ProposedGroup]:
    return list(ProposedGroup.objects.filter(round=origin, state=ProposedGroup.State.WAITING))


def keep_out(origin: Round, pile: str, reactions: Collection[str]) -> None:
    """Have the machine never propose these reactions for this theme or group again."""
    by_hand = board.decided(origin)
    kept_out = {**by_hand.kept_out, pile: [*by_hand.kept_out.get(pile, []), *reactions]}
    board.keep(origin, left_out=by_hand.left_out, kept_out=kept_out)
