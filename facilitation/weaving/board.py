"""The board: all that facilitators weave of a round, as one flat state that can be compared, kept and put back.

A board is a dict of strings to JSON values. A key says what it is about, by public or random ids; a key that is not
there stands for "no". No value is a sentence, or tells who wrote one.

    theme:ID        its maker's primary key            title:ID       [title, whether it came from a sentence]
    place:ID        its position                       held:ID        to be held, not fixed
    barriers:ID     codes                              lies:REACTION  the theme it lies in
    left:REACTION   left out of every theme            not:PILE:REACTION  taken out of this theme or group by hand
    aside:REACTION  set aside for later                group:ID       [state, ids] of a proposal that is not past
    said:PROPOSAL   the theme a proposal belongs to    came:ACTION:ID the theme an action came from
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, Value, When

from facilitation.models import Action, ActionTheme, Placement, Proposal, ProposedGroup, Theme, Weaving
from rounds.models import Reaction, Round

Board = dict[str, Any]


def read(origin: Round) -> Board:
    """The board as it lies now; eight queries, whatever lies there."""
    board: Board = {}
    for theme in Theme.objects.filter(round=origin):
        board |= _of_theme(theme)
    placed = Placement.objects.filter(theme__round=origin)
    board |= {f"lies:{one}": pile for one, pile in placed.values_list("reaction_id", "theme__public_id")}
    by_hand = decided(origin)
    board |= {f"left:{one}": True for one in by_hand.left_out}
    board |= {f"not:{pile}:{one}": True for pile, out in by_hand.kept_out.items() for one in out}
    aside = Reaction.objects.pooled(origin).filter(state=Reaction.State.ASIDE)
    board |= {f"aside:{one}": True for one in aside.values_list("pk", flat=True)}
    groups = ProposedGroup.objects.filter(round=origin).exclude(state=ProposedGroup.State.PAST)
    known = groups.values_list("public_id", "state", "reaction_ids")
    board |= {f"group:{group}": [state, list(ids)] for group, state, ids in known}
    said = Proposal.objects.filter(theme__round=origin).values_list("pk", "theme__public_id")
    board |= {f"said:{one}": theme for one, theme in said}
    came = ActionTheme.objects.filter(theme__round=origin).values_list("action__public_id", "theme__public_id")
    return board | {f"came:{action}:{theme}": True for action, theme in came}


def write(origin: Round, *, now: Board, wanted: Board) -> None:
    """Turn the board that lies there `now` into the `wanted` one. Inside the verb's transaction, under its lock."""
    if now == wanted:
        return
    known = _write_themes(origin, wanted)
    _repoint(now, wanted, known)
    rewrite(origin, {one: known[pile].pk for one, pile in _of_kind("lies", wanted)})
    Theme.objects.filter(round=origin).exclude(public_id__in=known).delete()
    keep(origin, left_out=(one for one, _ in _of_kind("left", wanted)), kept_out=_kept_out(wanted))
    _write_aside(origin, now, wanted)
    _write_groups(origin, now, wanted)


def decided(origin: Round) -> Weaving:
    """What was decided by hand so far; nothing yet where no row is."""
    return Weaving.objects.filter(round=origin).first() or Weaving(round=origin)


def keep(origin: Round, *, left_out: Iterable[str], kept_out: Mapping[str, Iterable[str]]) -> None:
    """Write down what was decided by hand, sorted, so that no order of deciding is kept."""
    out = {pile: sorted(set(ones)) for pile, ones in sorted(kept_out.items())}
    said = {"left_out": sorted(set(left_out)), "kept_out": {pile: ones for pile, ones in out.items() if ones}}
    Weaving.objects.update_or_create(round=origin, defaults=said)


def lying(origin: Round) -> dict[str, int]:
    """Which theme each placed reaction lies in: reaction id to the theme's primary key."""
    return dict(Placement.objects.filter(theme__round=origin).values_list("reaction_id", "theme_id"))


def rewrite(origin: Round, lying: Mapping[str, int]) -> None:
    """Replace all placements of the round, in random order: no row may tell which was laid first."""
    rows = [Placement(reaction_id=reaction, theme_id=pile) for reaction, pile in lying.items()]
    secrets.SystemRandom().shuffle(rows)
    Placement.objects.filter(theme__round=origin).delete()
    Placement.objects.bulk_create(rows)


