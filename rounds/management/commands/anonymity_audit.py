"""`manage.py anonymity_audit`: look at this installation as somebody would who wants to know who wrote what."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from rounds import self_audit
from rounds.self_audit import Answer, Surroundings

SIGNS = {"well": "yes ", "wrong": "NO  ", "not seen": "?   "}


class Command(BaseCommand):
    help = "Check what protects people’s anonymity here. Ends with 1 if anything is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--logs",
            type=Path,
            action="append",
            default=[],
            metavar="FOLDER",
            help="look through these logs too: the proxy’s, the database’s",
        )

    def handle(self, *args: Any, logs: list[Path], **options: Any) -> None:
        answers = self_audit.ask_all(Surroundings(logs=tuple(logs)))
        self.stdout.write(_as_json(answers) if options["json"] else _in_words(answers))
        if any(answer.wrong for answer in answers):
            sys.exit(1)


def _in_words(answers: list[Answer]) -> str:
    lines = []
    for answer in answers:
        lines.append(f"{SIGNS[answer.state]}{answer.check.holds}")
        lines += [f"      {sentence}" for sentence in (*answer.wrong, answer.unseen) if sentence]
    wrong = sum(bool(answer.wrong) for answer in answers)
    unseen = sum(answer.state == "not seen" for answer in answers)
    summary = f"{len(answers)} checks: {wrong} wrong, {unseen} could not be made."
    return "\n".join([*lines, "", summary if wrong or unseen else "All is well."])


def _as_json(answers: list[Answer]) -> str:
    told = [
        {
            "check": answer.check.name,
            "holds": answer.check.holds,
            "state": answer.state,
            "wrong": answer.wrong,
            "unseen": answer.unseen,
        }
        for answer in answers
    ]
    return json.dumps({"well": not any(answer.wrong for answer in answers), "checks": told}, indent=2)
