"""Writes the rules for the phones: `python -m rounds.identifiers.for_phones`, after any change of rules or names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from rounds.identifiers.rules import NAMES, RULES, filled

TARGET: Final = Path(__file__).parents[2] / "static" / "js" / "identifier_rules.js"


def written() -> str:
    """The module as it must stand in static/js."""
    patterns = [{**one, "find": filled(one["find"])} for one in RULES["patterns"]]
    rules = {
        **{key: value for key, value in RULES.items() if key not in ("parts", "says")},
        "patterns": patterns,
        "not_reference": filled("{before}" + RULES["not_reference"]),
        "names": {key: " ".join(sorted(found)) for key, found in NAMES.items()},
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in rules.items()]
    head = "// Written by rounds/identifiers/for_phones.py, not by hand. Names: see rounds/identifiers/names.txt.\n"
    return head + "\n".join(["export default {", *lines, "};", ""])


if __name__ == "__main__":
    TARGET.write_text(written(), "utf-8")
