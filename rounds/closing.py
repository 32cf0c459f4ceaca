"""The end of a round: eight optional lines of feedback, an optional head-count, and what staff may see of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from rounds import feedback_forms, gathering, small_numbers, staff_groups, voices
from rounds.live.messages import Sender
from rounds.models import Round, Stage
from rounds.refusals import Refused, StageMovedOn
from rounds.sealing import FEEDBACK, HEAD_COUNT
from rounds.small_numbers import Shown
from rounds.statements import AGREEING

STAFF_GROUP = HEAD_COUNT


@transaction.atomic
def give_feedback(*, sender: Sender, nonce: str, answers: Mapping[str, str]) -> None:
    """Seal one feedback form; it is opened, shuffled, by the seal. A second form of the same person replaces the first.

    The sender's voice marks the form, under the round's key; the nonce tells a repeat, which changes nothing. Raises
    Refused outside `closing` and when every line was skipped.
    """
    round = _locked(sender)
    if gathering.knows(round=round, basket=FEEDBACK, nonce=nonce):
        return
    _check_closing(round)
    asked = {line.code for line in feedback_forms.asked(round.programme)}
    answers = {code: answer for code, answer in answers.items() if code in asked}
    if not answers:
        raise Refused("There is nothing in it yet. One line is enough, and none is all right too.")
    mark = f"feedback of {sender.voice}"
    gathering.withdraw(round=round, basket=FEEDBACK, nonce=mark)
    gathering.put(round=round, basket=FEEDBACK, nonce=mark, voice=sender.voice, payload={"answers": answers})
    gathering.note_spent(round=round, basket=FEEDBACK, nonce=nonce)


@transaction.atomic
def count_me(*, sender: Sender, nonce: str, group: str) -> None:
    """Count a person in one staff group; choosing another moves them. `nonce` is not needed for that.

    Raises Refused outside `closing` and for a group this round does not ask about.
    """
    round = _locked(sender)
    if voices.has_chosen(round=round, kind=STAFF_GROUP, target=group, voice=sender.voice):
        return
    _check_closing(round)
    if group not in round.staff_groups:
        raise Refused("That group is not on the list.")
    voices.say_one(round=round, kind=STAFF_GROUP, target=group, voice=sender.voice)


def _locked(sender: Sender) -> Round:
    return Round.objects.select_for_update(of=("self",)).select_related("programme").get(pk=sender.round.pk)


def _check_closing(round: Round) -> None:
    if round.stage != Stage.CLOSING:
        raise StageMovedOn("This is only asked at the end of the round.")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many agreed mostly or fully with a statement, and how many answered otherwise or skipped it."""

    text: str
    agreed: Shown
    otherwise: Shown


@dataclass(frozen=True, slots=True)
class Results:
    """What staff may see: suppressed, rounded, and never one beside the other for the same person."""

    head_count: Mapping[str, Shown]  # by the group's label; empty when the round did not ask
    total: Shown
    feedback: tuple[Agreement, ...]


def results(*, round: Round) -> Results | None:
    """The one publication of head-count and feedback; None until the round is sealed.

    Before the seal a second look a minute later could be subtracted from the first.
    """
    if round.sealed_at is None:
        return None
    counted = voices.counts(round=round, kind=STAFF_GROUP)
    people = {staff_groups.label(code): counted[code] for code in round.staff_groups}
    forms = list(round.feedback.values_list("answers", flat=True))
    lines = feedback_forms.with_codes(round.programme, {code for form in forms for code in form})
    return Results(
        head_count=small_numbers.suppress(people),
        total=small_numbers.shown_total(people),
        feedback=tuple(_agreement(code, text, forms) for code, text in lines),
    )


def _agreement(code: str, text: str, forms: Iterable[Mapping[str, str]]) -> Agreement:
    # Two parts of one set, both shown or both hidden: the eight tables are of the same people, and with four
    # answers each the total of one would give away what another hides.
    said = [form.get(code) in AGREEING for form in forms]
    shown = small_numbers.suppress({"agreed": said.count(True), "otherwise": said.count(False)})
    return Agreement(text=text, agreed=shown["agreed"], otherwise=shown["otherwise"])
