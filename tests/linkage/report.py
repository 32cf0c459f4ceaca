"""The report that `make anonymity` writes: one section for each database, each replaced by its own next run."""

from __future__ import annotations

import platform
import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from tests.linkage.acts import Size
from tests.linkage.measures import Measured

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "anonymity-report.md"
HEAD = """# Who wrote what: the attempt to find out

Written by `make anonymity`, which drives simulated rounds through the product's own desk and verbs, steals the database
and tries every signal in it. The adversary has all the database, its files byte by byte, its text dump, and a network
log with the exact time of everything each phone sent; not the key file of a round that is open (whoever reads those on
the server is promised nothing). `tests/linkage/` is the harness; the same checks run, smaller, with every test, and
each has a leak put in on purpose that turns it red (`test_harness_sees.py` there).

- **τ** is Kendall's rank correlation between a signal and the time of sending, ± one standard error; 0 is none.
- **Attributed** is the share of rows given to their true author when sends and rows, each in order, are laid side by
  side; in brackets what a shuffled signal reaches. Questions are never mixed: which one is answered is no secret.
- **Neighbours** is 0 where rows written one after the other lie no closer than any, 1 where they lie side by side.
- After the seal a signal is red where τ is beyond 0.05, attribution more than 0.03 above chance or neighbours beyond
  0.1; where too few rows are there to measure so finely, beyond five standard errors (attribution: seven). While a
  round is open many are red: a dump then tells which batch a reaction was shown in, and until the seal that somebody
  tapped, not on what.

The sums of taps are left out of the signals: they are meant to stay. Writing style, a lone typist and a tampered
server are outside of what any of this measures, and the simulated rounds have no window, nothing that is held back
and no answer to one person. Byte places count from the front of a file; of several, four at most.
"""


class Report:
    """What one run has found, in the order in which it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.checks: list[tuple[str, str, str]] = []

    def check(self, what: str, limit: str, found: str) -> None:
        self.checks.append((what, limit, found))

    def signals(self, title: str, results: Mapping[tuple[str, str], Measured], *, whole: Sequence[str] = ()) -> None:
        """One line per kind of act, its worst; every signal of the kinds in `whole`."""
        self.lines += ["", f"### {title}", ""]
        kinds = list(dict.fromkeys(kind for kind, _ in results))
        rows = [
            (kind, *worst({signal: m for (its, signal), m in results.items() if its == kind})) for kind in sorted(kinds)
        ]
        self.lines += table(("what", "signals, red", "rows", "worst τ", "most attributed", "nearest neighbours"), rows)
        for kind in whole:
            each = {signal: m for (its, signal), m in results.items() if its == kind}
            head = (f"signal of a {kind}", "rows", "τ", "attributed", "neighbours")
            told = [
                (signal, str(m.rows), tau(m), attribution(m), f"{m.closeness:+.3f} ± {m.closeness_error:.3f}")
                for signal, m in sorted(each.items())
            ]
            self.lines += ["", *table(head, told)]

    def write(self, size: Size) -> None:
        """Put this database's section into the page, in place of the one before."""
        name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
        scale = f"{size.rounds} rounds of {size.posts} reactions by {size.people} people"
        day = datetime.now(UTC).strftime("%-d %B %Y")
        checks = table(("check", "limit", "found"), self.checks)
        section = [f"## {name}", "", f"{scale}; {version()}, Python {platform.python_version()}; {day}.", "", *checks]
        page = PAGE.read_text() if PAGE.exists() else HEAD
        others = re.split(r"(?m)^(?=## )", page)[1:]
        kept = [part.rstrip() for part in others if not part.startswith(f"## {name}")]
        parts = sorted([*kept, "\n".join([*section, *self.lines])], reverse=True)
        PAGE.write_text("\n\n".join([HEAD.rstrip(), *parts]) + "\n")


def version() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def worst(results: Mapping[str, Measured]) -> tuple[str, str, str, str, str]:
    order = max(results, key=lambda signal: abs(results[signal].tau))
    found = max(results, key=lambda signal: results[signal].attribution - results[signal].chance)
    near = max(results, key=lambda signal: results[signal].closeness)
    red = sum(not measured.is_silent for measured in results.values())
    return (
        f"{len(results)}, {red}",
        str(max(measured.rows for measured in results.values())),
        f"{tau(results[order])}: {order}",
        f"{attribution(results[found])}: {found}",
        f"{results[near].closeness:+.3f}: {near}",
    )


def tau(measured: Measured) -> str:
    return f"{measured.tau:+.3f} ± {measured.tau_error:.3f}"


def attribution(measured: Measured) -> str:
    return f"{measured.attribution:.3f} (chance {measured.chance:.3f} ± {measured.chance_error:.3f})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows)]
