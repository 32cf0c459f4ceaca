"""The planner as a whole: the round's form with its rows of storytellers and questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from rounds.cases import Case
from rounds.forms.planning import FIRST_QUESTIONS, PlanForm, first_values, told_in, values_of
from rounds.forms.rows import Act, PromptRow, Rows, StorytellerRow
from rounds.models import Programme, Round, User
from rounds.models.ids import new_id
from rounds.plans import Plan, PlannedPrompt, PlannedTeller
from rounds.timings import Timings, usual

LONGEST_ONCE = 40
IN_THE_ROOM = ("ground_rules", "support_card", "floor", "staff_groups")


class Planner:
    """One page of the desk: opened empty or on a planned round, checked, or rearranged by one of its buttons."""

    def __init__(
        self,
        *,
        programme: Programme,
        by: User,
        round: Round | None = None,
        case: Case | None = None,
        questions: Sequence[str] = FIRST_QUESTIONS,
    ) -> None:
        """questions: what a new round asks first, unless somebody changes it."""
        self.programme, self.round = programme, round
        self.form = self._form(initial=values_of(round) if round else {**first_values(programme, by), **_told(case)})
        self.storytellers = Rows("storyteller", StorytellerRow, initial=_storytellers(round, case))
        self.prompts = Rows("prompt", PromptRow, initial=_prompts(round, case, questions))
        self.seen = round.revision if round else 0
        self.once = new_id()
        self.focus = ""
        self.keep_times_open = False

    def check(self, data: MultiValueDict[str, str]) -> bool:
        """Read what was posted; True when all of it can be used."""
        self.form = self._form(data)
        self.seen, self.once = _revision(data), _once(data)
        fine = [self.form.is_valid(), self.storytellers.bind(data).is_valid(), self.prompts.bind(data).is_valid()]
        return all(fine)

    def rearrange(self, data: MultiValueDict[str, str], button: str) -> None:
        """Do what a button of the page asks for, and keep everything as it was typed."""
        act = Act.read(button)
        self.storytellers.rearrange(data, act)
        self.prompts.rearrange(data, act)
        typed = _as_typed(self.form, data)
        if act.kind == "timings":
            typed |= usual(data.get("kind") or "")._asdict()
            self.keep_times_open = act.what == "usual"
            self.focus = "times-usual"
        self.form = self._form(initial=typed)
        self.focus = self.storytellers.focus or self.prompts.focus or self.focus
        self.seen, self.once = _revision(data), _once(data)

    def plan(self) -> Plan:
        return self.form.plan(
            storytellers=[
                PlannedTeller(**{**row, "weight": int(row["weight"])})  # one that was not sent is not coerced
                for row in self.storytellers.filled
            ],
            prompts=[PlannedPrompt(text=row["text"], policy=row["policy"]) for row in self.prompts.filled],
        )

    def refuse(self, words: str, *, seen: int) -> None:
        """Say why the plan was not kept; `seen` is the revision as it is now."""
        self.form.add_error(None, words)
        self.seen = seen

    @property
    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, what is wrong), in the order of the page; the id is empty for the whole."""
        for form in [self.form, *self.storytellers.forms, *self.prompts.forms]:
            if form.is_bound:
                yield from (("", str(error)) for error in form.non_field_errors())
                yield from ((_id(field), f"{field.label}: {error}") for field in form for error in field.errors)
        for rows, label in ((self.storytellers, "Who tells it"), (self.prompts, "Questions")):
            if rows.problem:
                yield f"rows-{rows.kind}", f"{label}: {rows.problem}"

    @property
    def times_need_a_look(self) -> bool:
        wrong = self.form.is_bound and any(name in self.form.errors for name in Timings._fields)
        return wrong or self.keep_times_open

    @property
    def room_needs_a_look(self) -> bool:
        return self.form.is_bound and any(name in self.form.errors for name in IN_THE_ROOM)

    @property
    def minutes(self) -> int | None:
        """What the clocks add up to, if they can be read."""
        try:
            return Timings(*(int(self.form[name].value()) for name in Timings._fields)).total_minutes
        except (KeyError, TypeError, ValueError):
            return None

    def _form(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> PlanForm:
        return PlanForm(data, initial=initial, programme=self.programme, round=self.round)


def _revision(data: MultiValueDict[str, str]) -> int:
    seen = data.get("seen") or ""
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1


def _once(data: MultiValueDict[str, str]) -> str:
    """The key of the page, by which a plan that is sent twice is known again; a new one where there is none."""
    return (data.get("once") or "")[:LONGEST_ONCE] or new_id()


def _id(field: forms.BoundField) -> str:
    return field.id_for_label or field.auto_id


def _as_typed(form: forms.Form, data: MultiValueDict[str, str]) -> dict[str, Any]:
    files: MultiValueDict[str, Any] = MultiValueDict()
    return {name: field.widget.value_from_datadict(data, files, name) for name, field in form.fields.items()}


def _told(case: Case | None) -> dict[str, Any]:
    """What a case of the library says of the round as a whole."""
    return {"title": case.title, "content_note": case.content_note} if case else {}


def _storytellers(round: Round | None, case: Case | None) -> list[dict[str, str]]:
    if case is not None:
        first = {"what_it_was_like": case.story, "weight": str(case.weight)}
        roles = [{"role": role[0].upper() + role[1:]} for role in case.storytellers]
        return [{**roles[0], **first}, *roles[1:]]
    story = told_in(round)
    names = ("role", "what_it_was_like", "what_it_meant", "weight")
    tellers = story.tellers if story else []
    rows = [{"id": one.public_id, **{name: str(getattr(one, name)) for name in names}} for one in tellers]
    return rows or [{"role": ""}]


def _prompts(round: Round | None, case: Case | None, questions: Sequence[str]) -> list[dict[str, str]]:
    if round is None:
        opening = case.opening_question if case else questions[0]
        return [{"text": text} for text in (opening, *questions[1:])]
    return [{"text": prompt.text, "policy": prompt.policy} for prompt in round.prompts.all()]
