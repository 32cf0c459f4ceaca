"""What stands on the phones, one calm thing at a time, and what people can say from them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from rounds import (
    bands,
    certificates,
    closing,
    feedback_forms,
    feelings,
    gathering,
    pools,
    reactions,
    staff_groups,
    statements,
    stored,
)
from rounds.forms.closing import FeedbackForm, HeadCountForm
from rounds.forms.fields import LONGEST
from rounds.forms.reaction import MineTooForm, ReactionForm
from rounds.live import messages, regions
from rounds.live.messages import Message
from rounds.live.regions import ListRegion, Region
from rounds.live.screens import released
from rounds.models import Kind, Round, Stage

S = Stage
ROOM = "rounds/room"
OPEN = frozenset(Stage) - {S.PLANNED, S.CLOSED}
WORDS_A_SECOND, LEAST_READING, MOST_READING = 4, 5, 120  # how long a story is read before the next step opens

messages.register(Message(name="react", form=ReactionForm, verb=reactions.post, together=reactions.post_together))
messages.register(
    Message(name="mine_too", form=MineTooForm, verb=reactions.mine_too, together=reactions.mine_too_together)
)
messages.register(Message(name="feedback", form=FeedbackForm, verb=closing.give_feedback))
messages.register(Message(name="staff_group", form=HeadCountForm, verb=closing.count_me))


def _title(round: Round) -> dict[str, Any]:
    return {"title": round.shown_title, "withdrawn": pools.is_withdrawn(round)}


def _arrival(round: Round) -> dict[str, Any]:
    return {**_title(round), "floor": stored.in_words(round.floor), "told_at_the_doors": pools.said_at_the_doors(round)}


def _nothing(round: Round) -> dict[str, Any]:
    return {}


def _promise(round: Round) -> dict[str, Any]:
    return {"promises": stored.promises(round), "limits": stored.limits()}


def _reflection(round: Round) -> dict[str, Any]:
    prompt = round.current_prompt
    return {
        "prompt": prompt,
        "promise": stored.shown_together(round=round, policy=prompt.policy) if prompt else "",
        "floor": stored.in_words(round.floor),
        "groups": feelings.FEELING_GROUPS,
        "always": [word for word in feelings.ALWAYS if word.code != "nothing_just_now"],
        "longest": LONGEST,
    }


def _gathered(round: Round) -> dict[str, Any]:
    """About how many the current prompt has brought; nothing at all where that would be fewer than five."""
    prompt = round.current_prompt
    if prompt is None:
        return {"about": None}
    number = gathering.waiting(round=round, basket=prompt.basket) + prompt.reactions.count()
    return {"about": bands.about(round=round, what=prompt.basket, number=number)}


def _reactions(round: Round) -> Iterable[tuple[str, Hashable]]:
    """What the room may see: (words, feelings, others too, the earlier question it answered or nothing)."""
    company, questions = released.in_company(round), released.questions(round)
    for found in released.reactions(round):
        if found.state not in released.SHOWN or found.is_quiet:
            continue
        earlier = "" if found.prompt == round.current_prompt_id else questions[found.prompt].text
        words = tuple(feelings.label(code) for code in found.feelings)
        yield found.pk, (found.text, words, found.pk in company, earlier)


def _quiet(round: Round) -> dict[str, Any]:
    return {"some": released.some_quiet(round)}


def told_back(round: Round) -> dict[str, Any]:
    """Where and when people hear what became of it: the next round's date, and the page when it is public.

    circle_on: the day of its circle, where that is still to come. Nothing can have come of it in a round before that.
    """
    circles = Round.objects.filter(continues=round.origin_pk).to_come()
    circle = None if round.crossed_threshold else circles.first()
    rounds = round.programme.rounds.first_tellings().to_come()
    later = (rounds.filter(starts_at__gt=circle.starts_at) if circle else rounds).first()
    token = round.programme.told_back_token if round.programme.told_back_is_public else ""
    return {
        "next_round": later.starts_at if later else None,
        "circle_on": circle.starts_at if circle else None,
        "told_back_token": token,
    }


def _feedback(round: Round) -> dict[str, Any]:
    return {"statements": feedback_forms.asked(round.programme), "answers": statements.ANSWERS}


def _head_count(round: Round) -> dict[str, Any]:
    return {"groups": [(code, staff_groups.label(code)) for code in round.staff_groups]}


def _certificate(round: Round) -> dict[str, Any]:
    check_at = f"{settings.SITE_URL.split('://', 1)[-1]}{reverse('certificate')}"
    # A window's stands at the end of its way: whoever looked in once it has closed has read nothing.
    found = None if round.kind == Kind.WINDOW and not round.telling else certificates.of(round)
    return {"certificate": found, "check_at": check_at}


def _window(round: Round) -> dict[str, Any]:
    """The whole way through a window: the same bytes for every phone, which walks it at its own pace (window.js)."""
    words = len(round.telling.split())
    return {
        **_title(round),
        "prompts": list(round.prompts.all()),
        "reading_seconds": min(MOST_READING, max(LEAST_READING, words // WORDS_A_SECOND)),
        "said": pools.said_in_a_window(round, floor=stored.in_words(round.floor)),
        "groups": feelings.FEELING_GROUPS,
        "always": [word for word in feelings.ALWAYS if word.code != "nothing_just_now"],
        "longest": LONGEST,
        **told_back(round),
        **_certificate(round),
    }


def _place(name: str, context: Any, *stages: Stage, order: int, topics: str = "", slot: str = "main") -> None:
    """Register one region of the phones; without stages it is there while the round is open."""
    regions.register(
        Region(
            name=name,
            audience="room",
            template=f"{ROOM}/_{name}.html",
            context=context,
            stages=frozenset(stages) or OPEN,
            topics=frozenset(topics.split()),
            slot=slot,
            order=order,
        )
    )


_place("support", _nothing, *Stage, order=1, slot="support")
_place("you_are_in", _nothing, S.ARRIVAL, order=3)  # before what is told back: first that it worked
_place("arrival", _arrival, S.ARRIVAL, order=10)
_place("story", _title, S.STORY, order=10)
_place("silence", _nothing, S.SILENCE, order=10)
_place("reflection", _reflection, S.REFLECTION, order=10)
_place("gathered", _gathered, S.REFLECTION, order=12, topics="gathered")
_place("quiet", _quiet, S.REFLECTION, order=72, topics="reactions")
_place("window", _window, S.WINDOW, order=10)
_place("threshold", _nothing, S.THRESHOLD, order=10)
_place("closing", told_back, S.CLOSING, order=10)
_place("keep", _nothing, S.CLOSING, S.CLOSED, order=75)
_place("certificate", _certificate, S.CLOSING, S.CLOSED, order=78)
_place("head_count", _head_count, S.CLOSING, order=80)
_place("feedback", _feedback, S.CLOSING, order=85)
_place("closed", told_back, S.CLOSED, order=10)
_place("promise", _promise, order=90, slot="foot")
regions.register(
    ListRegion(
        name="reactions",
        audience="room",
        template=f"{ROOM}/_reaction.html",
        rows=_reactions,
        stages=frozenset({S.REFLECTION, S.THREADS}),
        topics=frozenset({"reactions"}),
        order=70,
        label="What people wrote",
    )
)
