"""What comes of the hour, by hand: an action is shaped, agreed, questioned, sponsored, done and told back."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from facilitation.models import Action
from rounds.models import Stage
from tests import factories
from tests.browser.hour import NO_TIME, UNASKED, Hour
from tests.browser.screens import Desk


def an_action_is_shaped_and_agreed(hour: Hour) -> None:
    console = hour.console
    proposal = console.page.locator("#region-proposals > li").filter(has_text="number 0")
    console.press("Shape into an action", within=proposal)
    console.heading("Shape an action")
    console.fill("We will …", "put two chairs in every side room")
    shape = console.page.locator("#shape")
    shape.get_by_role("radio", name="The team", exact=True).check()
    shape.get_by_role("checkbox", name="Too few people, too little time").check()
    console.is_sound()
    console.press("Keep this action")
    console.shows("We will put two chairs in every side room.")
    console.shows("a short form asks for the rest")
    action = Action.objects.get(round=hour.round)
    assert action.from_proposal is not None
    page = hour.screens.tab(console, Desk)
    page.open(f"/actions/{action.public_id}/edit/responsibility/")
    the_rest_is_filled_in(page)
    page.heading("We will put two chairs in every side room.")
    page.is_sound()
    page.page.close()
    console.shows_not("a short form asks for the rest")  # it was said elsewhere
    console.press("The room agrees")
    hour.wall.shows_large("We will put two chairs in every side room.")
    hour.all_are_sound()


def the_rest_is_filled_in(page: Desk) -> None:
    """Every part of an action, in the order it is asked, each looked at."""
    page.fill("Who holds it", "staff")
    page.press("Save and go on")
    page.is_sound()
    page.fill("Who holds it", "The ward’s housekeeping team")
    page.page.get_by_role("radio", name="The team", exact=True).check()
    page.press("Save and go on")
    page.heading("Patients and families")
    page.page.get_by_role("radio", name="Not yet").check()
    page.press("Save and go on")
    page.shows("Please say why not yet. One sentence is enough.")
    page.is_sound()
    page.fill("Not yet, because", "nobody has asked them, and we will")
    page.press("Save and go on")
    page.heading("Accountability: how we learn")
    page.fill("We will learn from", "people who sat down")
    page.page.locator("[name=learn_by]").fill("asking at handover")
    page.page.locator("[name=learn_tell]").fill("the next round")
    page.page.locator("[name=learn_on]").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.is_sound()
    page.press("Save and go on")
    page.heading("What kind of change it is")
    page.page.locator("[name=strength_kind]").select_option(index=1)
    page.is_sound()
    page.press("Save and go on")
    page.heading("Is it ready?")
    page.is_sound()
    page.press("Save and go on")
    page.heading("When we look at it again")
    page.page.locator("[name=review_on]").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.is_sound()
    page.press("Save")


def a_lead_asks_and_the_facilitator_answers(hour: Hour) -> None:
    lead = hour.screens.desk().sign_in("bob@example.org", factories.PASSWORD)
    lead.open(f"/programmes/{hour.programme.public_id}/actions/")
    lead.is_sound()
    for words in (*NO_TIME, *UNASKED, "number 0"):
        lead.shows_not(words)
    with lead.forgiving("404 GET"):
        lead.open(f"/rounds/{hour.round.public_id}/console/")
    lead.open(f"/programmes/{hour.programme.public_id}/actions/")
    lead.follow("We will put two chairs in every side room")
    lead.follow("Return with a question")
    lead.press("Return with a question")
    lead.shows("What is your question?")
    lead.is_sound()
    lead.fill("Your question", "Which rooms first?")
    lead.press("Return with a question")
    lead.shows("It is back with the facilitators, with your question.")
    hour.desk.open(f"/actions/{Action.objects.get(round=hour.round).public_id}/")
    hour.desk.shows("Which rooms first?")
    hour.desk.follow("Answer the question")
    hour.desk.fill("Your answer", "The two beside the nurses’ station.")
    hour.desk.press("Answer the question")
    hour.desk.is_sound()
    lead.page.reload()
    lead.shows("The two beside the nurses’ station.")
    the_lead_finds_a_sponsor_and_ends_it(lead)


def the_lead_finds_a_sponsor_and_ends_it(lead: Desk) -> None:
    lead.follow("Ask for a sponsor")
    lead.fill("What is needed of a sponsor", "Forty pounds a chair.")
    lead.press("Ask for a sponsor")
    lead.shows("It waits for a sponsor.")
    lead.follow("Name the sponsor")
    lead.fill("Who stands behind it", "The director of nursing")
    lead.press("Name the sponsor")
    lead.shows("It has a sponsor and is accepted.")
    lead.press("It is under way")
    lead.follow("It is done")
    lead.press("It is done")
    lead.shows("Please write what happened, for the people who raised it.")
    lead.is_sound()
    lead.fill("What happened", "There are two chairs in each of the six side rooms.")
    lead.press("It is done")
    lead.shows("Done, and told back.")
    lead.is_sound()


def the_next_round_is_told_what_became_of_it(hour: Hour) -> None:
    told = "There are two chairs in each of the six side rooms."
    following = factories.round_(hour.programme, title="The corridor", stage=Stage.ARRIVAL, floor=3)
    wall, phone = hour.screens.wall(following), hour.screens.phone(following.join_code)
    for screen in (wall, phone):
        screen.heading("Since last time")
        screen.shows(told)
        screen.is_sound()
    reader = hour.screens.phone().open(f"/told/{hour.programme.told_back_token}/")
    reader.shows(told)
    reader.is_sound()
    with reader.forgiving("404 GET .*/told/"):
        reader.open("/told/nobody-told-me-this/")
    reader.is_sound()
