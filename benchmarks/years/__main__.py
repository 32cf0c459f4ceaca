"""`make bench-years`: how long each list and chart takes the server in a programme of ten years.

One process, SQLite in a file, the product's own settings, everything a page does from the middleware to the last
byte; no network. A first look at each page is not counted: it is the server's, once after it starts.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import machine

if TYPE_CHECKING:
    from benchmarks.years.pages import Page

RESULTS = Path(__file__).resolve().parents[1] / "results"
GOAL_MS = 150
Took = dict[str, list[tuple[float, float]]]  # milliseconds by the clock, and of the processor


def measure(pages: list[Page], people: dict[str, Any], looks: int) -> Took:
    """Milliseconds of each look, the pages taking turns, so that what else the machine does meets all of them."""
    from django.test import Client

    browsers = {"": Client()} | {role: Client() for role in people}
    for role, person in people.items():
        browsers[role].force_login(person)
    took: Took = {page.name: [] for page in pages}
    for look in range(looks + 1):
        for page in pages:
            began, worked = time.perf_counter(), time.process_time()
            answer = browsers[page.who].get(page.path)
            b"".join(answer)
            if answer.status_code != 200:
                raise RuntimeError(f"{page.name}: {answer.status_code}")
            if look:
                spent = time.perf_counter() - began, time.process_time() - worked
                took[page.name].append((1000 * spent[0], 1000 * spent[1]))
    return took


def p95(times: Sequence[float]) -> float:
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def markdown(took: Took, what: str) -> str:
    """The report: each page, and whether the goal is met."""
    lines = [f"| page | median | p95 (goal ≤ {GOAL_MS} ms) | | processor alone, median |", "|---" * 5 + "|"]
    for name, looks in took.items():
        times, worked = zip(*looks, strict=True)
        verdict = "met" if p95(times) <= GOAL_MS else f"SHORT by {p95(times) - GOAL_MS:.0f} ms"
        middle, own = statistics.median(times), statistics.median(worked)
        lines.append(f"| {name} | {middle:.0f} ms | {p95(times):.0f} ms | {verdict} | {own:.0f} ms |")
    about = "\n".join(f"- {name}: {value}" for name, value in machine.described().items())
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    head = f"# Ten years, measured {when}\n\n{what}; {len(next(iter(took.values())))} looks at each page."
    return f"{head}\n\n" + "\n".join(lines) + f"\n\n## Machine\n\n{about}\n"


def ready(folder: str) -> None:
    """A database of its own: nothing measured may touch this machine's installation."""
    for name in [name for name in os.environ if name.startswith("COMMON_THREAD_")] + ["DATABASE_URL"]:
        os.environ.pop(name, None)
    os.environ |= {"COMMON_THREAD_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("migrate", verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-years", description=__doc__)
    parser.add_argument("--rounds", type=int, default=120, help="how many (120: ten years of monthly ones)")
    parser.add_argument("--looks", type=int, default=40, help="at each page (40)")
    parser.add_argument("--no-store", action="store_true", help="print the report and keep nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ready(folder)
        from django.db import transaction

        from benchmarks.years import build, pages

        with transaction.atomic():
            years = build.go_on(build.begin(), options.rounds)
        gc.collect()
        gc.freeze()  # as the server does once it is up (config/server.py)
        took = measure(pages.lists_and_charts(years), years.people, options.looks)
        report = markdown(took, pages.how_much(years))
    print(report)
    if not options.no_store:
        path = RESULTS / f"years-{datetime.now(UTC):%Y-%m-%d-%H%M}.md"
        path.write_text(report)
        print(f"Stored: {path}")


if __name__ == "__main__":
    main()
