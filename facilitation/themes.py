"""Themes: the common threads people make of a round's reactions. Every one has a human author.

A later circle works on the themes of the round it continues: `round` may be either. Themes are named by their
public id, looked up under the lock, so that what somebody else has just merged or removed is refused in words.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import transaction
from django.db.models import Max

from facilitation.forms.themes import LONGEST_TITLE
from facilitation.models import ActionTheme, Placement, Proposal, ProposedGroup, Theme
from rounds import sealing, staff_acts, voices
from rounds.live.doorbell import announce
from rounds.live.messages import Sender
from rounds.models import Reaction, Round, Stage, Tally, User, Voice
from rounds.refusals import Refused, StageMovedOn

RINGS_TRUE: Final = "rings_true"
BARRIER: Final = "barrier"
WEAVING: Final = frozenset({Stage.THREADS, Stage.THRESHOLD, Stage.CIRCLE, Stage.CLOSING, Stage.CLOSED})

GONE = "That theme is not here any more. Somebody may have merged it or taken it away."


@transaction.atomic
def make(*, round: Round, title: str, by: User, reactions: Sequence[str] = ()) -> Theme:
    """Make a theme, last in order, with these reactions in it, wherever they lay before.

    Raises Refused without a title, and when one of the reactions is not there or not shown to the room.
    """
    origin = lock(round)
    theme = Theme.objects.create(round=origin, title=_title(title), position=_last_position(origin) + 1, made_by=by)
    if reactions:
        _lay(origin, reactions, theme)
    _tell(origin, by, "made a theme")
    return theme


@transaction.atomic
def rename(*, round: Round, theme: str, title: str, by: User) -> Theme:
    """Give a theme another title. Raises Refused without one."""
    origin = lock(round)
    found = named(origin, theme)
    found.title = _title(title)
    found.save(update_fields=["title"])
    _tell(origin, by, "renamed a theme")
    return found


@transaction.atomic
def merge(*, round: Round, theme: str, into: str, by: User) -> Theme:
    """Put all that lies in one theme into another, with its barriers, proposals and actions; the first one goes.

    What people said of the first theme alone goes with it: whoever said it of both would count twice.
    """
    origin = lock(round)
    gone, kept = named(origin, theme), named(origin, into)
    if gone == kept:
        raise Refused("Choose another theme to merge it with.")
    lying = _lying(origin)
    _rewrite(origin, {reaction: kept.pk if pile == gone.pk else pile for reaction, pile in lying.items()})
    kept.barriers = [*kept.barriers, *(code for code in gone.barriers if code not in kept.barriers)]
    kept.save(update_fields=["barriers"])
    Proposal.objects.filter(theme=gone).update(theme=kept)
    already = ActionTheme.objects.filter(theme=kept).values("action")
    ActionTheme.objects.filter(theme=gone).exclude(action__in=already).update(theme=kept)
    _drop(gone)
    _tell(origin, by, "merged two themes")
    return kept


@transaction.atomic
def split(*, round: Round, theme: str, reactions: Sequence[str], title: str, by: User) -> Theme:
    """Make a theme of some of another theme's reactions.

    Raises Refused when none of them, or all, were chosen, or one of them lies elsewhere.
    """
    origin = lock(round)
    parted, lying = named(origin, theme), _lying(origin)
    chosen = set(reactions)
    own = {reaction for reaction, pile in lying.items() if pile == parted.pk}
    if not chosen or not chosen <= own:
        raise Refused(f"Tick the sentences of “{parted.title}” that belong together, and only those.")
    if chosen == own:
        raise Refused("That would leave the theme empty. You can rename it instead.")
    return make(round=origin, title=title, by=by, reactions=reactions)


@transaction.atomic
def place(*, round: Round, reactions: Sequence[str], theme: str, by: User) -> Theme | None:
    """Lay reactions into a theme, or with an empty `theme` back among the loose ones. Returns the theme.

    Raises Refused when nothing was chosen, or one of the reactions is not there or not shown to the room.
    """
    origin = lock(round)
    found = named(origin, theme) if theme else None
    if not reactions:
        raise Refused("Tick one sentence or several first.")
    _lay(origin, reactions, found)
    _tell(origin, by, "moved sentences between themes")
    return found


@transaction.atomic
def move_up(*, round: Round, theme: str, by: User) -> Theme:
    """Let a theme change places with the one before it. The first one stays where it is."""
    return _step(round=round, theme=theme, by=by, step=-1)


@transaction.atomic
def move_down(*, round: Round, theme: str, by: User) -> Theme:
    """Let a theme change places with the one after it. The last one stays where it is."""
    return _step(round=round, theme=theme, by=by, step=1)


@transaction.atomic
def remove(*, round: Round, theme: str, by: User) -> Theme:
    """Take a theme away; its reactions are loose again. Raises Refused when an action came from it."""
    origin = lock(round)
    found = named(origin, theme)
    if ActionTheme.objects.filter(theme=found).exists():
        raise Refused("An action came from this theme. It can be renamed or merged, but not taken away.")
    _rewrite(origin, {reaction: pile for reaction, pile in _lying(origin).items() if pile != found.pk})
    _drop(found)
    _tell(origin, by, "took a theme away")
    return found


@transaction.atomic
def hold_not_fix(*, round: Round, theme: str, held: bool, by: User) -> Theme:
    """Mark a theme as to be held, not fixed: a full outcome of a round. Or take the mark off again."""
    origin = lock(round)
    found = named(origin, theme)
    found.to_be_held = held
    found.save(update_fields=["to_be_held"])
    _tell(origin, by, "marked a theme as to be held" if held else "took back that a theme is to be held")
    return found


@transaction.atomic
def rings_true(*, sender: Sender, nonce: str, theme: str) -> None:
    """Say of a theme that it rings true, once per person. `nonce` is not needed: a voice counts once anyway."""
    round = Round.objects.select_for_update().get(pk=sender.round.pk)
    if voices.has_said(round=round, kind=RINGS_TRUE, target=theme, voice=sender.voice):
        return
    if round.stage != Stage.THREADS:
        raise StageMovedOn("The round has moved on.")
    target = named(round, theme).public_id
    voices.say(round=round, kind=RINGS_TRUE, target=target, voice=sender.voice)
    # Screens change when company is reached and at no other voice, so that no change can be tied to one thumb.
    if voices.counts(round=round, kind=RINGS_TRUE)[target] == voices.COMPANY:
        announce(round, "themes")


def lock(round: Round) -> Round:
    """The round whose themes are worked on, locked. Raises StageMovedOn while there is nothing to weave yet."""
    origin = Round.objects.select_for_update().get(pk=round.continues_id or round.pk)
    if origin.stage not in WEAVING:
        raise StageMovedOn("Themes are made once the room has reflected.")
    return origin


def named(origin: Round, theme: str) -> Theme:
    """The round's theme of this public id. Raises Refused, in words, when it has gone (or never was)."""
    found = Theme.objects.filter(round=origin, public_id=theme).first()
    if found is None:
        raise Refused(GONE)
    return found


