"""The door to what is made of a round, always through the round or the programme it belongs to."""

from __future__ import annotations

from facilitation import titles
from facilitation.models import Action, Theme, Thread
from rounds.access import RUNS_ROUNDS, Person, programme_for, roles_of, round_for
from rounds.models import Programme, Role, Round
from rounds.refusals import NotYours


def theme_for(
    person: Person, round_id: str, theme_id: str, *, roles: tuple[Role, ...] = RUNS_ROUNDS
) -> tuple[Round, Theme]:
    """The round and one of its themes: of a later circle or a re-run, one of its origin's. Raises NotYours."""
    round = round_for(person, round_id, roles=roles)
    theme = Theme.objects.filter(round_id=round.origin_pk, public_id=theme_id).first()
    if theme is None:
        raise NotYours
    return round, theme


READS_ACTIONS = (Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING)
WRITES_ACTIONS = (Role.FACILITATOR, Role.CLINICAL_LEAD)
REVIEWS_ACTIONS = (Role.CLINICAL_LEAD,)


def action_for(
    person: Person, action_id: str, *, roles: tuple[Role, ...] = READS_ACTIONS
) -> tuple[Action, frozenset[str]]:
    """The action with the themes the person may read, and the roles they hold in its programme. Raises NotYours.

    roles: of which they hold one at least.
    """
    action = Action.objects.select_related("programme", "round__continues").filter(public_id=action_id).first()
    held = roles_of(person, action.programme) if action else frozenset()
    if action is None or not held & set(roles):
        raise NotYours
    return titles.of_action(action, held), held


def thread_for(
    person: Person, programme_id: str, thread_id: str, *, roles: tuple[Role, ...] = RUNS_ROUNDS
) -> tuple[Programme, Thread]:
    """The programme and one of its threads over the months. Raises NotYours."""
    programme = programme_for(person, programme_id, roles=roles)
    thread = Thread.objects.select_related("programme").filter(programme=programme, public_id=thread_id).first()
    if thread is None:
        raise NotYours
    return programme, thread
