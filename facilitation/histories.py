"""Each thread’s history: when it was heard, what stood in its way, what was tried, and what was told back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils import timezone

from facilitation import taxonomies, titles, told_back
from facilitation.models import Action, ActionTheme, State, Theme, Thread
from facilitation.titles import NO_NAME
from rounds.models import Programme

# Of hundreds of themes and actions, only what a page shows: the whole rows take three times as long.
_OF_A_THEME: Final = (
    "public_id",
    "title",
    "to_be_held",
    "barriers",
    "round__starts_at",
    "strand__thread__public_id",
)
_OF_AN_ACTION: Final = ("public_id", "statement", "barriers", "state", "told_back", "told_back_at", "review_on")


@dataclass(frozen=True)
class Heard:
    """A theme of a thread, and the day of its round."""

    day: date
    theme: Theme

    @property
    def barriers(self) -> list[str]:
        return [item.label for item in taxonomies.BARRIERS if item.code in self.theme.barriers]


@dataclass
class History:
    """name: what the thread is called (`titles.of_threads`). heard, actions that came of these themes: oldest first."""

    thread: Thread
    name: str = NO_NAME
    heard: list[Heard] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    @property
    def rounds(self) -> list[date]:
        """The days of the rounds it was heard in, each once, oldest first."""
        return list({one.theme.round_id: one.day for one in self.heard}.values())

    @property
    def barriers(self) -> list[str]:
        """What its themes and its actions name as in the way, in the order of the list."""
        return [item.label for item in taxonomies.BARRIERS if self.names(item.code)]

    def names(self, barrier: str) -> bool:
        """Whether one of its themes or actions names this barrier; any thread does for none."""
        named = [one.theme.barriers for one in self.heard] + [action.barriers for action in self.actions]
        return not barrier or any(barrier in codes for codes in named)

    @property
    def told(self) -> list[Action]:
        """The actions of which something was told back, latest words first."""
        with_words = [(action.told_back_at, action) for action in self.actions if action.told_back_at]
        return [action for _, action in sorted(with_words, key=lambda pair: (pair[0], pair[1].pk), reverse=True)]


def histories(
    programme: Programme, *, thread: Thread | None = None, within: Callable[[date], bool] = lambda _: True
) -> list[History]:
    """The histories of all threads, or of one, by name. within: which days of rounds to look at.

    A thread nothing of which was heard then, or can be read outside the room any more, is left out.
    """
    themes = told_back.heard_themes(programme).filter(strand__thread__isnull=False).only(*_OF_A_THEME)
    if thread is not None:
        themes = themes.filter(strand__thread=thread)
    names = titles.of_threads(programme)
    found: dict[int, History] = {}
    of_theme: dict[int, History] = {}
    for theme in themes.select_related("round", "strand__thread").order_by("round__starts_at", "position", "pk"):
        day = timezone.localdate(theme.round.starts_at)
        if within(day):
            history = found.setdefault(
                theme.strand.thread_id, History(theme.strand.thread, names.get(theme.strand.thread_id, NO_NAME))
            )
            history.heard.append(Heard(day, theme))
            of_theme[theme.pk] = history
    _add_actions(of_theme)
    return sorted(found.values(), key=lambda history: (history.name.casefold(), history.thread.pk))


def _add_actions(of_theme: dict[int, History]) -> None:
    ties = ActionTheme.objects.filter(theme__in=of_theme).exclude(action__state=State.PROPOSED)
    pairs = list(ties.order_by("action", "pk").values_list("theme_id", "action_id"))
    actions = Action.objects.only(*_OF_AN_ACTION).in_bulk({action for _, action in pairs})
    seen: set[tuple[int, int]] = set()
    for theme, action in pairs:
        history = of_theme[theme]
        if (history.thread.pk, action) not in seen:
            seen.add((history.thread.pk, action))
            history.actions.append(actions[action])
