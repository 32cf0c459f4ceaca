"""`make bench-themes`: how good the proposed groups are, beside the peers, in one run."""

from __future__ import annotations

import argparse
import platform
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.themes import arriving, data, naming, pins, quality, speed, vectors
from benchmarks.themes.peers import PEERS

RESULTS = Path(__file__).resolve().parent.parent / "results"
KINDS = {
    "standard": "MiniLM with what was learnt of care, the product's standard vectors",
    "plain": "plain MiniLM, as anybody has it",
    "light": "the light table, without ONNX Runtime",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20, help="sessions of each size of each set (20)")
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    parser.add_argument("--no-speed", action="store_true", help="leave times and memory out")
    options = parser.parse_args()
    if not (data.FOLDER / "nhs_p1.csv").exists():
        raise SystemExit(f"No labelled sets in {data.FOLDER}; COMMON_THREAD_THEME_DATA names their folder.")
    sets = vectors.judged()
    found = quality.measure(sets, options.samples, only_ours=options.only_ours)
    few = max(1, options.samples // 2)
    lines = [*_head(options.samples), *_quality(found), *_arriving(sets, few), *_pins(sets, few), *_naming(sets, few)]
    if not options.no_speed:
        lines += _speed()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"themes-{datetime.now(UTC):%Y-%m-%d-%H%M}.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines), f"\nStored as {path.name}.", sep="\n")


def _head(samples: int) -> list[str]:
    left_out = [f"- {peer.name}: {peer.absent}" for peer in PEERS if peer.absent]
    sizes = ", ".join(map(str, data.SIZES))
    method = (
        f"{samples} sessions each of {sizes} texts from each set, 4 to 9 labels of uneven size, the number not given. "
        "What was learnt on NHS comments is judged on labels, or on texts, that it did not see. The settings of the "
        "grouping were chosen on NHS and clinc150; banking77 was looked at while settings were compared, though none "
        "was chosen for it. *All* is the mean of NHS and general. "
        "Milliseconds are of grouping alone, vectors known, on a shared machine: for comparison only."
    )
    made_with = f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}."
    title = f"# Proposed groups beside their peers, {datetime.now(UTC):%Y-%m-%d}"
    return [title, "", method, "", made_with, *(["", "Left out:", *left_out] if left_out else [])]


def _quality(found: quality.Scores) -> list[str]:
    lines = []
    for kind, words in KINDS.items():
        lines += ["", f"## Groups, on {words}", "", *quality.table(found, kind)]
    return lines


def _arriving(sets: list[vectors.Judged], samples: int) -> list[str]:
    lines = ["", "## Texts arriving ten at a time, 150 in all", ""]
    lines += ["| set | moved per update, mean (most) | ARI at the end | grouped at once |", "|---|---|---|---|"]
    for of in sets:
        each = arriving.measure([of], samples)
        moved = f"{each['moved']:.1%} ({each['moved_most']:.1%})"
        lines.append(
            f"| {of.name} | {moved} | {each['warm']:.3f} ({each['warm'] / each['once']:.0%}) | {each['once']:.3f} |"
        )
    return lines


def _pins(sets: list[vectors.Judged], samples: int) -> list[str]:
    lines = ["", "## Some put where they belong by hand: ARI of all the others", ""]
    lines += [
        f"| set | {' | '.join(f'{share:.0%} pinned' for share in pins.SHARES)} |",
        "|" + "---|" * (1 + len(pins.SHARES)),
    ]
    for name, shares in pins.measure(sets, samples).items():
        cells = [f"{without:.3f} → {after:.3f} ({after / without - 1:+.0%})" for without, after in shares.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _naming(sets: list[vectors.Judged], samples: int) -> list[str]:
    lines = [
        "",
        "## Titles: area under the curve of finding held-out texts",
        "",
        "| judged by | title | NHS | general |",
        "|---|---|---|---|",
    ]
    nhs, general = naming.measure(sets[:2], samples), naming.measure(sets[2:], samples)
    lines += [
        f"| {judge} | {name} | {np.mean(areas):.3f} | {np.mean(general[judge, name]):.3f} |"
        for (judge, name), areas in nhs.items()
    ]
    return lines


def _speed() -> list[str]:
    found = speed.measure()
    names = {
        "load_s": "load, s",
        "one_text_ms": "one more text, ms",
        "texts_per_s": "texts/s",
        **{f"group_{count}_ms": f"group {count:,} with vectors known, ms" for count in (60, 600, 10000)},
        **{
            f"propose_{count}_ms": f"the whole proposal with titles for {count}, vectors known, ms"
            for count in (60, 600)
        },
        "resident_mb": "most memory up to a proposal for 600, MB",
    }
    lines = ["", "## Time and memory, one core", "", "| | standard | light |", "|---|---|---|"]
    lines += [
        f"| {words} | {found['standard'][name]:.4g} | {found['light'][name]:.4g} |" for name, words in names.items()
    ]
    return lines


if __name__ == "__main__":
    main()
