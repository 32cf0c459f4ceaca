"""`make bench`: measure the live layer and its peers, side by side, in one run."""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import machine, report
from benchmarks.cells import CELLS, Cell
from benchmarks.contenders import TUTORIAL, Contender, Product
from benchmarks.process import DidNotStart, cores
from benchmarks.wire import NotUnderstood

RESULTS = Path(__file__).resolve().parent / "results"
QUIET_LOAD = 0.7
GLANCE = (
    *("p99", "everywhere_p95", "lost", "cpu_per_delivery", "deliveries_per_second", "handshakes_per_second"),
    *("each_kb", "grown_mb", "state_after_first", "saved_p99", "saved_per_second", "extra_p50", "extra_p95"),
    *("all_kb", "door_usable", "room_usable", "generator_cpu", "troubles"),
)
Runs = dict[str, dict[str, list[dict[str, float]]]]


def chosen(options: argparse.Namespace) -> list[Cell]:
    wanted = [cell for cell in CELLS if not options.only or cell.name in options.only]
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for cell in wanted:
        if cell.most_sockets + 200 > files:
            print(f"Left out: {cell.words}. This machine allows {files:,} open files.")
    return [cell for cell in wanted if cell.most_sockets + 200 <= files]


def prepare(cells: list[Cell]) -> None:
    """Make what the contenders need; say who is absent and why."""
    for contender in dict.fromkeys(contender for cell in cells for contender in cell.contenders):
        contender.prepare()
        if contender.absent:
            print(f"Left out: {contender.name}, {contender.absent}.")


def forget_installation() -> None:
    """Nothing measured may touch this machine's own installation, whatever the environment says of it."""
    for name in [name for name in os.environ if name.startswith("COMMON_THREAD_")]:
        del os.environ[name]
    for name in ("DATABASE_URL", "CHANNEL_LAYER_URL", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)


def measure(cells: list[Cell], core: int, options: argparse.Namespace, keep: Callable[[Runs], object]) -> Runs:
    """Every cell, the contenders taking turns, so that what changes on the machine meets all of them.

    keep: called after each cell with everything so far.
    """
    runs: Runs = {}
    for cell in cells:
        present = [contender for contender in cell.contenders if not contender.absent]
        of = runs[cell.name] = {contender.name: [] for contender in present}
        for turn in range(options.runs):
            for contender in present:
                figures = one(cell, contender, core, small=options.small)
                if figures is not None:
                    of[contender.name].append(figures)
                print(f"{cell.name} {turn + 1}/{options.runs} {contender.name}: {brief(figures)}", flush=True)
        keep(runs)
    return runs


def one(cell: Cell, contender: Contender, core: int, *, small: bool) -> dict[str, float] | None:
    try:
        return cell.run(contender, core, small=small)
    except (DidNotStart, NotUnderstood, OSError) as problem:
        print(f"  failed: {type(problem).__name__}: {problem}", file=sys.stderr)
        return None


def brief(figures: dict[str, float] | None) -> str:
    """The figures that show at a glance whether a run went well."""
    shown = [f"{name} {figures[name]:.5g}" for name in GLANCE if name in figures] if figures else []
    return ", ".join(shown) or "–"


def store(found: dict[str, Any], runs: Runs) -> Path:
    """Write the JSON and the report beside it; where they are."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{found['when'].replace(' ', '-').replace(':', '')}.json"
    everything = {**found, "medians": report.medians(runs), "runs": runs}
    path.write_text(json.dumps(finite(everything), indent=1, ensure_ascii=False) + "\n")
    path.with_suffix(".md").write_text(report.markdown(found, runs))
    return path.with_suffix(".md")


def finite(value: Any) -> Any:
    """The same without NaN and infinity, which are not JSON; figures to five digits."""
    if isinstance(value, dict):
        return {name: finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [finite(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.5g}") if math.isfinite(value) else None
    return value


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each cell (5); the table shows medians")
    parser.add_argument("--quick", action="store_true", help="one run of each")
    parser.add_argument(
        "--small", action="store_true", help="tiny rooms: shows that it works, the figures mean nothing"
    )
    parser.add_argument("--only", nargs="+", choices=[cell.name for cell in CELLS], metavar="CELL", help="these cells")
    parser.add_argument("--no-store", action="store_true", help="print the report and keep nothing")
    options = parser.parse_args()
    options.runs = 1 if options.quick else options.runs
    return options


def main() -> None:
    options = read_options()
    forget_installation()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    cells = chosen(options)
    seconds = sum(cell.seconds * len(cell.contenders) for cell in cells) * options.runs
    found = {"when": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "machine": machine.described(), "note": note(options)}
    if os.getloadavg()[0] > QUIET_LOAD:
        print("This machine is busy with something else: the figures will be worse than they need be.")
    print(f"About {math.ceil(seconds / 60)} minutes." if not options.small else "Small rooms.", flush=True)
    try:
        server_core, own_core = cores()
        os.sched_setaffinity(0, {own_core})
        prepare(cells)
        start = time.monotonic()
        is_kept = not (options.no_store or options.small)
        runs = measure(cells, server_core, options, lambda so_far: is_kept and store(found, so_far))
    except DidNotStart as reason:
        sys.exit(str(reason))
    finally:
        tidy()
    print(f"Took {(time.monotonic() - start) / 60:.0f} minutes.\n")
    print(report.markdown(found, runs))
    if is_kept:
        print(f"Stored: {store(found, runs)}")


def note(options: argparse.Namespace) -> str:
    size = "Tiny rooms: these figures mean nothing. " if options.small else ""
    how = "One run" if options.runs == 1 else f"Medians of {options.runs} runs, the contenders taking turns"
    return (
        f"{size}{how}; a fresh server on one core for each, the load generator on another; loopback. "
        "Losses are the worst of all runs; what has not arrived five seconds after the last post is lost. "
        "µs: CPU of the server for each fragment on each screen."
    )


def tidy() -> None:
    """Remove what was prepared."""
    for home in (Product, TUTORIAL):
        if hasattr(home, "home"):
            shutil.rmtree(home.home, ignore_errors=True)


if __name__ == "__main__":
    main()