def belong(which: Q, theme: Theme | None) -> None:
    """Say of these proposals which theme they are about; None: about none in particular.

    All of each round's are written, in one statement: of a sealed round the few that changed could be told from the
    rest by the transaction that wrote them. Before a theme goes, call this: what the database empties it empties alone.
    """
    touched = set(Proposal.objects.filter(which).values_list("round", flat=True))
    named = Value(theme.pk if theme else None, output_field=BigIntegerField())
    said = Case(When(which, then=named), default=F("theme_id"), output_field=BigIntegerField())
    Proposal.objects.filter(round__in=touched).update(theme=said)


def _of_theme(theme: Theme) -> Board:
    one = theme.public_id
    return {
        f"theme:{one}": theme.made_by_id,
        f"title:{one}": [theme.title, theme.from_sentence],
        f"place:{one}": theme.position,
        f"held:{one}": theme.to_be_held,
        f"barriers:{one}": list(theme.barriers),
    }


def _of_kind(kind: str, board: Board) -> list[tuple[str, Any]]:
    start = f"{kind}:"
    return [(key.removeprefix(start), value) for key, value in board.items() if key.startswith(start)]


def _kept_out(board: Board) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, _ in _of_kind("not", board):
        pile, reaction = key.split(":")
        found.setdefault(pile, []).append(reaction)
    return found


def _write_themes(origin: Round, wanted: Board) -> dict[str, Theme]:
    """Make and change themes as wanted; returns them by public id. What is not wanted is left for later."""
    known = {theme.public_id: theme for theme in Theme.objects.filter(round=origin)}
    for one, maker in _of_kind("theme", wanted):
        theme = known.get(one) or Theme(round=origin, public_id=one)
        theme.made_by_id = maker
        theme.title, theme.from_sentence = wanted[f"title:{one}"]
        theme.position, theme.to_be_held = wanted[f"place:{one}"], wanted[f"held:{one}"]
        theme.barriers = wanted[f"barriers:{one}"]
        theme.save()
        known[one] = theme
    return {one: known[one] for one, _ in _of_kind("theme", wanted)}


def _write_aside(origin: Round, now: Board, wanted: Board) -> None:
    aside, back = ({one for one, _ in _of_kind("aside", board)} for board in (wanted, now))
    shown = Reaction.objects.pooled(origin).filter(pk__in=aside - back).shown()
    shown.update(state=Reaction.State.ASIDE)
    given_back = Reaction.objects.pooled(origin).filter(pk__in=back - aside, state=Reaction.State.ASIDE)
    given_back.update(state=Reaction.State.RELEASED)


def _write_groups(origin: Round, now: Board, wanted: Board) -> None:
    for key in now.keys() | wanted.keys():
        if key.startswith("group:") and now.get(key) != wanted.get(key):
            state, ids = wanted.get(key) or (ProposedGroup.State.PAST, now[key][1])
            group = ProposedGroup.objects.filter(round=origin, public_id=key.removeprefix("group:"))
            group.update(state=state, reaction_ids=ids)


def _repoint(now: Board, wanted: Board, known: Mapping[str, Theme]) -> None:
    """Take proposals and actions along to the theme they belong to."""
    moved: dict[str | None, list[str]] = {}
    for proposal in (key.removeprefix("said:") for key in now.keys() | wanted.keys() if key.startswith("said:")):
        theme = wanted.get(f"said:{proposal}")
        if now.get(f"said:{proposal}") != theme:
            moved.setdefault(theme, []).append(proposal)
    for theme, proposals in moved.items():
        belong(Q(pk__in=proposals), known[theme] if theme else None)
    for link, _ in _of_kind("came", wanted):
        if f"came:{link}" not in now:
            action, theme = link.split(":")
            ActionTheme.objects.create(action=Action.objects.get(public_id=action), theme=known[theme])
    for link, _ in _of_kind("came", now):
        if f"came:{link}" not in wanted:
            action, theme = link.split(":")
            ActionTheme.objects.filter(action__public_id=action, theme__public_id=theme).delete()
