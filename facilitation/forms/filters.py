"""How the actions of a programme are narrowed and sorted: all of it stands in the address, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.timezone import localdate

from facilitation import taxonomies
from facilitation.models import Action, State, Theme
from facilitation.models.action import ActionQuerySet
from rounds.forms.fields import Words
from rounds.models import Programme, Round

PAST: Final = "past"
USUAL: Final = "day"  # what comes up soonest first
_DUE: Final = (
    ("", "Any day"),
    (PAST, "Past"),
    ("7", "Past, or within 7 days"),
    ("30", "Past, or within 30 days"),
    ("90", "Past, or within 90 days"),
)
SORTS: Final = (  # each is a column of models.action.SORTED_BY, with a minus when it is turned around
    ("day", "Their day, soonest first"),
    ("-day", "Their day, furthest first"),
    ("action", "What we will do, from A"),
    ("-action", "What we will do, from Z"),
    ("state", "Where it stands, newest step first"),
    ("-state", "Where it stands, last step first"),
    ("holder", "Who holds it, from A"),
    ("-holder", "Who holds it, from Z"),
    ("level", "Level, from individual"),
    ("-level", "Level, from the wider system"),
    ("round", "Their round, earliest first"),
    ("-round", "Their round, latest first"),
)
_GROUPED: Final = ("state", "level", "domain", "strength")  # read as SQL's IN; barriers are in a list of their own
Address: TypeAlias = MultiValueDict[str, str]


class Several(forms.MultipleChoiceField):
    """Several of a list. What is not on it narrows nothing."""

    def __init__(self, *, label: str, choices: Iterable[tuple[str, str]]) -> None:
        super().__init__(label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple)

    def clean(self, value: object) -> list[str]:
        return [code for code in self.to_python(value) if self.valid_value(code)]


class Narrowing(NamedTuple):
    """One thing the list is narrowed by. without: the address that takes it away."""

    words: str
    without: str


class FilterForm(forms.Form):
    """Which actions of a programme are shown, and in what order. What cannot be read narrows nothing."""

    text = Words(max_length=100, label="Words")
    due = forms.ChoiceField(label="Their day", choices=_DUE, required=False)
    who = Words(max_length=120, label="Holder or sponsor", widget=forms.Select)
    sort = forms.ChoiceField(label="In the order of", choices=SORTS, required=False)
    state = Several(label="Where it stands", choices=State.choices)
    level = Several(label="Level", choices=taxonomies.choices(taxonomies.LEVELS))
    domain = Several(label="What it changes", choices=taxonomies.choices(taxonomies.DOMAINS))
    strength = Several(label="What kind of change", choices=taxonomies.choices(taxonomies.STRENGTHS))
    barrier = Several(label="Barrier", choices=taxonomies.choices(taxonomies.BARRIERS))
    round = forms.ChoiceField(label="From the round", required=False)
    since = forms.DateField(label="From rounds since", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Address, *, programme: Programme) -> None:
        super().__init__(data)
        actions: Any = Action.objects.filter(programme=programme)
        held = Round.objects.filter(actions__programme=programme).distinct().order_by("-starts_at", "-pk")
        who: Any = self.fields["who"].widget  # whoever it was handed on from stays in addresses, and finds nothing
        names = dict.fromkeys([*actions.whose(), *data.getlist("who")[-1:]])
        who.choices = [("", "Anybody"), *((one, one) for one in names if one)]
        rounds: Any = self.fields["round"]
        rounds.choices = [
            ("", "Any round"),
            *((one.public_id, _named(one)) for one in held.select_related(*_STORIES).only(*_NAMED)),
        ]
        self.is_valid()

    def chosen(self) -> dict[str, Any]:
        """What narrows the list, by name; empty without a choice. The order narrows nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value and name != "sort"}

    @property
    def order(self) -> str:
        """A code of SORTS."""
        return self.cleaned_data.get("sort") or USUAL

    @property
    def caption(self) -> str:
        """The order of the list in words; by their day, what has ended comes last."""
        return dict(SORTS)[self.order] + ("; what has ended last" if self.order.endswith("day") else "")

    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in (*_GROUPED, "barrier")]

    def narrowed(self, found: ActionQuerySet, *, themes: QuerySet[Theme]) -> ActionQuerySet:
        """Those of the actions found that are like what was chosen; sorted by nobody yet.

        themes: those whose titles whoever asks may read (`titles.open_to`); words find nothing by any other.
        """
        chosen = self.chosen()
        for name in _GROUPED:
            if name in chosen:
                found = found.filter(**{f"{name}__in": chosen[name]})
        if "barrier" in chosen:
            found = found.removing(*chosen["barrier"])
        if "due" in chosen:
            found = found.overdue() if chosen["due"] == PAST else found.due_within(int(chosen["due"]))
        if "who" in chosen:
            found = found.with_whom(chosen["who"])
        if "text" in chosen:
            found = found.about(chosen["text"], themes=themes)
        return found.filter(**self._of_rounds(chosen))

    def sorted(self, found: ActionQuerySet) -> ActionQuerySet:
        return found.sorted_by(self.order.removeprefix("-"), backwards=self.order.startswith("-"))

    def address(self, **instead: Any) -> str:
        """What was chosen, as a query string that always reads the same. instead: other values, or none, by name."""
        address = QueryDict(mutable=True)
        for name, value in {**self.cleaned_data, **instead}.items():
            values = value if isinstance(value, list) else [value]
            address.setlist(name, [str(one) for one in values if one and (name, one) != ("sort", USUAL)])
        return address.urlencode()

    def narrowings(self) -> list[Narrowing]:
        """What narrows the list, in words, each with the address of the page without it."""
        return list(self._narrowings())

    def _narrowings(self) -> Iterator[Narrowing]:
        for name, value in self.chosen().items():
            field = self.fields[name]
            values: Sequence[Any] = value if isinstance(value, list) else [value]
            for one in values:
                words = dict(getattr(field, "choices", ())).get(one) or _plain(one)
                left = [other for other in values if other != one]
                yield Narrowing(f"{field.label}: {words}", self.address(**{name: left}))

    @staticmethod
    def _of_rounds(chosen: dict[str, Any]) -> dict[str, Any]:
        asked = {
            "round": "round__public_id",
            "since": "round__starts_at__date__gte",
            "until": "round__starts_at__date__lte",
        }
        return {lookup: chosen[name] for name, lookup in asked.items() if name in chosen}


# With the stories that may be withdrawn: a title goes with its story.
_STORIES: Final = ("story", "continues__story", "retells__story")
_NAMED: Final = ("public_id", "title", "starts_at", "continues", "retells", *(f"{one}__withdrawn" for one in _STORIES))


def _named(round: Round) -> str:
    return f"{date_format(localdate(round.starts_at), 'j F Y')}: {round.shown_title}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else date_format(value, "j F Y")  # type: ignore[arg-type]
