"""One table of everything that was measured, each goal with its verdict, and the machine it was measured on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.cells import CELLS
from benchmarks.contenders import ALSO_OURS, COLUMNS, STORED
from benchmarks.goals import NOT_MEASURED, Medians, number, verdicts

Runs = Mapping[str, Mapping[str, Sequence[Mapping[str, float]]]]  # cell, contender, run, figure
WORST = {"lost", "lost_percent", "troubles", "unanswered", "refused", "generator_cpu", "own_lag"}
BUSY_GENERATOR = 0.85
Figures = Mapping[str, float]


def medians(runs: Runs) -> Medians:
    """The median of each figure; the worst of what must not happen even once."""
    return {
        cell: {contender: _together(found) for contender, found in of.items() if found} for cell, of in runs.items()
    }


def _together(runs: Sequence[Figures]) -> Figures:
    names = {name for run in runs for name in run}
    return {
        name: (max if name in WORST else median)([run.get(name, math.nan) for run in runs]) for name in sorted(names)
    }


def _delays(of: Figures) -> str:
    lost = "0" if not of["lost"] else f"{number(of['lost'])} ({number(of['lost_percent'])} %)"
    return f"p50 {ms(of['p50'])}, p99 {ms(of['p99'])}; lost {lost}; {number(of['cpu_per_delivery'])} µs"


def _in_flight(of: Figures) -> str:
    return f"{number(of['deliveries_per_second'])}/s; lost {number(of['lost'])}; {number(of['cpu_per_delivery'])} µs"


def _handshakes(of: Figures) -> str:
    return f"{number(of['handshakes_per_second'])}/s; {number(of['cpu_per_handshake'])} µs each"


def _memory(of: Figures) -> str:
    return f"{number(of['before_mb'])} MB; {number(of['each_kb'])} KB"


def _never_reading(of: Figures) -> str:
    return f"+{number(of['grown_mb'])} MB; others’ p99 {ms(of['p99'])}, lost {number(of['lost'])}"


def _after_kill(of: Figures) -> str:
    sockets, state = ms(of["sockets_after_first"]), ms(of["state_after_first"])
    return f"all with state {state} after the first accepted, on sockets {sockets}; {ms(of['state_after_kill'])} in all"


def _saved(of: Figures) -> str:
    return f"p50 {ms(of['saved_p50'])}, p99 {ms(of['saved_p99'])}; unanswered {number(of['unanswered'])}"


def _flat_out(of: Figures) -> str:
    return f"{number(of['saved_per_second'])}/s; {_saved(of)}"


def _screens(of: Figures) -> str:
    shown = ", ".join(f"p{which} {ms(of[f'everywhere_p{which}'])}" for which in (50, 95, 99))
    return f"{shown}; lost {number(of['lost'])}"


def _step(of: Figures) -> str:
    return f"{_screens(of)}; {ms(of['cpu_per_step'])} of the server’s processor each"


def _two_processes(of: Figures) -> str:
    same, other = (f"p50 {ms(of[f'{at}_p50'])}, p95 {ms(of[f'{at}_p95'])}" for at in ("same", "other"))
    return f"at the same: {same}; at the other: {other}; lost {number(of['lost'])}"


def _first_load(of: Figures) -> str:
    pages = f"join page: {number(of['door_kb'])} KB, {ms(of['door_usable'])}"
    room = f"room: {number(of['room_kb'])} KB more, {ms(of['room_usable'])} after Join"
    return f"{pages}; {room}; {number(of['requests'])} requests; {number(of['later_kb'])} KB later"


SHOWN: dict[str, Callable[[Figures], str]] = {
    "steady": _delays,
    "in_flight": _in_flight,
    "handshakes": _handshakes,
    "joins": _handshakes,
    "memory": _memory,
    "never_reading": _never_reading,
    "after_kill": _after_kill,
    "acknowledged": _saved,
    "flat_out": _flat_out,
    "screens": _screens,
    "step": _step,
    "two_processes": _two_processes,
    "first_load": _first_load,
}


def ms(milliseconds: float) -> str:
    return f"{number(milliseconds)} ms"


def markdown(found: Mapping[str, Any], runs: Runs) -> str:
    """The whole report. found: the machine and how it was run."""
    middle = medians(runs)
    parts = [f"# Measured {found['when']}", found["note"], table(middle), "## Goals", *judged(middle)]
    parts += [*doubts(runs), "## Machine", "\n".join(f"- {name}: {value}" for name, value in found["machine"].items())]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(middle: Medians) -> str:
    lines = ["| " + " | ".join(["measured", *(one.name for one in COLUMNS)]) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for cell in CELLS:
        if cell.name in middle:
            show = next(show for start, show in SHOWN.items() if cell.name.startswith(start))
            texts = [_text(show, middle[cell.name], one.name) for one in COLUMNS]
            lines.append("| " + " | ".join([cell.words, *texts]) + " |")
    return "\n".join(lines)


def _text(show: Callable[[Figures], str], of: Mapping[str, Figures], column: str) -> str:
    names = (column, *(ours.name for ours in ALSO_OURS if column == STORED.name))
    figures = next((of[name] for name in names if name in of), None)
    return show(figures) if figures else "–"


def judged(middle: Medians) -> list[str]:
    words = {cell.name: cell.words for cell in CELLS}
    lines = [f"- {words[verdict.goal.cell]}: {verdict}" for verdict in verdicts(middle)]
    left_out = [f"- {what}" for what in NOT_MEASURED]
    return ["\n".join(lines), "Not measured here:", "\n".join(left_out)]


def doubts(runs: Runs) -> list[str]:
    """Where the load generator may have been what was measured, or something was said that should not have been."""
    found = [f"- {cell.name}: {cell.doubt}" for cell in CELLS if cell.doubt and any(runs.get(cell.name, {}).values())]
    for cell, of in runs.items():
        for contender, each in of.items():
            busy = max((run.get("generator_cpu", 0) for run in each), default=0)
            troubles = max((run.get("troubles", 0) for run in each), default=0)
            if busy > BUSY_GENERATOR:
                found.append(f"- {cell}, {contender}: the load generator’s own core was {100 * busy:.0f} % busy")
            if troubles:
                found.append(f"- {cell}, {contender}: {troubles:.0f} refusals or unexpected frames in one run")
            if not each:
                found.append(f"- {cell}, {contender}: no run came to an end")
    return ["## Doubts", "\n".join(found)] if found else []
