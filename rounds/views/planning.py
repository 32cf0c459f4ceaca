"""Planning a round: the planner, the round's page, its poster and QR code, and the few things done to it from there."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from rounds import access, finishing, join_links, lighter, planning, pools, preparing, sealing, stored, stories
from rounds.forms.library import StoryForm
from rounds.forms.meanwhile import Meanwhile
from rounds.forms.planner import Planner
from rounds.forms.planning import FIRST_QUESTIONS, OpenRoundForm
from rounds.models import Kind, Reaction, Round, Stage
from rounds.refusals import Changed, Refused
from rounds.timings import Timings
from rounds.views.door import StaffRequest, guarded
from rounds.views.navigation import staff_nav


@guarded
def new(request: StaffRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request.user, programme_id, roles=access.RUNS_ROUNDS)
    is_lighter = request.GET.get("ask") == "possible"
    questions = lighter.QUESTIONS if is_lighter else FIRST_QUESTIONS
    case = StoryForm(request.GET).chosen
    planner = Planner(programme=programme, by=request.user, case=case, questions=questions)
    if request.method == "POST" and "row" in request.POST:
        planner.rearrange(request.POST, request.POST["row"])
    elif request.method == "POST" and planner.check(request.POST):
        made = planning.plan(programme=programme, plan=planner.plan(), by=request.user, once=planner.once)
        messages.success(request, "The round is planned. Nothing opens until you open the doors.")
        return redirect("round", made.public_id)
    return _planner_page(request, planner, after_heavy=None if is_lighter else lighter.suggested_after(programme))


@guarded
def edit(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    if round.kind == Kind.WINDOW:
        return redirect("round", round.public_id)
    if round.stage != Stage.PLANNED:
        return _edit_open(request, round)
    if round.retells_id:
        return redirect("tell-again", round.public_id)  # all else is as it was the first time
    planner = Planner(programme=round.programme, by=request.user, round=round)
    if request.method == "POST" and "row" in request.POST:
        planner.rearrange(request.POST, request.POST["row"])
    elif request.method == "POST" and planner.check(request.POST):
        try:
            planning.change(round=round, plan=planner.plan(), seen=planner.seen, by=request.user)
        except Refused as refusal:
            planner.refuse(str(refusal), seen=round.revision)
        else:
            messages.success(request, "Saved.")
            return redirect("round", round.public_id)
    return _planner_page(request, planner)


@guarded
def show(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    context = {
        "round": round,
        "programme": round.programme,
        "story": (story := getattr(round, "story", None)),
        "read": stories.last_read(round) if story is not None and story.no_identifiers else None,
        "may_let_go": story is not None and story.withdrawn and stories.may_let_go(round),
        "with_the_panel": (panel := preparing.still_with_the_panel(story, of=round) if story is not None else []),
        "first_step": preparing.first_step(round, with_the_panel=panel),
        "prompts": round.prompts.all(),
        "facilitators": round.facilitators.order_by("name", "email"),
        "to_finish": finishing.steps(round),
        "acts": round.staff_acts.select_related("who").order_by("-at", "-pk")[:8],
        "may_edit": round.stage != Stage.CLOSED and round.cancelled_at is None and round.kind != Kind.WINDOW,
        **_told_again(round),
        "join_address": join_links.spoken_address(),
        "staff_nav": staff_nav(round.programme, access.roles_of(request.user, round.programme), here="programme"),
    }
    return render(request, "rounds/desk/round.html", context)


def _told_again(round: Round) -> dict[str, object]:
    """The other tellings of the round's story, and what may still be added to them."""
    said = pools.said_at_the_doors(round) if not round.continues_id else []
    is_coming = round.stage == Stage.PLANNED and round.cancelled_at is None
    return {
        "first": round.origin,
        "told_at_the_doors": said,
        "may_still_be_said": is_coming and not said and not round.continues_id and not round.rehearsal,
        "was_not_said": not said and pools.why_no_more(round) is None,
        "is_withdrawn": pools.is_withdrawn(round),
        **(_of_window(round) if round.kind == Kind.WINDOW else {}),
        "tellings": pools.tellings(round) if not round.continues_id else [],
        "may_tell_again": pools.may_be_told_again(round),
        "may_open_window": pools.may_be_opened(round),
    }


