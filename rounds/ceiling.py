"""A ceiling on what people write in one round: far above what any hour writes, and before one phone fills the disk."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any, Final

from django.db.models import Func, IntegerField, Model, OuterRef, QuerySet, Subquery

from rounds import keys
from rounds.models import Round, SealedPost
from rounds.refusals import Refused

MOST: Final = 100_000  # things written, a gigabyte of boxes; what one phone may send in more than an hour
FULL: Final = "This round is full: no more words fit into it. What you typed is still here."


def locked(round: Round, *, related: str, shown: type[Model], by: str) -> tuple[Round, Refused | None]:
    """The round as it is now, locked, with what `related` names; and why it takes nothing more, or None.

    shown: what people's words become out of the sealed post; by: the path from one to its round. They are counted along
    with the lock, by no query of their own; what others wrote while it was waited for may be missed.
    Call inside a transaction. Raises keys.KeyGone of a full round that is sealed.
    """
    found = _counting(related, shown, by).get(pk=round.pk)
    return found, Refused(FULL) if found.written >= MOST and found.written >= _full_at(found) else None


@cache  # putting it together takes longer than asking it, and it is asked at every post
def _counting(related: str, shown: type[Model], by: str) -> QuerySet[Any]:
    rounds = Round.objects.select_for_update(of=("self",)).select_related(related)
    return rounds.annotate(written=_number(SealedPost, "round") + _number(shown, by))


def _number(model: type[Model], by: str) -> Subquery:
    count = Func(template="COUNT(*)", output_field=IntegerField())
    rows = model._base_manager.filter(**{by: OuterRef("pk")})
    return Subquery(rows.order_by().annotate(number=count).values("number"))


def _full_at(round: Round) -> int:
    """MOST, or up to a tenth above it, drawn from the round's key.

    By a ceiling that is known, whoever filled a round to the brim could tell how many others had written.
    """
    drawn = base64.urlsafe_b64decode(keys.keyed_hash(round.public_id, "band", "full") + "=")
    return MOST + int.from_bytes(drawn) % (MOST // 10 or 1)
