"""Themes: the common threads people make of a round's reactions. Every one has a human author.

A later circle works on the themes of the round it continues, a re-run on those of the first telling: `round` may be
any of them. Themes are named by their public id, looked up under the lock, so that what somebody else has just merged
or removed is refused in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.db import transaction
from django.db.models import Max, Q

from facilitation.forms.themes import LONGEST_TITLE
from facilitation.models import ActionTheme, ProposedGroup, Theme
from facilitation.weaving import board, hand, history, quoting
from rounds import staff_acts, voices
from rounds.live.doorbell import announce
from rounds.live.messages import Sender
from rounds.models import Reaction, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn

RINGS_TRUE: Final = "rings_true"
BARRIER: Final = "barrier"
WEAVING: Final = frozenset({Stage.THREADS, Stage.THRESHOLD, Stage.CIRCLE, Stage.CLOSING, Stage.CLOSED})

GONE = "That theme is not here any more. Somebody may have merged it or taken it away."
SIGNED_OFF = "These themes are signed off. Take that back on the debrief page first, then change them."
NOTHING_TICKED = "Tick one sentence or several first."


def make(*, round: Round, title: str, by: User, reactions: Sequence[str] = ()) -> Theme:
    """Make a theme, last in order, with these reactions in it, wherever they lay before.

    Raises Refused without a title, and when one of the reactions is not there or not shown to the room.
    """
    with weaving(round, by=by, what="made a theme") as origin:
        return new(origin, title=title, by=by, reactions=reactions)


def rename(*, round: Round, theme: str, title: str, by: User, seen: str = "") -> Theme:
    """Give a theme another title. Raises Refused without one.

    seen: the title it had when another was written; Refused when somebody has given it one since.
    """
    with weaving(round, by=by, what="renamed a theme") as origin:
        found = named(origin, theme)
        if seen and seen != found.title:
            raise Refused(f"Somebody has just called it “{found.title}”. Press again if yours is the better one.")
        found.title = _title(title)
        found.from_sentence = quoting.is_quoted(origin, found.title)
        found.save(update_fields=["title", "from_sentence"])
        return found


def merge(*, round: Round, theme: str, into: str, by: User) -> Theme:
    """Put all that lies in one theme into another, with its barriers, proposals and actions; the first one goes.

    What people said of the first theme alone goes with it: whoever said it of both would count twice.
    Raises Refused when one of them is not there, or both are the same.
    """
    with weaving(round, by=by, what="merged two themes") as origin:
        gone, kept = named(origin, theme), named(origin, into)
        if gone == kept:
            raise Refused("Choose another theme to merge it with.")
        lying = board.lying(origin)
        board.rewrite(origin, {one: kept.pk if pile == gone.pk else pile for one, pile in lying.items()})
        kept.barriers = [*kept.barriers, *(code for code in gone.barriers if code not in kept.barriers)]
        kept.save(update_fields=["barriers"])
        board.belong(Q(theme=gone), kept)
        already = ActionTheme.objects.filter(theme=kept).values("action")
        ActionTheme.objects.filter(theme=gone).exclude(action__in=already).update(theme=kept)
        hand.join(origin, gone.public_id, kept.public_id)
        gone.delete()
        return kept


def split(*, round: Round, theme: str, reactions: Sequence[str], title: str, by: User) -> Theme:
    """Make a theme of some of another theme's reactions.

    Raises Refused when none of them, or all, were chosen, or one of them lies elsewhere.
    """
    with weaving(round, by=by, what="split a theme") as origin:
        parted = named(origin, theme)
        chosen = set(reactions)
        own = {reaction for reaction, pile in board.lying(origin).items() if pile == parted.pk}
        if not chosen or not chosen <= own:
            raise Refused(f"Tick the sentences of “{parted.title}” that belong together, and only those.")
        if chosen == own:
            raise Refused("That would leave the theme empty. You can rename it instead.")
        return new(origin, title=title, by=by, reactions=reactions)


def place(*, round: Round, reactions: Sequence[str], theme: str, by: User) -> Theme | ProposedGroup | None:
    """Lay reactions into a theme or a proposed group, or with an empty `theme` back among the loose ones.

    Returns where they lie now. Raises Refused when nothing was chosen, or one of the reactions is not there or
    not shown to the room.
    """
    with weaving(round, by=by, what=_moved(reactions)) as origin:
        found = _pile(origin, theme) if theme else None
        hand.lay(origin, _chosen(reactions), into=found)
        return found


def leave_out(*, round: Round, reactions: Sequence[str], by: User) -> None:
    """Lay reactions out of every theme: read and kept, proposed no more. Raises Refused as `place`."""
    with weaving(round, by=by, what=_moved(reactions)) as origin:
        hand.lay(origin, _chosen(reactions), left_out=True)


def set_aside(*, round: Round, reactions: Sequence[str], by: User) -> None:
    """Set reactions aside for later, off the wall and the phones. Raises Refused as `place`, and once it is over."""
    with weaving(round, by=by, what="set sentences aside", beside=("reactions",)) as origin:
        here = round if round.retells_id else origin
        if not here.is_open:
            raise Refused("The round is over. What is on the screens stays as it is; you can still leave it out.")
        shown = Reaction.objects.of(here).shown().filter(pk__in=_chosen(reactions))
        if shown.update(state=Reaction.State.ASIDE) != len(set(reactions)):
            raise Refused("One of these sentences is not on the screens any more. Have a look and choose again.")


def move_up(*, round: Round, theme: str, by: User) -> Theme:
    """Let a theme change places with the one before it. The first one stays where it is."""
    return _change_places(round=round, theme=theme, by=by, by_how_much=-1)


def move_down(*, round: Round, theme: str, by: User) -> Theme:
    """Let a theme change places with the one after it. The last one stays where it is."""
    return _change_places(round=round, theme=theme, by=by, by_how_much=1)


def remove(*, round: Round, theme: str, by: User) -> Theme:
    """Take a theme away; its reactions are loose again. Raises Refused when an action came from it."""
    with weaving(round, by=by, what="took a theme away") as origin:
        found = named(origin, theme)
        if ActionTheme.objects.filter(theme=found).exists():
            raise Refused("An action came from this theme. It can be renamed or merged, but not taken away.")
        board.rewrite(origin, {one: pile for one, pile in board.lying(origin).items() if pile != found.pk})
        hand.join(origin, found.public_id, "")
        board.belong(Q(theme=found), None)
        found.delete()
        return found


def hold_not_fix(*, round: Round, theme: str, held: bool, by: User) -> Theme:
    """Mark a theme as to be held, not fixed: a full outcome of a round. Or take the mark off again."""
    what = "marked a theme as to be held" if held else "took back that a theme is to be held"
    with weaving(round, by=by, what=what, signed_off=True) as origin:
        found = named(origin, theme)
        found.to_be_held = held
        found.save(update_fields=["to_be_held"])
        return found


@transaction.atomic
def undo(*, round: Round, by: User, step: str = "") -> str:
    """Take back what this person did last, or the step that is named. Returns what it was, in the past tense.

    Raises Refused when there is nothing to take back, or when somebody has changed the same things since.
    """
    return _turn(round=round, by=by, step=step, undone=False)


@transaction.atomic
def redo(*, round: Round, by: User) -> str:
    """Do again what this person took back last. Raises Refused as `undo`."""
    return _turn(round=round, by=by, step="", undone=True)


@transaction.atomic
def rings_true(*, sender: Sender, nonce: str, theme: str) -> None:
    """Say of a theme that it rings true, once per person. `nonce` is not needed: a voice counts once anyway.

    Raises StageMovedOn outside the threads, and Refused for a theme that is not there; a repeat is neither.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("retells").get(pk=sender.round.pk)
    if voices.has_said(round=round, kind=RINGS_TRUE, target=theme, voice=sender.voice):
        return
    if round.stage != Stage.THREADS:
        raise StageMovedOn("The round has moved on.")
    target = named(round.origin, theme).public_id
    voices.say(round=round, kind=RINGS_TRUE, target=target, voice=sender.voice)
    # Screens change when company is reached and at no other voice, so that no change can be tied to one thumb.
    if voices.counts(round=round, kind=RINGS_TRUE)[target] == voices.COMPANY:
        announce(round, "themes")


