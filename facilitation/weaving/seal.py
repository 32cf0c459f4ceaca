"""What a seal does to the board: sentences have new ids, and nothing tells any more how they came to lie there."""

from __future__ import annotations

from collections.abc import Mapping

from facilitation.models import ProposedGroup, Theme
from facilitation.weaving import board, history
from rounds import sealing
from rounds.models import Reaction, Round


@sealing.rewrites
def _follow(round: Round, new_ids: Mapping[str, str]) -> None:
    """Carry placements and what was decided to the reactions' new ids; proposals and steps go with the old ones.

    The whole board is written anew, also where only some of its sentences are the round's: no row's place tells which.
    """
    if round.continues_id:
        return  # a later circle writes no sentences that could lie anywhere
    origin = round.origin
    ProposedGroup.objects.filter(round=origin).delete()
    known = {one: one for one in Reaction.objects.pooled(origin).values_list("pk", flat=True)} | dict(new_ids)
    board.rewrite(origin, {known[one]: pile for one, pile in board.lying(origin).items() if one in known})
    by_hand = board.decided(origin)
    piles = {one.public_id: by_hand.kept_out.get(one.public_id, []) for one in Theme.objects.filter(round=origin)}
    board.keep(
        origin,
        left_out=(known[one] for one in by_hand.left_out if one in known),
        kept_out={pile: [known[one] for one in out if one in known] for pile, out in piles.items()},
    )
    history.forget(origin)