def tell_rounds(origin: Round, *topics: str) -> None:
    """Announce to the round and to the open circles that continue it. Call inside a transaction."""
    announce(origin, *topics)
    for circle in Round.objects.live().filter(continues=origin):
        announce(circle, *topics)


def _tell(origin: Round, by: User, what: str) -> None:
    staff_acts.note(round=origin, who=by, what=what)
    tell_rounds(origin, "themes", "groups")


def _title(title: str) -> str:
    words = " ".join(title.split())
    if not words:
        raise Refused("A theme needs a title: a few words people would know it by.")
    if len(words) > LONGEST_TITLE:
        raise Refused(f"Please keep the title under {LONGEST_TITLE} characters.")
    return words


def _last_position(origin: Round) -> int:
    return Theme.objects.filter(round=origin).aggregate(last=Max("position"))["last"] or 0


def _step(*, round: Round, theme: str, by: User, step: int) -> Theme:
    origin = lock(round)
    moved = named(origin, theme)
    order = list(Theme.objects.filter(round=origin))
    place = order.index(moved) + step
    if 0 <= place < len(order):
        other = order[place]
        moved.position, other.position = other.position, moved.position
        Theme.objects.bulk_update([moved, other], ["position"])
        _tell(origin, by, "changed the order of the themes")
    return moved


def _lay(origin: Round, reactions: Iterable[str], theme: Theme | None) -> None:
    chosen = set(reactions)
    if Reaction.objects.of(origin).shown().filter(pk__in=chosen).count() != len(chosen):
        raise Refused("One of these sentences is not on the screens any more. Have a look and choose again.")
    lying = {reaction: pile for reaction, pile in _lying(origin).items() if reaction not in chosen}
    _rewrite(origin, lying if theme is None else lying | dict.fromkeys(chosen, theme.pk))


def _lying(origin: Round) -> dict[str, int]:
    """Which theme each placed reaction lies in: reaction id to the theme's primary key."""
    return dict(Placement.objects.filter(theme__round=origin).values_list("reaction_id", "theme_id"))


def _rewrite(origin: Round, lying: Mapping[str, int]) -> None:
    """Replace all placements of the round, in random order: no row may tell which was laid first."""
    rows = [Placement(reaction_id=reaction, theme_id=pile) for reaction, pile in lying.items()]
    secrets.SystemRandom().shuffle(rows)
    Placement.objects.filter(theme__round=origin).delete()
    Placement.objects.bulk_create(rows)


def _drop(theme: Theme) -> None:
    """Delete a theme and what the room said of it."""
    for said in (Voice, Tally):
        said.objects.filter(kind=RINGS_TRUE, target=theme.public_id).delete()
        said.objects.filter(kind=BARRIER, target__startswith=f"{theme.public_id}:").delete()
    theme.delete()


@sealing.rewrites
def _follow_the_seal(round: Round, new_ids: Mapping[str, str]) -> None:
    """Carry placements to the reactions' new ids; what the machine proposed is dropped with the old ones."""
    ProposedGroup.objects.filter(round=round).delete()
    _rewrite(round, {new_ids[reaction]: pile for reaction, pile in _lying(round).items() if reaction in new_ids})
