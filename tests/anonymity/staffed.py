"""A programme with everything in it, and what a press at each address of the staff carries.

`PRESSES` names every address that changes something, `ONLY_SHOWN` every one that does not: the tests see to it that
together they are all there are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from facilitation import circle, groups, sorting, themes
from facilitation.models import Action, ProposedGroup, State, Theme
from rounds import debriefs, feedback_forms, invitations, planning, programmes, replies, retention, rooms
from rounds.live.messages import Sender
from rounds.models import Programme, Prompt, Reaction, Role, Round, Stage, User
from rounds.timings import USUAL
from tests import factories
from tests.anonymity import months_presses, story_presses
from tests.rounds.consoles import write

S = Stage
CANARY: Final = "zinnober heron 4711"  # only ever written by a participant

Parameters = dict[str, str]
Typed = dict[str, Any]
Press = Callable[["World"], tuple[Parameters, Typed]]


class World:
    """One programme, an administrator who runs rounds as well, and rounds in whatever stage is asked for."""

    def __init__(self) -> None:
        self.programme: Programme = factories.programme()
        self.dora: User = factories.person("dora", of=self.programme, roles=tuple(Role))
        self.eve: User = factories.person("eve", of=self.programme, roles=(Role.STEERING,))

    def round(self, stage: str = S.REFLECTION, **fields: Any) -> Round:
        """With a canary and eleven plain reactions, as far as the stage allows any."""
        made = factories.round_(self.programme, stage=stage, **fields)
        if stage in (S.REFLECTION, S.THREADS, S.CIRCLE, S.CLOSING, S.CLOSED):
            factories.reaction(made, CANARY)
            for number in range(11):
                factories.reaction(made, f"There was no chair by bed {number}.")
        return made

    def theme(self, round: Round, title: str = "Chairs") -> Theme:
        loose = Reaction.objects.of(round).filter(placement=None)[:4]
        return themes.make(round=round, title=title, reactions=[one.pk for one in loose], by=self.dora)

    def group(self, round: Round) -> ProposedGroup:
        loose = Reaction.objects.of(round).values_list("pk", flat=True)[:4]
        return ProposedGroup.objects.create(round=round, reaction_ids=sorted(loose), titles=["No chair"])

    def action(self, state: str = "", **fields: Any) -> Action:
        round = self.round(S.CIRCLE)
        if not state:
            return factories.action(round, by=self.dora)
        return factories.agreed(round, by=self.dora, state=state, **{**factories.LEARNING, **fields})


def of(round: Round) -> Parameters:
    return {"round_id": round.public_id}


def here(world: World) -> Parameters:
    return {"programme_id": world.programme.public_id}


def _in(stage: str, typed: Typed | None = None, **fields: Any) -> Press:
    return lambda world: (of(world.round(stage, **fields)), dict(typed or {}))


def _ask(world: World) -> tuple[Parameters, Typed]:
    round = world.round()
    following = Prompt.objects.create(round=round, text="And now?", position=1)
    assert round.current_prompt is not None
    return of(round), {"seen": round.current_prompt.public_id, "prompt": following.public_id}


def _gathered(world: World) -> tuple[Parameters, Typed]:
    round = world.round()
    write(round, 6)
    return of(round), {}


def _reaction(world: World) -> tuple[Parameters, Typed]:
    round = world.round()
    about = Reaction.objects.get(text=CANARY).pk
    replies.keep(round=round, found=[(about, "")])
    return of(round), {"reaction": about, "to": "held", "about": about, "do": "leave"}


def _code(world: World) -> tuple[Parameters, Typed]:
    return of(round := world.round()), {"seen": round.join_code}


def _plan(world: World, **more: str) -> Typed:
    day = timezone.localtime() + timedelta(days=3)
    return {
        "kind": "round",
        "title": "The flute",
        "date": day.date().isoformat(),
        "time": "12:30",
        "floor": "5",
        "prompt-0-text": "What stays?",
        "prompt-0-policy": "together",
        **{name: str(value) for name, value in USUAL["round"]._asdict().items()},
        **more,
    }


def _edit(world: World) -> tuple[Parameters, Typed]:
    return of(round := world.round(S.PLANNED)), _plan(world, seen=str(round.revision))


def _cancelled(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.PLANNED)
    planning.cancel(round=round, by=world.dora)
    return of(round), {}


def _settings(world: World) -> tuple[Parameters, Typed]:
    said = {"name": "Riverside two", "support_card": "Chaplaincy", "floor": "6", "words_days": "10"}
    return here(world), {**said, "words_days_at_most": "80", "seen": programmes.mark(world.programme)}


def _invited(world: World) -> tuple[Parameters, Typed]:
    invitations.invite(programme=world.programme, email="gus@example.org", role=Role.STEERING, by=world.dora)
    return here(world), {"email": "gus@example.org", "role": "steering"}


def _theme(typed: Typed | None = None, *, second: bool = False) -> Press:
    def pressed(world: World) -> tuple[Parameters, Typed]:
        round = world.round(S.THREADS)
        first = world.theme(round)
        chosen = world.theme(round, "Time") if second else first
        return {**of(round), "theme_id": chosen.public_id}, dict(typed or {})

    return pressed


def _loose(typed: Typed) -> Press:
    def pressed(world: World) -> tuple[Parameters, Typed]:
        round = world.round(S.THREADS)
        return of(round), {**typed, "reaction": [Reaction.objects.filter(text=CANARY).get().pk]}

    return pressed


def _place(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.THREADS)
    theme = world.theme(round)
    loose = Reaction.objects.of(round).filter(placement=None).first()
    assert loose is not None
    return of(round), {"theme": theme.public_id, "reaction": [loose.pk]}


def _merge(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.THREADS)
    return of(round), {"theme": world.theme(round, "One").public_id, "into": world.theme(round, "Two").public_id}


def _split(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.THREADS)
    theme = world.theme(round)
    lying = Reaction.objects.filter(placement__theme=theme).first()
    assert lying is not None
    return {**of(round), "theme_id": theme.public_id}, {"title": "A part", "reaction": [lying.pk]}


def _undone(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.THREADS)
    world.theme(round)
    return of(round), {}


def _redone(world: World) -> tuple[Parameters, Typed]:
    parameters, typed = _undone(world)
    themes.undo(round=Round.objects.get(public_id=parameters["round_id"]), by=world.dora, step="")
    return parameters, typed


def _first_of_two(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.THREADS)
    first = world.theme(round)
    world.theme(round, "Time")
    return {**of(round), "theme_id": first.public_id}, {}


def _group(typed: Typed) -> Press:
    def pressed(world: World) -> tuple[Parameters, Typed]:
        round = world.round(S.THREADS)
        return {**of(round), "group_id": world.group(round).public_id}, dict(typed)

    return pressed


def _looked_again(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.THREADS)
    groups.look_again(round=round, by=world.dora)
    return of(round), {}


def _sorting(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.THREADS)
    sorting.begin(round=round, by=world.dora)
    return of(round), {}


def _proposal(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.CIRCLE)
    return of(round), {"proposal": factories.proposal(round).pk, "aside": "on"}


def _proposals(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.CIRCLE)
    for number in range(6):
        sender = Sender(round=round, voice=f"voice {number}")
        circle.propose(sender=sender, nonce=f"n{number}" * 8, theme="", offer="change", text="A chair")
    return of(round), {}


def _cards(world: World) -> tuple[Parameters, Typed]:
    round = world.round()
    assert round.current_prompt is not None
    typed = {f"text_{number}": f"There was no chair, {number}" for number in range(5)}
    return of(round), {"sitting": "s" * 22, "about": round.current_prompt.public_id, **typed}


def _barriers(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.CIRCLE)
    theme = factories.theme(round)
    return {**of(round), "theme_id": theme.public_id}, {"barriers": ["space_and_kit"]}


def _another_day(world: World) -> tuple[Parameters, Typed]:
    when = timezone.localtime() + timedelta(days=7)
    return of(world.round(S.THRESHOLD)), {"starts_at": when.strftime("%Y-%m-%dT12:00")}


def _on_action(typed: Typed, *, state: str = "", **parameters: str) -> Press:
    def pressed(world: World) -> tuple[Parameters, Typed]:
        action = world.action(state)
        return {"action_id": action.public_id, **parameters}, {"version": str(action.version), **typed}

    return pressed


def _together(world: World) -> tuple[Parameters, Typed]:
    action = world.action(State.AGREED)
    return {**here(world), "move": "accept"}, {"tick": f"{action.public_id}.{action.version}"}


def _debrief(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.CLOSED, closed_at=timezone.now())
    return of(round), {"seen": debriefs.mark(debriefs.of(round), debriefs.panel(round)), "went_well": "The silence."}


def _signed_off(world: World) -> tuple[Parameters, Typed]:
    round = world.round(S.CLOSED, closed_at=timezone.now(), sealed_at=timezone.now())
    retention.sign_off(round=round, keep=(), by=world.dora)
    return of(round), {}


def _locked(world: World) -> tuple[Parameters, Typed]:
    round = world.round()
    rooms.lock_joining(round=round, by=world.dora)
    return of(round), {"locked": "no"}


PRESSES: Final[dict[str, Press]] = {
    "tell-again": story_presses.again,
    "window-begin": story_presses.window,
    "window-end": story_presses.window_open,
    "console-move": _in(S.ARRIVAL, {"seen": "arrival", "to": "story"}),
    "console-time": _in(S.STORY, {"seen": "story", "change": "minute"}, stage_ends_at=timezone.now()),
    "console-ask": _ask,
    "console-release": _gathered,
    **dict.fromkeys(("console-reaction", "console-disclosure"), _reaction),
    "console-code": _code,
    "console-lock": _locked,
    "console-rehearse": _in(S.ARRIVAL, {"people": "6"}, rehearsal=True),
    "debrief": _debrief,
    "sign-off": _in(S.CLOSED, closed_at=timezone.now(), sealed_at=timezone.now()),
    "sign-off-back": _signed_off,
    "programme-settings": _settings,
    "feedback-lines": lambda world: (
        here(world),
        {"line_1": "Worth it.", "seen": feedback_forms.mark(world.programme)},
    ),
    "told-back-renew": lambda world: (here(world), {}),
    "round-new": lambda world: (here(world), _plan(world)),
    "round-edit": _edit,
    "round-rehearse": _in(S.PLANNED),
    "round-cancel": _in(S.PLANNED),
    "round-plan-again": _cancelled,
    "panel": story_presses.panel,
    "story-check": story_presses.unread,
    "story-withdraw": _in(S.STORY, {"whose": "all", "written": "let-go"}),
    "story-give-back": story_presses.withdrawn,
    "people-invite": lambda world: (here(world), {"email": "gus@example.org", "role": "steering"}),
    "people-resend": _invited,
    "people-revoke": _invited,
    "people-give": lambda world: (here(world), {"email": world.eve.email, "role": "clinical_lead"}),
    "mail": lambda world: (here(world), {"rhythm": "on_change"}),
    "people-take": lambda world: (here(world), {"email": world.eve.email, "role": "steering"}),
    "theme-make": _loose({"title": "Chairs"}),
    "theme-place": _place,
    "theme-propose": _in(S.THREADS),
    "theme-merge": _merge,
    "theme-undo": _undone,
    "theme-redo": _redone,
    "theme-rename": _theme({"title": "Somewhere to sit"}),
    "theme-reword": _theme({"title": "Somewhere to sit"}),
    "theme-split": _split,
    "theme-up": _theme(second=True),
    "theme-down": _first_of_two,
    "theme-take": _group({"own_title": "Chairs"}),
    "theme-dismiss": _group({}),
    "theme-look-again": _in(S.THREADS),
    "theme-choose": _looked_again,
    "theme-remove": _theme(),
    "theme-hold": _theme({"held": "on"}),
    "sorting-begin": _in(S.THREADS),
    "sorting-end": _sorting,
    "circle-another-day": _another_day,
    "circle-release": _proposals,
    "circle-set-aside": _proposal,
    "paper-cards": _cards,
    "circle-cards": _in(S.CIRCLE, {"sitting": "s" * 22, "text_0": "A chair by every bed"}),
    "circle-fix": _barriers,
    "action-shape": _in(S.CIRCLE, {"statement": "put a chair by every bed"}),
    "action-agree": _on_action({}),
    "action-rest": _on_action({"review_on": f"{timezone.localdate() + timedelta(days=30)}"}),
    "action-edit": _on_action({"statement": "put two chairs by every bed"}, part="what"),
    "action-move": _on_action({}, state=State.AGREED, move="accept"),
    "actions-together-go": _together,
    **dict.fromkeys(("actions-csv", "actions-xlsx"), lambda world: (here(world), {})),
    "lighter-put-away": months_presses.heavy,
    **dict.fromkeys(("recurring-start", "recurring-link", "recurring-dismiss"), months_presses.pair),
    **dict.fromkeys(("recurring-thread", "recurring-unlink", "recurring-let-go"), months_presses.in_a_thread),
    "action-comment": _on_action({"words": "The booking office was asked."}, state=State.AGREED),
}
# A kept view, or a calendar's address, is for one person, and nobody's action changes by it.
ONES_OWN: Final = frozenset({"view-keep", "view-press", "calendar"})
ONLY_SHOWN: Final = frozenset(
    {
        *("guide", "guide-chapter", "guide-whole", "paper-pack", "programme", "people", "library", "round"),
        *("poster", "qr", "console", "circle-barriers"),
        *("round-report", "board-letter", "told-back-poster", "round-actions", "write-up", "action", "actions"),
        *("actions-together", "trends", "recurring"),
    }
)