def _of_window(round: Round) -> dict[str, object]:
    """What became of what was written in a window.

    held: what nobody has read yet, as a window has no console. floor: in words. sealed: what fewer wrote has gone.
    """
    found = Reaction.objects.of(round)
    held = found.filter(state=Reaction.State.HELD)
    return {
        "floor": stored.in_words(round.floor),
        "held": held,
        "all_held": held.exists() and not found.exclude(state=Reaction.State.HELD).exists(),
        "sealed": not round.is_open and sealing.is_done(round),
    }


@guarded
def poster(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    context = {
        "round": round,
        "is_over": round.stage == Stage.CLOSED,
        "programme": round.programme,
        "join_address": join_links.spoken_address(),
        "told_at_the_doors": pools.said_at_the_doors(round) if not round.continues_id else [],
        "works_here_only": join_links.works_here_only(),
        "qr": mark_safe(join_links.qr(round)),  # our own drawing of our own address, nobody's words in it
        "staff_nav": staff_nav(round.programme, access.roles_of(request.user, round.programme), here="programme"),
    }
    return render(request, "rounds/desk/poster.html", context)


@guarded
def qr(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    return HttpResponse(join_links.qr_file(round), content_type="image/svg+xml")


@guarded
def rehearse(request: StaffRequest, round_id: str) -> HttpResponse:
    round = access.round_for(request.user, round_id)
    if request.method != "POST":
        return redirect("round", round.public_id)
    copy = planning.rehearsal_copy(round=round, by=request.user)
    messages.success(request, "This is a copy to rehearse with. Nothing in it touches the round itself.")
    return redirect("round", copy.public_id)


@guarded
def cancel(request: StaffRequest, round_id: str) -> HttpResponse:
    said = "The round is cancelled. Nothing of it is lost; it can be planned again from here."
    return _pressed(request, round_id, planning.cancel, said)


@guarded
def plan_again(request: StaffRequest, round_id: str) -> HttpResponse:
    return _pressed(request, round_id, planning.plan_again, "The round is planned again.")


def _pressed(request: StaffRequest, round_id: str, verb: Callable[..., None], said: str) -> HttpResponse:
    """A button of the round's page: do it once, say so, and show the page again."""
    round = access.round_for(request.user, round_id)
    if request.method == "POST":
        try:
            verb(round=round, by=request.user)
            messages.success(request, said)
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("round", round.public_id)


def _edit_open(request: StaffRequest, round: Round) -> HttpResponse:
    if not round.is_open:
        messages.info(request, "The round is closed; it stays as it was.")
        return redirect("round", round.public_id)
    posted = request.POST if request.method == "POST" else None
    meanwhile = Meanwhile(posted=posted, mark=planning.mark(round))
    form = OpenRoundForm(posted, initial=_open_values(round), has_story=hasattr(round, "story"))
    if form.is_bound and form.is_valid():
        try:
            planning.adjust(round=round, adjustment=form.adjustment(), seen=meanwhile.seen, by=request.user)
        except Changed as why:
            now = Round.objects.get(pk=round.pk)
            meanwhile.refuse(why, mark=planning.mark(now), form=form, stands=_open_values(now))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. A new time counts from the next stage on.")
            return redirect("round", round.public_id)
    nav = staff_nav(round.programme, access.roles_of(request.user, round.programme), here="programme")
    context = {"round": round, "form": form, "meanwhile": meanwhile, "staff_nav": nav}
    return render(request, "rounds/desk/edit_open.html", context, status=meanwhile.status)


def _open_values(round: Round) -> dict[str, object]:
    names = ("support_card", *Timings._fields)
    notes = getattr(getattr(round, "story", None), "private_notes", "")
    return {**{name: getattr(round, name) for name in names}, "private_notes": notes}


def _planner_page(request: StaffRequest, planner: Planner, *, after_heavy: Round | None = None) -> HttpResponse:
    roles = access.roles_of(request.user, planner.programme)
    context = {
        "planner": planner,
        "form": planner.form,
        "programme": planner.programme,
        "round": planner.round,
        "lighter": after_heavy,
        "staff_nav": staff_nav(planner.programme, roles, here="programme"),
    }
    return render(request, "rounds/desk/plan.html", context)