def lock(round: Round, *, signed_off: bool = False) -> Round:
    """The round whose themes are worked on, locked. signed_off: whether it may be done to themes that are.

    Raises StageMovedOn while there is nothing to weave yet, Refused for titles and piles that others rely on already.
    """
    origin = Round.objects.select_for_update().get(pk=round.origin_pk)
    if origin.stage not in WEAVING:
        raise StageMovedOn("Themes are made once the room has reflected.")
    if origin.signed_off_at is not None and not signed_off:
        raise Refused(SIGNED_OFF)
    return origin


def named(origin: Round, theme: str) -> Theme:
    """The round's theme of this public id. Raises Refused, in words, when it has gone (or never was)."""
    found = Theme.objects.filter(round=origin, public_id=theme).first()
    if found is None:
        raise Refused(GONE)
    return found


def tell_rounds(origin: Round, *topics: str) -> None:
    """Announce to the round and to the open ones that continue it or tell it again. Call inside a transaction."""
    announce(origin, *topics)
    for other in Round.objects.live().filter(Q(continues=origin) | Q(retells=origin)):
        announce(other, *topics)


@contextmanager
def weaving(
    round: Round, *, by: User, what: str, beside: Sequence[str] = (), signed_off: bool = False
) -> Iterator[Round]:
    """One step of the weaving: locked, kept so that it can be taken back, written down, told to every screen."""
    with transaction.atomic():
        origin = lock(round, signed_off=signed_off)
        with history.step(origin, by=by, what=what):
            yield origin
        _tell(origin, by, what, *beside)


