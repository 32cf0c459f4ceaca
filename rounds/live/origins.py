"""Whose page opened a socket. Scheme and port count: a page on another port of this host is another site."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

_USUAL_PORTS = {"http": 80, "https": 443}


def is_ours(scope: dict[str, Any]) -> bool:
    """Whether the Origin is the site's address or the request's own host.

    Programs that are not browsers send none and may come in: the ticket, not a cookie, opens the door.
    """
    origin = header(scope, b"origin")
    if not origin:
        return True
    came_from = _place(origin)
    return came_from is not None and came_from in (_place(settings.SITE_URL), _own(scope))


def header(scope: dict[str, Any], name: bytes) -> str:
    """A request header's text, or "" where there is none."""
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")


def _own(scope: dict[str, Any]) -> tuple[str, str, int] | None:
    host = header(scope, b"host")
    domain, _ = split_domain_port(host)
    # A name that somebody else pointed at this server is not ours, whatever the two headers agree on.
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return None
    return _place(f"{_scheme(scope)}://{host}")


def _scheme(scope: dict[str, Any]) -> str:
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if header(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode()) == secure:
            return "https"
    return "https" if scope.get("scheme") == "wss" else "http"


def _place(address: str) -> tuple[str, str, int] | None:
    """(scheme, host, port) of an address."""
    try:
        parts = urlsplit(address)
        port = parts.port or _USUAL_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
