"""Rates, in memory only and under keys that die with the process: nobody's address or visit is kept."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque


class Rate:
    """At most `limit` hits in any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._hits: deque[float] = deque()

    def is_spent(self) -> bool:
        """Whether another hit would be one too many."""
        horizon = time.monotonic() - self.seconds
        while self._hits and self._hits[0] <= horizon:
            self._hits.popleft()
        return len(self._hits) >= self.limit

    def hit(self) -> bool:
        """Count a hit. False when it was one too many (and then it is not counted)."""
        if self.is_spent():
            return False
        self._hits.append(time.monotonic())
        return True


class Rates:
    """A Rate for each of many keys; those longest unused are forgotten first."""

    def __init__(self, limit: int, seconds: float, *, most: int = 10_000) -> None:
        self._limit = limit
        self._seconds = seconds
        self._most = most
        self._rates: OrderedDict[str, Rate] = OrderedDict()
        self._lock = threading.Lock()

    def hit(self, key: str) -> bool:
        """As Rate.hit, for `key`; from any thread."""
        with self._lock:
            rate = self._rates.setdefault(key, Rate(self._limit, self._seconds))
            self._rates.move_to_end(key)
            if len(self._rates) > self._most:
                self._rates.popitem(last=False)
            return rate.hit()
