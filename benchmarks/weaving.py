"""The weaving screen, measured in a real browser: `python -m benchmarks.weaving`.

1. From 130 sentences to named themes, by a scripted facilitator with a person's pauses: reading takes 0.25 s a word
   (three sentences of each group, every sentence that stays loose) and skimming all the others 0.1 s a word, a
   decision 1 s, a press 0.9 s, a letter 0.2 s. What lies in the wrong group is moved, or split off where it is a topic.
   The sentences are invented and easily grouped: the hands and the screen are measured here, not the machine.
2. What a change costs the page with 200 sentences in view, by the browser's own tracing, at full speed and with the
   processor slowed down four times: scripting, style, layout and paint in ms, and the longest task.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from benchmarks.live.house import PORT, House  # sets up Django: before anything of ours

# isort: split
from playwright.sync_api import Locator, Page, expect, sync_playwright

from config import browser
from facilitation import themes
from facilitation.models import Theme
from rounds.models import Reaction, Round, Stage
from tests import factories
from tests.browser.screens import Console, Screens

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # synchronous Playwright leaves a loop running in this thread

# For each topic: what it could be called, beginnings and ends of sentences.
TOPICS: Final = (
    (
        "No time to sit down",
        ("There was no time to sit", "No time to sit, again,", "I had no time at all", "We never have time to sit"),
        ("with her.", "before the bleep.", "so I stood.", "on that shift.", "beside the bed."),
    ),
    (
        "Asked how we are",
        ("Nobody asked me how I was", "Nobody asks how we are", "Someone asked me how I was", "We are not asked"),
        ("afterwards.", "all week.", "and I did not say.", "ever.", "on the ward."),
    ),
    (
        "The form comes first",
        ("The form has eleven pages", "I filled in the form", "A form, and another form,", "Pages of the form"),
        ("instead of looking up.", "at the bedside.", "again.", "with my back to him.", "before a word was said."),
    ),
    (
        "Families in the corridor",
        ("The family waited in the corridor", "His daughter in the corridor", "A corridor full of family",
         "The family stood outside"),
        ("for hours.", "with no chair.", "in tears.", "all night.", "and I walked past."),
    ),
    (
        "Somebody brought tea",
        ("Someone made me a cup of tea", "The tea she brought", "A cup of tea from the cleaner", "He put tea down"),
        ("saved me.", "was kindness.", "at four.", "without a word.", "and stayed."),
    ),
    (
        "Nights",
        ("Nights are lonely", "On the night shift I", "At night there is one of us", "After that night I"),
        ("could not sleep.", "on the ward.", "and dark.", "drove home crying."),
    ),
    (
        "The screen",
        ("The screen went amber", "The computer screen froze", "I looked at the screen", "A screen between us"),
        ("and not at him.", "while she spoke.", "once more.", "every minute."),
    ),
)  # fmt: skip
TRACED: Final = ("devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel")
PARTS: Final = {
    "scripting": ("FunctionCall", "EvaluateScript", "RunMicrotasks", "ParseHTML"),
    "style": ("UpdateLayoutTree",),
    "layout": ("Layout",),
    "paint": ("PrePaint", "Paint", "Layerize", "Commit"),
}


def sentences(how_many: int) -> list[str]:
    made = [" ".join(words) for _, begins, ends in TOPICS for words in itertools.product(begins, ends)]
    made = [*made, *(f"{text} Still." for text in made)]
    first = made[: max(130, how_many)]
    random.Random(7).shuffle(first)
    return first[:how_many]


def a_round(how_many: int) -> Round:
    round = factories.round_(stage=Stage.THREADS, floor=3)
    for text in sentences(how_many):
        factories.reaction(round, text)
    return round


class Facilitator:
    """Somebody at the console who reads, thinks, points and types as a person does."""

    def __init__(self, console: Console, *, patience: float) -> None:
        """patience: 1 for a person's pauses, 0 for none."""
        self.console = console
        self.page = console.page
        self.patience = patience

    def pause(self, seconds: float) -> None:
        self.page.wait_for_timeout(1000 * seconds * self.patience)

    def read(self, *texts: str) -> None:
        self.pause(sum(0.25 * len(text.split()) for text in texts) + 1)

    def press(self, button: Locator) -> None:
        self.pause(0.9)
        button.first.click()

    def write(self, field: Locator, words: str) -> None:
        self.pause(0.9)
        field.fill("")
        field.press_sequentially(words, delay=200 * self.patience)

    def name_the_groups(self) -> None:
        """Read a little of each proposed group, name it, make it a theme."""
        named: set[str] = set()
        groups = self.page.locator(".weave__pile--proposed")
        while groups.count():
            before, group = groups.count(), groups.first
            texts = group.locator(".quote__words").all_inner_texts()
            self.read(*texts[:3])
            self.pause(sum(0.1 * len(text.split()) for text in texts[3:]))
            title = self.called(texts)
            title = f"{title}, again" if title in named else title
            named.add(title)
            self.write(group.get_by_role("textbox"), title)
            self.press(group.get_by_role("button", name="Make it a theme"))
            self.page.wait_for_function(f"() => document.querySelectorAll('.weave__pile--proposed').length < {before}")

    def mend(self) -> None:
        """Tick what lies in the wrong theme, topic by topic: into its theme, or into a new one where there is none."""
        for pile in self.page.locator(".weave__pile").all():
            title = pile.locator("h3").inner_text().removesuffix(", again")
            texts = pile.locator(".quote__words").all_inner_texts()
            for topic in sorted({self.called([text]) for text in texts} - {title}):
                for text in (text for text in texts if self.called([text]) == topic):
                    self.press(pile.get_by_role("checkbox", name=text, exact=True))
                self.pause(1)
                if self.page.locator(".weave__pile h3", has_text=topic).count():
                    self.press(self.page.locator("#weave-move-open"))
                    self.press(self.page.locator("#weave-move").get_by_role("button", name=topic, exact=True))
                else:
                    self.write(self.page.locator("#weave-title-of-new"), topic)
                    self.press(self.page.get_by_role("button", name="New theme"))
                expect(self.page.get_by_text("Nothing is ticked.")).to_be_visible()

    def place_what_is_loose(self) -> None:
        """Read every sentence that stays loose, and move it to a theme by the menu; leave the last ones out."""
        boxes = self.page.locator("#weave-loose input")
        while boxes.count():
            before = boxes.count()
            words = self.page.locator("#weave-loose .quote__words").first.inner_text()
            self.read(words)
            self.press(boxes)
            self.press(self.page.locator("#weave-move-open"))
            theme = self.page.locator("#weave-move").get_by_role("button", name=self.called([words]))
            self.press(theme if theme.count() else self.page.locator("#to-left-out"))
            self.page.wait_for_function(f"() => document.querySelectorAll('#weave-loose input').length < {before}")

    def merge_what_was_named_twice(self) -> None:
        twice = self.page.locator(".weave__pile").filter(has=self.page.locator("h3", has_text=", again"))
        while twice.count():
            before, pile = twice.count(), twice.first
            title = pile.locator("h3").inner_text().split(", again")[0]
            self.press(pile.locator("details.weave__tools > summary"))
            self.press(pile.get_by_role("button", name="Merge …"))
            dialog = self.page.get_by_role("dialog", name="Merge two themes")
            self.read("All that lies in it goes into the other")
            self.press(dialog.get_by_role("radio", name=title, exact=True))
            self.press(dialog.get_by_role("button", name="Merge", exact=True))
            expect(twice).to_have_count(before - 1)

    @staticmethod
    def called(texts: list[str]) -> str:
        """What a person would call these: the topic most of them belong to."""
        titles = [title for text in texts for title, begins, _ in TOPICS if text.startswith(begins)]
        return statistics.mode(titles)


