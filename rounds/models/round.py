"""A round: one hour, its stages and the revision every screen follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from rounds import phone_numbers
from rounds.join_codes import new_code
from rounds.models.ids import new_id, new_token
from rounds.models.people import User
from rounds.models.programme import (
    WORDS_AT_MOST_LEAST,
    WORDS_AT_MOST_MOST,
    WORDS_DAYS_LEAST,
    WORDS_DAYS_MOST,
    Programme,
)

FLOWING_BATCH = 5  # while people write, fewer than five at once would give away who has just stopped typing
GROUND_RULES = """What is said here stays here. What we learn may leave.
We listen. Nobody has to speak or write.
We speak for ourselves, and leave out names.
We are not here to solve it, not yet."""


UNTITLED = "A reflective round"  # what a round is called whose story was withdrawn


class Stage(models.TextChoices):
    """Where a round is. `planned` comes before anyone is let in; the rest are the hour (PRODUCT, "The hour").

    `window` is no part of the hour: a window stays in it until it closes. What is shown in other stages is not in it.
    """

    PLANNED = "planned", "Planned"
    ARRIVAL = "arrival", "Arrival"
    STORY = "story", "Story"
    SILENCE = "silence", "Silence"
    REFLECTION = "reflection", "Reflection"
    THREADS = "threads", "Threads"
    THRESHOLD = "threshold", "Threshold"
    CIRCLE = "circle", "Circle"
    CLOSING = "closing", "Closing"
    CLOSED = "closed", "Closed"
    WINDOW = "window", "Open at one’s own pace"


class Kind(models.TextChoices):
    ROUND = "round", "Round, 60 minutes"
    TEAM = "team", "Team, 30 to 45 minutes"
    POPUP = "popup", "Pop-up, 15 minutes"
    CIRCLE = "circle", "Circle on another day"
    WINDOW = "window", "Open for 48 hours"


class Weight(models.IntegerChoices):
    """How heavy a story is, for planning the order only; no participant ever sees it."""

    LIGHT = 1, "Light"
    MIDDLING = 2, "In between"
    HEAVY = 3, "Heavy"


class RoundQuerySet(models.QuerySet["Round"]):
    def live(self) -> RoundQuerySet:
        return self.exclude(stage__in=[Stage.PLANNED, Stage.CLOSED])

    def first_tellings(self) -> RoundQuerySet:
        """What “the next round” and “the last round” can mean: a story told for the first time, and not cancelled.

        A circle on another day, a re-run and a window are parts of such a round, for some of its people.
        """
        return self.exclude(kind__in=[Kind.CIRCLE, Kind.WINDOW]).filter(retells=None, cancelled_at=None)

    def to_come(self) -> RoundQuerySet:
        """What may be announced, the soonest first: planned for a time to come, not cancelled, and no rehearsal."""
        planned = self.filter(stage=Stage.PLANNED, cancelled_at=None, rehearsal=False)
        return planned.filter(starts_at__gt=timezone.now()).order_by("starts_at", "pk")

    def pool_of(self, round: Round) -> RoundQuerySet:
        """The rounds whose words are woven on one board: the first telling, its re-runs and its window (ADR 29)."""
        return self.filter(models.Q(pk=round.origin_pk) | models.Q(retells=round.origin_pk))


class Round(models.Model):
    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rounds")
    continues = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="circles", editable=False
    )  # a circle on another day opens with this round's themes
    rehearses = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="rehearsals", editable=False
    )  # whose title it carries: withdrawn there is withdrawn here
    retells = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="retellings", editable=False
    )  # the first telling of the same story: what is written here is brought together with what was written there
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ROUND)
    starts_at = models.DateTimeField("date and time")
    place = models.CharField(max_length=120, blank=True)  # where to go: the room, the floor, the door
    facilitators = models.ManyToManyField(User, related_name="rounds", blank=True)
    content_note = models.CharField(max_length=300, blank=True)
    ground_rules = models.TextField(blank=True)
    support_card = models.TextField(blank=True, help_text="Empty: the programme's.")
    staff_groups = models.JSONField(default=list, blank=True)  # codes of rounds.staff_groups offered at the head-count
    weight = models.PositiveSmallIntegerField(choices=Weight.choices, default=Weight.MIDDLING)
    floor = models.PositiveSmallIntegerField(default=5)
    # Said at the doors: without it nothing may be told again and brought together.
    may_be_told_again = models.BooleanField("told again for another shift", default=False)
    may_stay_open = models.BooleanField("open for 48 hours for those who missed it", default=False)
    telling = models.TextField(blank=True, editable=False)  # what people read in a window; gone when it closes
    telling_is_theirs = models.BooleanField(default=False, editable=False)  # the storyteller's own, with their word
    rehearsal = models.BooleanField(default=False)  # simulated participants may join only where this is true

    story_minutes = models.PositiveSmallIntegerField(default=15)
    silence_seconds = models.PositiveSmallIntegerField(default=60)
    reflection_minutes = models.PositiveSmallIntegerField(default=20)
    threads_minutes = models.PositiveSmallIntegerField(default=8)
    threshold_seconds = models.PositiveSmallIntegerField(default=30)
    circle_minutes = models.PositiveSmallIntegerField(default=12)

    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PLANNED)
    stage_started_at = models.DateTimeField(null=True)
    stage_ends_at = models.DateTimeField(null=True)  # what the timers count to; nothing happens by itself when it comes
    reached_reflection = models.BooleanField(default=False)
    crossed_threshold = models.BooleanField(default=False)  # no proposal and no action can exist before
    room_was_big_enough = models.BooleanField(default=False)  # latched: phones fall asleep, the promise was kept
    current_prompt = models.ForeignKey("Prompt", models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    join_code = models.CharField(max_length=8, unique=True, default=new_code)
    joining_locked = models.BooleanField(default=False)
    wall_token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    cancelled_at = models.DateTimeField(null=True)  # only ever set while planned; planning it again empties it
    closed_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    # What the programme said when the doors opened: what people were promised stays, whatever is set later.
    words_days = models.PositiveSmallIntegerField(null=True, editable=False)
    words_days_at_most = models.PositiveSmallIntegerField(null=True, editable=False)
    own_model = models.BooleanField(default=False, editable=False)  # the organisation's language model may read
    signed_off_at = models.DateTimeField(null=True)  # the themes are the facilitators' own from here on
    let_go_at = models.DateTimeField(null=True, editable=False)  # its storyteller withdrew, and people's words go along
    words_gone_at = models.DateTimeField(null=True)  # nothing that people wrote is left but what became a title

    objects: ClassVar[models.Manager[Round]] = RoundQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(floor__gte=3), name="round_floor_is_never_below_three"),
            models.CheckConstraint(
                condition=models.Q(continues=None) | models.Q(retells=None), name="round_continues_or_retells"
            ),
            models.UniqueConstraint(
                fields=["retells"], condition=models.Q(kind="window"), name="one_window_for_each_story"
            ),
            models.CheckConstraint(
                condition=models.Q(words_days=None) | models.Q(words_days__range=(WORDS_DAYS_LEAST, WORDS_DAYS_MOST)),
                name="round_words_go_after_sign_off",
            ),
            models.CheckConstraint(
                condition=models.Q(words_days_at_most=None)
                | models.Q(words_days_at_most__range=(WORDS_AT_MOST_LEAST, WORDS_AT_MOST_MOST)),
                name="round_words_go_in_the_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether people can be in the room now."""
        return self.stage not in (Stage.PLANNED, Stage.CLOSED)

    @property
    def origin(self) -> Round:
        """The round whose story and themes are spoken of: its own, or the one it continues or tells again."""
        return self.continues or self.retells or self

    @property
    def origin_pk(self) -> int:
        """The primary key of its origin, without asking the database."""
        return self.continues_id or self.retells_id or self.pk

    @property
    def shown_title(self) -> str:
        """The title as any screen may show it: a withdrawn story takes its title with it."""
        story = getattr(self.origin, "story", None)
        return UNTITLED if story is not None and story.withdrawn else self.title

    @property
    def support_words(self) -> str:
        return self.support_card or self.programme.support_card

    @property
    def support_lines(self) -> list[list[phone_numbers.Piece]]:
        """The support card line by line, for a phone: what can be rung stands apart."""
        return [phone_numbers.pieces(line.strip()) for line in self.support_words.splitlines() if line.strip()]

    @property
    def ground_rule_lines(self) -> list[str]:
        """The ground rules one by one; ours where the round has none of its own."""
        return [line.strip() for line in (self.ground_rules or GROUND_RULES).splitlines() if line.strip()]

    @property
    def days_after_sign_off(self) -> int:
        """How long the words stay once the themes are signed off: as promised when the doors opened."""
        return self.programme.words_days if self.words_days is None else self.words_days

    @property
    def days_at_most(self) -> int:
        """How long the words stay after the round at the longest, signed off or not."""
        return self.programme.words_days_at_most if self.words_days_at_most is None else self.words_days_at_most

    @property
    def words_go_on(self) -> date | None:
        """The day on which what people wrote goes for good; None while the round is not closed."""
        if self.stage != Stage.CLOSED:
            return None
        closed_on = timezone.localdate(self.closed_at or self.starts_at)
        if self.let_go_at is not None:
            return closed_on
        latest = closed_on + timedelta(days=self.days_at_most)
        if self.signed_off_at is None:
            return latest
        return min(latest, timezone.localdate(self.signed_off_at) + timedelta(days=self.days_after_sign_off))

    @property
    def flowing_batch(self) -> int:
        """How many are shown at once, at the least, where they are shown while people write."""
        return max(FLOWING_BATCH, self.floor)

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds until the stage's time is up, 0 when it is over, None where the stage has no time."""
        if self.stage_ends_at is None:
            return None
        return max(0, round((self.stage_ends_at - timezone.now()).total_seconds()))


class RoundTopic(models.Model):
    """The revision at which a topic of a round last changed: what a hub asks when the doorbell rings."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=40)
    revision = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "topic"], name="one_row_per_topic")]

    def __str__(self) -> str:
        return f"{self.topic} @ {self.revision}"


class RoomSketch(models.Model):
    """Roughly how many people one process has in a round, where several processes share it: never who, or since when.

    `marks` is a pattern of 4,096 bits; each ticket sets one, and many tickets would set the same. A row is worth
    nothing after `until`, which moves on by the clock and not with people.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    process = models.CharField(max_length=22)
    marks = models.BinaryField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "process"], name="one_sketch_per_process")]

    def __str__(self) -> str:
        return "a sketch of a room"
