"""What one look has read: regions that need the same rows, of whatever audience, share one query.

Outside a look nothing is remembered, so that a region alone always shows what the database has.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Inside, what was read once is not read again."""
    before = _read.set({})
    try:
        yield
    finally:
        _read.reset(before)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` returns; within one look it is called once for each key. The answer is shared: for reading only."""
    found = _read.get()
    if found is None:
        return read()
    if key not in found:
        found[key] = read()
    answer: T = found[key]
    return answer