def four_minutes(screens: Screens, *, patience: float) -> dict[str, Any]:
    round = a_round(130)
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    person = Facilitator(screens.console(alice, round), patience=patience)
    person.page.locator("#weave-loose input").nth(129).wait_for()
    began = time.monotonic()
    person.press(person.page.locator("#weave-propose"))
    person.page.locator(".weave__pile--proposed").first.wait_for(timeout=60_000)
    proposed = time.monotonic() - began
    groups = person.page.locator(".weave__pile--proposed").count()
    loose = person.page.locator("#weave-loose input").count()
    person.name_the_groups()
    person.mend()
    person.place_what_is_loose()
    person.merge_what_was_named_twice()
    took = time.monotonic() - began
    placed = Reaction.objects.filter(placement__theme__round=round).count()
    return {"seconds": took, "of these until proposed": proposed, "groups proposed": groups, "left loose": loose,
            "themes": Theme.objects.filter(round=round).count(), "placed": placed}  # fmt: skip


def traced(page: Page, act: Callable[[], None]) -> dict[str, float]:
    """What the page's own thread did meanwhile, in ms by kind; `longest` is its longest task."""
    events: list[dict[str, Any]] = []
    done: list[bool] = []
    assert page.context.browser
    tracing = page.context.browser.new_browser_cdp_session()
    tracing.on("Tracing.dataCollected", lambda found: events.extend(found["value"]))
    tracing.on("Tracing.tracingComplete", lambda found: done.append(True))
    config = {"includedCategories": list(TRACED)}
    tracing.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    act()
    tracing.send("Tracing.end")
    while not done:
        page.wait_for_timeout(20)
    layouts: dict[tuple[int, int], int] = defaultdict(int)
    for event in events:
        layouts[event["pid"], event["tid"]] += event["name"] == "UpdateLayoutTree"
    main = max(layouts, key=lambda thread: layouts[thread])
    own = [event for event in events if (event["pid"], event["tid"]) == main and "dur" in event]
    found = {part: sum(event["dur"] for event in own if event["name"] in names) / 1000 for part, names in PARTS.items()}
    return found | {"longest": max((e["dur"] for e in own if e["name"].endswith("RunTask")), default=0) / 1000}


