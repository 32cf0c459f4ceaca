"""Socket addresses: there is one, and it says nothing about the round."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from rounds.live.consumers import live, nowhere

_live: Any = live  # Django's types know only views
_nowhere: Any = nowhere
# Without the second, an unknown address would be an exception in the log.
sockets = URLRouter([path("live/", _live), re_path(r"", _nowhere)])
