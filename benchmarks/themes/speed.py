"""Load, memory, and time for 60, 600 and 10,000 texts; each in a process of its own on one core."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, sys, time
from pathlib import Path
from benchmarks.themes import data
texts = [text for name in data.SETS for text in data.load(name).texts]
start = time.perf_counter()
from facilitation.clustering import Sentence, embed, evidence, groups, labels, light, minilm, proposing
which = minilm.MiniLM() if sys.argv[1] == "standard" else light.Light()
which.embed(["one"])
found = {"load_s": time.perf_counter() - start}
start = time.perf_counter()
for text in texts[:50]:
    which.embed([text])
found["one_text_ms"] = (time.perf_counter() - start) * 20
start = time.perf_counter()
vectors = which.embed(texts[:600])
found["texts_per_s"] = 600 / (time.perf_counter() - start)
remembering = embed.Remembering(which)
for count in (60, 600):
    sentences = [Sentence(f"{row:05}", text) for row, text in enumerate(texts[:count])]
    proposing.propose(sentences, embedder=remembering)
    start = time.perf_counter()
    proposing.propose(sentences, embedder=remembering)
    found[f"propose_{count}_ms"] = 1000 * (time.perf_counter() - start)
status = Path("/proc/self/status").read_text()  # not getrusage: that remembers the parent's size
found["resident_mb"] = int(status.split("VmHWM:")[1].split()[0]) / 1024
for count in (60, 600, 10000):
    rows = vectors if count <= 600 else __import__("numpy").tile(vectors, (17, 1))[:count] + 0
    if count > 600:
        noise = __import__("numpy").random.default_rng(1).normal(size=rows.shape).astype("float32")
        rows = embed.unit(rows + 0.02 * noise)
    sentences = [Sentence(f"{row:05}", texts[row % len(texts)]) for row in range(count)]
    best = 1e9
    for _ in range(5 if count < 10000 else 2):
        start = time.perf_counter()
        made = groups.group(evidence.Evidence(sentences, rows[:count]))
        best = min(best, time.perf_counter() - start)
    found[f"group_{count}_ms"] = 1000 * best
print(json.dumps(found))
"""


def measure(runs: int = 3) -> dict[str, dict[str, float]]:
    """Return for each embedder the medians over `runs` processes."""
    found: dict[str, dict[str, float]] = {}
    for which in ("standard", "light"):
        each = [json.loads(_run(which)) for _ in range(runs)]
        found[which] = {name: sorted(one[name] for one in each)[runs // 2] for name in each[0]}
    return found


def _run(which: str) -> str:
    command = [sys.executable, "-c", PROGRAM, which]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