def smooth(screens: Screens, *, slowed: int, runs: int) -> dict[str, dict[str, float]]:
    """Medians over `runs` of what a change costs with 200 sentences in eight themes and among the loose ones."""
    round = a_round(200)
    alice = factories.facilitator(f"alice-{round.public_id}", of=round.programme)
    ids = list(Reaction.objects.of(round).values_list("pk", flat=True))
    made = [
        themes.make(round=round, title=f"Theme {at}", by=alice, reactions=ids[at * 18 : at * 18 + 18])
        for at in range(8)
    ]
    page = screens.console(alice, round).page
    page.locator(".weave__pile").nth(7).wait_for()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    page.wait_for_timeout(1500)

    def press(selector: str) -> Callable[[], None]:
        def act() -> None:
            page.evaluate("(at) => document.querySelector(at).click()", selector)
            page.wait_for_timeout(1200)

        return act

    def colleague() -> None:
        themes.place(round=round, reactions=[ids.pop()], theme=made[0].public_id, by=alice)
        page.wait_for_timeout(5000)  # another process's bell is not heard here: the hub looks every four seconds

    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for at in range(runs):
        found["tick a sentence"].append(traced(page, press("#weave-loose input:not(:checked)")))
        found["open the menu"].append(traced(page, press("#weave-move-open")))
        found["move it to a theme"].append(traced(page, press(f"#to-{made[at % 8].public_id}")))
        found["take the step back"].append(traced(page, press("#weave-undo")))
        found["a colleague moves one"].append(traced(page, colleague))
    return {
        act: {part: statistics.median(one[part] for one in all_runs) for part in all_runs[0]}
        for act, all_runs in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--patience", type=float, default=1.0, help="0: without a person's pauses")
    parser.add_argument("--only", choices=["minutes", "smooth"])
    told = parser.parse_args()
    house = House()
    try:
        with sync_playwright() as playwright:
            arguments = [argument for argument in browser.ARGUMENTS if argument != "--headless"]
            chromium = playwright.chromium.launch(executable_path=browser.find() or None, args=arguments)
            print(f"load of the machine: {os.getloadavg()[0]:.1f}")
            with Screens(chromium, PORT) as screens:
                if told.only != "smooth":
                    took = four_minutes(screens, patience=told.patience)
                    print("from 130 sentences to named themes:", {k: round(v, 1) for k, v in took.items()})
                for slowed in (1, 4) if told.only != "minutes" else ():
                    print(f"200 sentences, processor slowed {slowed} times (ms, medians of {told.runs}):")
                    for act, costs in smooth(screens, slowed=slowed, runs=told.runs).items():
                        print(f"  {act:24}", "  ".join(f"{part} {cost:5.1f}" for part, cost in costs.items()))
    finally:
        house.kill()


if __name__ == "__main__":
    main()
