"""Ids that say nothing: random, never a sequence, safe in an address."""

from __future__ import annotations

import secrets


def new_id() -> str:
    """A random 22-character URL-safe id (128 bits), with no time and no order in it."""
    return secrets.token_urlsafe(16)


def new_token() -> str:
    """A random 43-character URL-safe secret (256 bits), for links that are their own permission."""
    return secrets.token_urlsafe(32)
