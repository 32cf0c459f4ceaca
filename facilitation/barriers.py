"""What gets in the way of the compassion people already have: chosen by the room, written down by a facilitator."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from facilitation import circle, taxonomies, themes
from facilitation.models import Theme
from rounds import staff_acts, voices
from rounds.live.doorbell import announce
from rounds.live.messages import Sender
from rounds.models import Round, User
from rounds.refusals import Refused


@transaction.atomic
def choose(*, sender: Sender, nonce: str, theme: str, barrier: Sequence[str]) -> None:
    """Choose what stands in the way in a theme, each barrier once per person. `nonce` is not needed for voices.

    Raises Refused outside the circle, and for a theme that is not there; a repeat is neither.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("continues").get(pk=sender.round.pk)
    targets = [_target(theme, code) for code in barrier]
    if all(voices.has_said(round=round, kind=themes.BARRIER, target=t, voice=sender.voice) for t in targets):
        return
    circle.check(round)
    themes.named(round.origin, theme)
    for target in targets:
        voices.say(round=round, kind=themes.BARRIER, target=target, voice=sender.voice)
    counted = voices.counts(round=round, kind=themes.BARRIER)
    # As with every voice: screens change when company is reached, not at each tap.
    if any(counted[target] == voices.COMPANY for target in targets):
        announce(round, "circle")


def chosen(*, round: Round, theme: Theme) -> list[str]:
    """The barriers at least three people chose for the theme, in the order of the list and of nothing else."""
    return chosen_in(voices.in_company(round=round, kind=themes.BARRIER), theme.public_id)


def chosen_in(company: Collection[str], theme: str) -> list[str]:
    """As `chosen`, among the targets that enough people chose."""
    return [barrier.code for barrier in taxonomies.BARRIERS if _target(theme, barrier.code) in company]


@transaction.atomic
def fix(*, round: Round, theme: str, barriers: Sequence[str], by: User) -> Theme:
    """Write down what stands in the way in a theme: the facilitator's word on what the room chose.

    Raises Refused before the threshold, and for what is not on the list.
    """
    if not Round.objects.filter(pk=round.pk, crossed_threshold=True).exists():
        raise Refused(circle.NOT_YET)
    order = [barrier.code for barrier in taxonomies.BARRIERS]
    if not set(barriers) <= set(order):
        raise Refused("That is not on the list.")
    origin = themes.lock(round, signed_off=True)
    found = themes.named(origin, theme)
    found.barriers = sorted(set(barriers), key=order.index)
    found.save(update_fields=["barriers"])
    staff_acts.note(round=origin, who=by, what="wrote down what stands in the way")
    themes.tell_rounds(origin, "circle", "themes")
    return found


def _target(theme: str, code: str) -> str:
    """What a voice names that chooses this barrier in this theme."""
    return f"{theme}:{code}"
