"""Every address of the site, read from the URL configuration: a new one is in every test here from its first day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

LIBRARIES = ("accounts/", "admin/")  # allauth's and the administration's own pages; they have walks of their own


@dataclass(frozen=True)
class Address:
    """route: as it is written in the configuration. name: what `reverse` calls it, or nothing."""

    route: str
    name: str
    parameters: tuple[str, ...]

    def filled(self, **values: str) -> str:
        """The path with its parameters filled in; those that nobody gave a value for are `unknown`."""
        path = self.route
        for parameter in self.parameters:
            for written in (f"<str:{parameter}>", f"<{parameter}>"):
                path = path.replace(written, values.get(parameter, "unknown"))
        return f"/{path}"

    def __str__(self) -> str:
        return self.name or self.route


def walk(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[Address]:
    """Every address, those of the libraries included."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield Address(route, entry.name or "", tuple(entry.pattern.converters))


def ours() -> list[Address]:
    """The addresses that rounds and facilitation answer."""
    return [address for address in walk() if not address.route.startswith(LIBRARIES)]


def asks_for_an_account(address: Address) -> bool:
    """Whether somebody without an account is led to the sign-in, whatever is behind it."""
    answer = Client().get(address.filled())
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


def without_an_account() -> list[Address]:
    """The addresses that answer anybody: what a participant's browser can ever meet."""
    return [address for address in ours() if not asks_for_an_account(address)]
