"""The shipped addresses, and one that always fails."""

from __future__ import annotations

from typing import Never

from django.http import HttpRequest
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as shipped


@csrf_exempt
def broken(request: HttpRequest, kind: str) -> Never:
    """Fails with everything it knows in its mouth."""
    raise RuntimeError(f"{kind} {request.META} {request.headers} {request.body!r}")


urlpatterns = [*shipped, path("broken/<path:kind>", broken)]
