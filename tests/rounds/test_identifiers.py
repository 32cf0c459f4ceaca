"""What may point to a person is noticed, on the phones as on the server, and ordinary words are left alone."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rounds.identifiers import SAYS, for_phones, noticed
from rounds.identifiers.numbers import check_digit_fits

ROOT = Path(__file__).parents[2]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/shared/identifiers.json").read_text("utf-8"))
ON_A_PHONE = """
import { readFileSync } from "node:fs";
import { everythingNoticed, noticed } from "./identifiers.js";
const { every, texts } = JSON.parse(readFileSync(0, "utf-8"));
const found = texts.map((text) => noticed(text)).map((one) => one && [one.kind, one.words, one.start]);
console.log(JSON.stringify([found, everythingNoticed(every).map((one) => one.words)]));
"""


def test_what_points_to_a_person_is_noticed_and_the_rest_is_left_alone() -> None:
    wrong = []
    for case in CASES:
        found = noticed(case["text"])
        if (found and (found.kind, found.words)) != ((case["kind"], case["words"]) if "kind" in case else None):
            wrong.append((case, found))
    assert wrong == []


@pytest.mark.skipif(not shutil.which("node"), reason="the browser tests run the phones’ rules where there is no node")
def test_the_phones_notice_just_what_the_server_notices(tmp_path: Path) -> None:
    for name in ("identifiers.js", "identifier_rules.js"):
        shutil.copy(ROOT / "static/js" / name, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "asked.js").write_text(ON_A_PHONE)
    texts = [case["text"] for case in CASES]
    every = "In bed 4 Mrs Kaur held on to Kieran, ring 07700 900123, and Mrs Kaur wept."
    asked = json.dumps({"texts": texts, "every": every})
    done = subprocess.run(["node", tmp_path / "asked.js"], input=asked, text=True, capture_output=True, check=True)
    found = [noticed(text) for text in texts]
    first, all_of_it = json.loads(done.stdout)
    assert first == [one and [one.kind, one.words, one.start] for one in found]
    assert all_of_it[:3] == ["Mrs Kaur", "Kieran", "Mrs Kaur"]
    assert sorted(all_of_it[3:]) == ["07700 900123", "bed 4"]


def test_the_phones_have_the_rules_of_today() -> None:
    assert for_phones.TARGET.read_text("utf-8") == for_phones.written()


def test_every_kind_says_why_in_words() -> None:
    assert {case["kind"] for case in CASES if "kind" in case} == set(SAYS)


@pytest.mark.parametrize(
    ("digits", "fits"), [("9434765919", True), ("9434765918", False), ("4010232137", True), ("1111111111", False)]
)
def test_the_check_digit_is_that_of_nhs_numbers(digits: str, fits: bool) -> None:  # noqa: FBT001
    assert check_digit_fits(digits) is fits
