"""The planner: everything a facilitator says about a round before it opens, and the little that may change after."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils import timezone

from rounds import staff_groups
from rounds.forms.beginning import BeginningForm
from rounds.forms.fields import Line, SeveralOf, Words
from rounds.forms.rows import LONG_WORDS
from rounds.models import Kind, Programme, Role, Round, Story, User
from rounds.models.programme import LOWEST_FLOOR
from rounds.models.round import GROUND_RULES
from rounds.plans import Adjustment, Plan, PlannedPrompt, PlannedStory, PlannedTeller
from rounds.timings import Timings, usual

PLANNED_KINDS: Final = [(kind.value, kind.label) for kind in (Kind.ROUND, Kind.TEAM, Kind.POPUP)]
FIRST_QUESTIONS: Final = (
    "What stays with you, after hearing this?",
    "When was compassion possible here?",
    "What got in its way?",
)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _number(label: str, *, low: int, high: int) -> forms.IntegerField:
    words = f"Please give a number from {low} to {high}."
    errors = {"min_value": words, "max_value": words, "invalid": words, "required": words}
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        error_messages=errors,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
    )


class TimingsForm(forms.Form):
    """Shared by the planner and by an open round."""

    story_minutes = _number("Story, minutes", low=1, high=120)
    silence_seconds = _number("Silence, seconds", low=0, high=900)
    reflection_minutes = _number("Reflection, minutes", low=1, high=120)
    threads_minutes = _number("Threads, minutes", low=1, high=120)
    threshold_seconds = _number("Pause at the threshold, seconds", low=5, high=600)
    circle_minutes = _number("Circle, minutes", low=1, high=120)

    def timings(self) -> Timings:
        return Timings(**{name: self.cleaned_data[name] for name in Timings._fields})


class PlanForm(BeginningForm, TimingsForm):
    """A round. A circle on another day has no story and no questions of its own: those fields are left out."""

    kind = forms.ChoiceField(label="What kind of round", choices=PLANNED_KINDS, widget=forms.RadioSelect)
    place = Line(
        max_length=120,
        label="Place",
        help_text="How somebody finds it who has never been: the room, the floor, which door.",
    )
    title = Line(
        max_length=120,
        required=True,
        label="Title",
        help_text="The only part of the story the room sees.",
        error_messages={"required": "What shall it be called?"},
    )
    facilitators = SeveralOf(
        User.objects.none(), label="Who holds the round", required=False, widget=forms.CheckboxSelectMultiple
    )
    content_note = Line(
        max_length=300,
        label="Content note",
        help_text="What people may want to know before they stay, for example “a child dies”.",
    )
    private_notes = Words(
        max_length=LONG_WORDS, label="Notes for the facilitators", help_text="Nobody else sees these.", widget=_area(3)
    )
    ground_rules = Words(label="Ground rules", help_text="One a line.", widget=_area(5))
    support_card = Words(
        label="Support card for this round",
        help_text="Leave this empty to show the programme’s own, which stands below.",
        widget=_area(4),
    )
    staff_groups = forms.MultipleChoiceField(
        label="Staff groups offered at the head-count",
        choices=staff_groups.choices(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    floor = _number("Smallest room in which anyone can write", low=LOWEST_FLOOR, high=40)

    may_be_told_again = forms.BooleanField(
        label="The same story may be told again to another shift",
        required=False,
        help_text="A round of its own, for example for the night shift.",
    )
    may_stay_open = forms.BooleanField(
        label="After the round it may be read for 48 hours by those who missed it",
        required=False,
        help_text="Each at their own pace, without a name. You decide after the round what they read.",
    )

    AGAIN: Final = ("may_be_told_again", "may_stay_open")
    field_order = (*Timings._fields, "kind")  # as they follow one another on the page, so among the errors
    NOT_FOR_A_CIRCLE: Final = ("private_notes", "kind", "content_note", *AGAIN, *Timings._fields[:-1])

    def __init__(self, *args: Any, programme: Programme, round: Round | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = round.starts_at if round is not None else None
        self.is_circle = round is not None and round.kind == Kind.CIRCLE
        people: Any = self.fields["facilitators"]
        people.queryset = facilitators_of(programme)
        people.label_from_instance = str
        for name in self.NOT_FOR_A_CIRCLE if self.is_circle else ():
            del self.fields[name]

    def plan(self, *, storytellers: list[PlannedTeller], prompts: list[PlannedPrompt]) -> Plan:
        """What was planned. Call once the form is valid."""
        said = self.cleaned_data
        story = None
        if not self.is_circle:
            story = PlannedStory(storytellers=tuple(storytellers), private_notes=said["private_notes"])
        return Plan(
            title=said["title"],
            kind=said.get("kind", Kind.CIRCLE),
            starts_at=said["starts_at"],
            timings=usual(Kind.CIRCLE)._replace(**{n: said[n] for n in Timings._fields if n in said}),
            floor=said["floor"],
            place=said["place"],
            content_note=said.get("content_note", ""),
            ground_rules=said["ground_rules"],
            support_card=said["support_card"],
            staff_groups=tuple(said["staff_groups"]),
            **{name: said.get(name, False) for name in self.AGAIN},
            facilitators=tuple(said["facilitators"]),
            story=story,
            prompts=tuple(prompts),
        )


class OpenRoundForm(TimingsForm):
    """What may still change while people are in the room; notes only where the round has a story of its own."""

    support_card = Words(label="Support card", help_text="Empty shows the programme’s own.", widget=_area(4))
    private_notes = Words(max_length=LONG_WORDS, label="Notes for the facilitators", widget=_area(3))
    another_question = Line(
        max_length=300,
        label="One more question",
        help_text="It comes after the others, and is shown together, at your word.",
        widget=_area(2),
    )

    def __init__(self, *args: Any, has_story: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_story:  # there is no place where they would be kept
            del self.fields["private_notes"]

    def adjustment(self) -> Adjustment:
        names = ("support_card", "private_notes", "another_question")
        said = {name: self.cleaned_data[name] for name in names if name in self.fields}
        return Adjustment(timings=self.timings(), **said)


def told_in(round: Round | None) -> Story | None:
    """The round's story; a withdrawn one is not opened again, another may take its place."""
    story: Story | None = getattr(round, "story", None)
    return story if story is not None and not story.withdrawn else None


def facilitators_of(programme: Programme) -> Any:
    """The people who may hold a round of the programme, by name."""
    return User.objects.filter(
        memberships__programme=programme, memberships__role=Role.FACILITATOR, is_active=True
    ).order_by("name", "email")


def first_values(programme: Programme, by: User) -> dict[str, Any]:
    """What an empty planner opens with."""
    return {
        "kind": Kind.ROUND,
        "facilitators": [by.pk],
        "ground_rules": GROUND_RULES,
        "staff_groups": [code for code, _ in staff_groups.choices()],
        "floor": programme.floor,
        **usual(Kind.ROUND)._asdict(),
    }


def values_of(round: Round) -> dict[str, Any]:
    """What the planner of a planned round opens with."""
    when = timezone.localtime(round.starts_at)
    story = told_in(round)
    kept = ("kind", "place", "ground_rules", "support_card", "staff_groups", "floor")
    told = ("title", "content_note") if story or round.kind == Kind.CIRCLE else ()
    return {
        **{name: getattr(round, name) for name in (*kept, *PlanForm.AGAIN, *Timings._fields, *told)},
        "private_notes": getattr(story, "private_notes", ""),
        "date": when.date(),
        "time": when.time(),
        "facilitators": list(round.facilitators.values_list("pk", flat=True)),
    }
