"""The circle on the console, and the choice of another day at the threshold."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from facilitation import access as doors
from facilitation import barriers, circle, taxonomies
from facilitation.forms.circle import AnotherDayForm, FixBarriersForm, ProposalCardsForm, SetAsideForm
from facilitation.models import Theme
from rounds import access, holding
from rounds.models import Stage
from rounds.refusals import Refused
from rounds.views.door import StaffRequest, guarded, pressed
from rounds.views.navigation import staff_nav


@pressed
def release(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    shown = circle.release(round=round, by=request.user)
    return "The proposals are on the phones now, shuffled." if shown else holding.ALL_HELD


@guarded
def cards(request: StaffRequest, round_id: str) -> HttpResponse:
    """Where the circle's cards are typed in. What was typed stays on the page when something is refused."""
    round = access.round_for(request.user, round_id)
    named = Theme.objects.filter(round=round.origin).values_list("public_id", "title")
    about = [("", "None of them in particular"), *named]
    data = request.POST if request.method == "POST" else None
    form = ProposalCardsForm(data, about=about, initial={"sitting": secrets.token_urlsafe(16), "about": ""})
    if form.is_bound and form.is_valid():
        said, texts = form.cleaned_data, [card.text for card in form.cards]
        try:
            circle.write_in(round=round, theme=said["about"], cards=texts, sitting=said["sitting"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "They are kept, sealed like those from phones. Here is room for the next ones.")
            return redirect("circle-cards", round.public_id)
    nav = staff_nav(round.programme, access.roles_of(request.user, round.programme), here="programme")
    is_typing = form.is_bound or round.stage == Stage.CIRCLE
    context = {"round": round, "programme": round.programme, "form": form, "is_typing": is_typing, "staff_nav": nav}
    return render(request, "facilitation/circle/cards.html", context)


@pressed
def set_aside(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = SetAsideForm(request.POST).read()
    done = circle.set_aside(round=round, proposal=press["proposal"], aside=press["aside"], by=request.user)
    if not done:
        return holding.WAITS
    return "It is set aside." if press["aside"] else "It is with the others again."


@guarded
def show_barriers(request: StaffRequest, round_id: str, theme_id: str) -> HttpResponse:
    """The list to tick, for the place on the console where things are written; what the room chose stands first."""
    round, theme = doors.theme_for(request.user, round_id, theme_id)
    form = FixBarriersForm(initial={"barriers": theme.barriers or _taken_up(barriers.chosen(round=round, theme=theme))})
    return render(request, "facilitation/circle/_fix.html", {"round": round, "theme": theme, "form": form})


@pressed
def fix_barriers(request: StaffRequest, round_id: str, theme_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = FixBarriersForm(request.POST).read()
    theme = barriers.fix(round=round, theme=theme_id, barriers=press["barriers"], by=request.user)
    return f"Written down for “{theme.title}”."


@pressed
def another_day(request: StaffRequest, round_id: str) -> str:
    round = access.round_for(request.user, round_id)
    press = AnotherDayForm(request.POST).read()
    later = circle.another_day(round=round, starts_at=press["starts_at"], by=request.user)
    when = date_format(timezone.localtime(later.starts_at), "j F, H:i")
    return f"The circle is planned for {when}. This round moves to its closing."


def _taken_up(chosen: list[str]) -> list[str]:
    """What the form has ticked already: what facilitators hear of first they tick themselves, if they mean to."""
    return [code for code in chosen if code not in taxonomies.FACILITATORS_FIRST]
