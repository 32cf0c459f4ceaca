"""When a round begins: a day and a time still to come, as the hospital's clocks show them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone

from rounds.plans import is_on_the_clock, is_past

FURTHEST: Final = timedelta(days=5 * 365)
TOO_FAR: Final = "Please choose a day within the next five years."
A_PAST_DAY: Final = "That day has passed. Please choose one still to come."
A_PAST_TIME: Final = "That time has passed today. Please choose a later one, or another day."
NO_SUCH_TIME: Final = "The clocks go forward then, so there is no such time on that day. Please choose another."


class BeginningForm(forms.Form):
    """A day and a time; `starts_at` is among the cleaned data of a valid form.

    before: when the round was to begin so far, if it was planned already. That may have passed.
    """

    date = forms.DateField(
        label="Date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "On which day?", "invalid": "Please write the day like 2027-03-14."},
    )
    time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "At what time?", "invalid": "Please write the time like 14:30."},
    )
    before: datetime | None = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, hour = cleaned.get("date"), cleaned.get("time")
        if day is None or hour is None:
            return cleaned
        today = timezone.localdate()
        if day > today + FURTHEST:
            self.add_error("date", TOO_FAR)
        elif day < today - FURTHEST:  # so long ago that a time zone could overflow on it
            self.add_error("date", A_PAST_DAY)
        elif not is_on_the_clock(datetime.combine(day, hour)):
            self.add_error("time", NO_SUCH_TIME)
        else:
            cleaned["starts_at"] = starts_at = self._as_before(timezone.make_aware(datetime.combine(day, hour)))
            if starts_at != self.before and is_past(starts_at):
                self.add_error(*(("date", A_PAST_DAY) if day < today else ("time", A_PAST_TIME)))
        return cleaned

    def _as_before(self, starts_at: datetime) -> datetime:
        """A time field has no seconds: a time nobody touched must not look moved."""
        untouched = self.before is not None and self.before.replace(second=0, microsecond=0) == starts_at
        return self.before if self.before is not None and untouched else starts_at
