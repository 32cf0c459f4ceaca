"""The anonymity self-audit: looks at a living installation as somebody would who wants to know who wrote what.

One module per kind of check. Each check is a question in plain words and a function that returns what is wrong, in
plain words; nothing wrong is an empty list. `manage.py anonymity_audit` asks them all. No answer ever quotes what it
found, so that the report may be mailed and filed. Nothing is changed, but that SQLite's journal is written back.
"""

from __future__ import annotations

import logging

from rounds.self_audit import (
    data_folder,
    key_folders,
    left_behind,
    log_files,
    order,
    running,
    servers,
    sessions,
    tables,
    words_kept,
)
from rounds.self_audit.asking import Answer, CannotLook, Check, Surroundings

__all__ = ["CHECKS", "Answer", "Check", "Surroundings", "ask", "ask_all"]
logger = logging.getLogger(__name__)
CHECKS: tuple[Check, ...] = (
    *tables.CHECKS,
    *order.CHECKS,
    *left_behind.CHECKS,
    *words_kept.CHECKS,
    *sessions.CHECKS,
    *key_folders.CHECKS,
    *data_folder.CHECKS,
    *log_files.CHECKS,
    *running.CHECKS,
    *servers.CHECKS,
)


def ask_all(surroundings: Surroundings) -> list[Answer]:
    """Every question, and its answer."""
    return [ask(check, surroundings) for check in CHECKS]


def ask(check: Check, surroundings: Surroundings) -> Answer:
    """One question. A check that fails itself counts as wrong: nobody may take it for a good answer."""
    try:
        return Answer(check, tuple(check.look(surroundings)))
    except CannotLook as reason:
        return Answer(check, (), unseen=str(reason))
    except Exception as problem:  # the next question is asked all the same
        logger.exception("A check of the audit could not be made")
        return Answer(check, (f"This could not be checked ({type(problem).__name__}).",))
