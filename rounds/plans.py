"""What a facilitator plans: plain values between the form that read them and the verb that keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from rounds.models import ReleasePolicy, User, Weight
from rounds.timings import Timings

JUST_NOW: Final = timedelta(minutes=5)  # a pop-up planned for this minute is typed for a minute or two


def is_past(starts_at: datetime) -> bool:
    """Whether a round can no longer start then."""
    return starts_at < timezone.now() - JUST_NOW


def is_on_the_clock(when: datetime) -> bool:
    """Whether the hospital's clocks show this (naive) time: an hour is missing where they go forward."""
    there = timezone.make_aware(when).astimezone(UTC)
    return timezone.make_naive(there) == when


@dataclass(frozen=True, kw_only=True)
class PlannedTeller:
    """One storyteller, by what they do, with their own words. id: public id of one who is there already, or empty."""

    id: str = ""
    role: str = ""
    what_it_was_like: str = ""
    what_it_meant: str = ""
    weight: int = Weight.MIDDLING


@dataclass(frozen=True, kw_only=True)
class PlannedStory:
    """Who tells it, in the order of telling, and what the facilitators note for themselves."""

    private_notes: str = ""
    storytellers: tuple[PlannedTeller, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlannedPrompt:
    text: str
    policy: str = ReleasePolicy.TOGETHER


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A round as it stands in the planner. `story` is empty for a circle on another day."""

    title: str
    kind: str
    starts_at: datetime
    timings: Timings
    floor: int
    place: str = ""
    content_note: str = ""
    ground_rules: str = ""
    support_card: str = ""
    staff_groups: tuple[str, ...] = ()
    may_be_told_again: bool = False
    may_stay_open: bool = False
    facilitators: tuple[User, ...] = ()
    story: PlannedStory | None = None
    prompts: tuple[PlannedPrompt, ...] = ()

    @property
    def weight(self) -> int:
        """A round is as heavy as the heaviest that is told in it; in between where nobody has said."""
        told = self.story.storytellers if self.story else ()
        return max((teller.weight for teller in told), default=Weight.MIDDLING)


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """What may still change once people are in the room: nothing that was promised to them."""

    timings: Timings
    support_card: str = ""
    private_notes: str = ""
    another_question: str = ""