def new(origin: Round, *, title: str, by: User, reactions: Collection[str] = ()) -> Theme:
    """A theme, last in order, with these reactions in it. For verbs that are `weaving`."""
    words = _title(title)
    last = Theme.objects.filter(round=origin).aggregate(last=Max("position"))["last"] or 0
    quoted = quoting.is_quoted(origin, words)
    made = Theme.objects.create(round=origin, title=words, from_sentence=quoted, position=last + 1, made_by=by)
    if reactions:
        hand.lay(origin, reactions, into=made)
    return made


def _turn(*, round: Round, by: User, step: str, undone: bool) -> str:
    origin = lock(round)
    found = history.named(origin, step) if step else history.last(origin, by=by, undone=undone)
    if found is None:
        raise Refused("There is nothing to do again." if undone else "There is nothing of yours to take back here.")
    history.turn(origin, found)
    _tell(origin, by, f"{'did again' if undone else 'took back'}: {found.what}", "reactions")
    return found.what


def _tell(origin: Round, by: User, what: str, *beside: str) -> None:
    staff_acts.note(round=origin, who=by, what=what)
    tell_rounds(origin, "themes", "groups", *beside)


def _title(title: str) -> str:
    words = " ".join(title.split())
    if not words:
        raise Refused("A theme needs a title: a few words people would know it by.")
    if len(words) > LONGEST_TITLE:
        raise Refused(f"Please keep the title under {LONGEST_TITLE} characters.")
    return words


def _chosen(reactions: Sequence[str]) -> Sequence[str]:
    if not reactions:
        raise Refused(NOTHING_TICKED)
    return reactions


def _moved(reactions: Sequence[str]) -> str:
    return "moved a sentence" if len(set(reactions)) == 1 else f"moved {len(set(reactions))} sentences"


def _pile(origin: Round, pile: str) -> Theme | ProposedGroup:
    waiting = ProposedGroup.objects.filter(round=origin, public_id=pile, state=ProposedGroup.State.WAITING)
    return waiting.first() or named(origin, pile)


def _change_places(*, round: Round, theme: str, by: User, by_how_much: int) -> Theme:
    with weaving(round, by=by, what="changed the order of the themes") as origin:
        moved = named(origin, theme)
        order = list(Theme.objects.filter(round=origin))
        place = order.index(moved) + by_how_much
        if 0 <= place < len(order):
            other = order[place]
            moved.position, other.position = other.position, moved.position
            Theme.objects.bulk_update([moved, other], ["position"])
        return moved
