"""The story of a round: reading it for names, withdrawing it, giving it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from rounds import access, pointing, stored, stories
from rounds.forms.stories import GiveBackPress, ReadForm, WithdrawForm
from rounds.models import Round, Story
from rounds.refusals import NotYours, Refused
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def check(request: StaffRequest, round_id: str) -> HttpResponse:
    """Read the story for whether anybody can be recognised; on POST say that one has."""
    round, story = _told(request, round_id)
    if story.withdrawn:
        return redirect("round", round.public_id)
    form, parts = ReadForm(request.POST), pointing.parts(story)
    marks = sum(part.marks for part in parts)
    said = request.method == "POST" and form.is_valid()
    if said and (form.cleaned_data["leave"] or not marks):
        try:
            stories.answer_for(round=round, seen=form.cleaned_data["seen"], by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("story-check", round.public_id)
        messages.success(request, "Thank you. The story has been read for this.")
        return redirect("round", round.public_id)
    left = {"asked": said, "marks": marks, "marks_in_words": stored.in_words(marks).capitalize()}
    context = {"story": story, "parts": parts, "read": stories.last_read(round), **left}
    return _page(request, round, "rounds/desk/story_check.html", context)


@guarded
def withdraw(request: StaffRequest, round_id: str) -> HttpResponse:
    """Choose what is withdrawn and what becomes of what people wrote, which can also go later; on POST do it."""
    round, story = _told(request, round_id)
    may_go = stories.may_let_go(round)
    if story.withdrawn and not may_go:
        messages.info(request, "It is withdrawn already.")
        return redirect("round", round.public_id)
    typed = request.POST if request.method == "POST" else None
    form = WithdrawForm(typed, story=story, may_go=may_go)
    if typed is not None and form.is_valid():
        try:
            stories.withdraw(round=round, by=request.user, **form.choice)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, form.done)
            return redirect("round", round.public_id)
    context = {"story": story, "form": form, "still_open": stories.still_open(round)}
    context["reads_their_words"] = stories.readers_of_their_words(round).exists()
    return _page(request, round, "rounds/desk/story_withdraw.html", context)


@guarded
def give_back(request: StaffRequest, round_id: str) -> HttpResponse:
    round, _ = _told(request, round_id)
    if request.method == "POST":
        try:
            whose = GiveBackPress(request.POST).read()["storyteller"]
            stories.give_back(round=round, by=request.user, storyteller=whose)
            messages.success(request, "Their part is back." if whose else "The story is back.")
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("round", round.public_id)


def _told(request: StaffRequest, round_id: str) -> tuple[Round, Story]:
    """The round with its own story. Raises NotYours for one that has none, such as a circle on another day."""
    round = access.round_for(request.user, round_id)
    story = Story.objects.filter(round=round).first()
    if story is None:
        raise NotYours
    return round, story


def _page(request: StaffRequest, round: Round, template: str, context: dict[str, object]) -> HttpResponse:
    nav = staff_nav(round.programme, access.roles_of(request.user, round.programme), here="programme")
    return render(request, template, {"round": round, "staff_nav": nav, **context})
