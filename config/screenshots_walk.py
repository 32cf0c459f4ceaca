"""The walk the pictures are taken on: every page of the desk, and a rehearsed hour on phone, wall and console."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Page

from config.screenshots import DESK, PHONE, WALL, Camera, Demonstration

# The button that leads on, the stage it leads to.
STEPS: Final = (
    ("Begin the story", "Story"),
    ("Keep a silence", "Silence"),
    ("Open the reflection", "Reflection"),
    ("On to the threads", "Threads"),
    ("Pause at the threshold", "Threshold"),
    ("Open the circle now", "Circle"),
    ("On to the closing", "Closing"),
)


class Walk:
    """demo: where to walk. camera: takes the pictures. person: opens another person's browser."""

    def __init__(self, demo: Demonstration, camera: Camera, person: Callable[[], Page]) -> None:
        self.demo = demo
        self.camera = camera
        self.person = person
        self.programme = ""

    def through_everything(self) -> None:
        self.without_an_account()
        facilitator = self.sign_in("facilitator")
        self.at_the_desk(facilitator)
        self.through_the_hour(facilitator)
        self.afterwards(facilitator, self.sign_in("lead"))
        self.as_administrator(self.sign_in("administrator"))

    def pages(self, page: Page, paths: Mapping[str, str], widths: tuple[int, ...] = DESK) -> None:
        """Pictures of pages that stand still, by the name of the picture."""
        for name, path in paths.items():
            page.goto(self.demo.site + path)
            self.camera.take(page, name, widths)

    def without_an_account(self) -> None:
        page = self.person()
        self.pages(page, {"desk-landing": "/", "desk-sign-in": "/accounts/login/", "desk-not-found": "/nothing-here/"})
        self.pages(page, {"desk-password-reset": "/accounts/password/reset/"})
        self.pages(page, {"phone-join": "/j", "phone-stored": "/stored/"}, PHONE)
        page.goto(self.demo.site + "/j")
        page.locator("summary").filter(has_text="What you are promised").click()
        self.camera.take(page, "phone-promise", PHONE)

    def sign_in(self, who: str) -> Page:
        page = self.person()
        page.goto(f"{self.demo.site}/accounts/login/")
        page.locator("input[name=login]").fill(f"{who}@demo.example")
        page.locator("input[name=password]").fill(self.demo.password)
        page.locator("main form[method=post] button[type=submit]").last.click()
        page.wait_for_url("**/programmes/**")
        self.programme = page.url.removeprefix(self.demo.site)
        return page

    def at_the_desk(self, page: Page) -> None:
        self.pages(page, {"desk-programme": self.programme, "desk-plan": f"{self.programme}rounds/new/"})
        page.locator("main form.planner button[type=submit]").last.click()
        page.locator(".error-summary").wait_for()
        self.camera.take(page, "desk-plan-errors", DESK)
        here = self.demo.round_path
        self.pages(page, {"desk-round": here, "desk-poster": f"{here}poster/", "desk-adjust": f"{here}edit/"})
        self.pages(page, {"desk-account": "/accounts/2fa/", "desk-password": "/accounts/password/change/"})

    # --- the hour

    def through_the_hour(self, console: Page) -> None:
        console.goto(self.demo.console)
        phone, wall = self.person(), self.person()
        phone.goto(self.demo.join)
        phone.get_by_role("button", name="Join", exact=True).click()
        phone.wait_for_url("**/r")
        wall.goto(self.demo.wall)
        with self.demo.guests():
            console.get_by_text("The room is big enough to write in.").wait_for()
            self.everybody("arrival", console, phone, wall)
            for button, stage in STEPS:
                self.step(console, button, stage)
                self.in_stage(stage, console, phone, wall)
            self.close(console)
            wall.get_by_text("This round is over").wait_for()
            self.everybody("closed", console, phone, wall)

    def step(self, console: Page, button: str, stage: str) -> None:
        console.locator(".next-step button:not([aria-disabled])").get_by_text(button, exact=True).click()
        console.locator(".stage-bar__now").get_by_text(stage, exact=True).wait_for()

    def everybody(self, name: str, console: Page, phone: Page, wall: Page) -> None:
        self.camera.take(phone, f"phone-{name}", PHONE)
        self.camera.take(wall, f"wall-{name}", WALL, whole=False)
        self.camera.take(console, f"console-{name}", DESK)

    def in_stage(self, stage: str, console: Page, phone: Page, wall: Page) -> None:
        name = stage.lower()
        phone.locator(f"body[data-stage={name}]").wait_for()
        wall.locator(f"body[data-stage={name}]").wait_for()
        ways: dict[str, Callable[[Page, Page, Page], None]]
        ways = {"Reflection": self.reflecting, "Threads": self.weaving, "Circle": self.in_the_circle}
        if stage in ways:
            ways[stage](console, phone, wall)
        self.everybody(name, console, phone, wall)

    def reflecting(self, console: Page, phone: Page, wall: Page) -> None:
        self.camera.take(phone, "phone-reflection-empty", PHONE)
        self.camera.take(wall, "wall-question", WALL, whole=False)
        phone.get_by_role("button", name="Send", exact=True).click()
        phone.get_by_text("There is nothing in it yet.").wait_for()
        phone.locator("details.feelings summary").click()
        self.camera.take(phone, "phone-reflection-refused", PHONE)
        phone.locator("details.feelings summary").click()
        console.locator("#region-released > li").nth(9).wait_for()
        released = console.locator("#region-released > li").filter(has=console.locator(".quote__words"))
        released.first.get_by_role("button", name="Bring forward").click()
        wall.locator(".wall-forward").wait_for()
        console.locator("#region-released > li").last.get_by_role("button", name="Hold").click()
        console.locator("#region-held > li").first.wait_for(state="attached")

    def weaving(self, console: Page, phone: Page, wall: Page) -> None:
        self.camera.take(wall, "wall-threads-empty", WALL, whole=False)
        console.get_by_role("button", name="Propose groups").click()
        groups = console.locator("[id^='group-']").filter(has=console.get_by_role("button", name="Make it a theme"))
        groups.first.wait_for()
        self.camera.take(console, "console-threads-proposed", DESK)
        for number in range(1, min(groups.count(), 4)):
            groups.first.get_by_role("button", name="Make it a theme").click()
            wall.locator(".pile").nth(number - 1).wait_for()
        phone.locator(".pile").first.wait_for()

    def in_the_circle(self, console: Page, phone: Page, wall: Page) -> None:
        console.locator("#region-proposals > li").nth(2).wait_for()
        shape = console.get_by_role("button", name="Shape into an action").first
        shape.click()
        console.locator("#shape form").wait_for()
        self.camera.take(console, "console-shape", DESK)
        console.locator("#shape [name=statement]").fill(
            "Give one person each shift the job of covering for ten minutes"
        )
        console.locator("#shape").get_by_role("radio", name="The team").check()
        console.get_by_role("button", name="Keep this action").click()
        console.locator("#region-round_actions li").first.wait_for()
        phone.locator("details.card summary").first.click()

    def close(self, console: Page) -> None:
        console.get_by_role("button", name="Close the round").click()
        console.locator("#confirm-closed").wait_for()
        self.camera.take(console, "console-close-asks", DESK)
        console.get_by_role("button", name="Close and seal it").click()
        console.locator(".stage-bar__now").get_by_text("Closed", exact=True).wait_for()

    # --- afterwards

    def afterwards(self, facilitator: Page, lead: Page) -> None:
        here = self.demo.round_path
        actions = f"{self.programme}actions/"
        self.pages(facilitator, {"desk-debrief": f"{here}debrief/", "desk-round-closed": here})
        self.pages(
            facilitator, {"desk-round-actions": f"{here}actions/", "desk-trends": f"{self.programme}over-the-months/"}
        )
        for view in ("inbox", "list", "board"):
            self.pages(lead, {f"desk-actions-{view}": f"{actions}?as={view}"})
        lead.goto(f"{self.demo.site}{actions}?as=list")
        addresses = lead.locator("main table a").evaluate_all("links => links.map((link) => link.pathname)")
        for number, address in enumerate(addresses[:4], start=1):
            self.pages(lead, {f"desk-action-{number}": address})
        self.pages(facilitator, {"desk-action-part": f"{addresses[0]}edit/accountability/"})
        lead.goto(f"{self.demo.site}{actions}?as=inbox")
        lead.locator("main ul.list a").first.click()
        lead.get_by_role("link", name="Return with a question").click()
        self.camera.take(lead, "desk-action-move", DESK)

    def as_administrator(self, page: Page) -> None:
        self.pages(page, {"desk-people": f"{self.programme}people/", "desk-settings": f"{self.programme}settings/"})
        told = page.locator("main a[href*='/told/']").first
        if told.count():
            self.pages(page, {"desk-told-back": told.get_attribute("href") or ""})
