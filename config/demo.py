"""What the demo prints: where to go, and how to sign in."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import reverse

from facilitation.demo import build
from rounds import join_links
from rounds.join_codes import display

HERE_ONLY: Final = ("With a real phone", "These links work on this computer only. See README, “On a real phone”.")


def links() -> list[tuple[str, str]]:
    """Rows of (label, text): the three screens of the round that is ready, and the demonstration's people."""
    demo = build.load()
    site, ready = settings.SITE_URL, demo.round
    here_only = join_links.works_here_only()
    return [
        ("Join, in a third window" if here_only else "Join, on a phone", f"{site}{reverse('join')}#{ready.join_code}"),
        ("  or by its code", display(ready.join_code)),
        ("Wall, on a projector", f"{site}{reverse('wall')}#{ready.wall_token}"),
        ("Console", f"{site}{reverse('console', args=[ready.public_id])}"),
        ("Sign in as facilitator", f"facilitator@demo.example   {demo.password}"),
        ("Sign in as clinical lead", f"lead@demo.example          {demo.password}"),
        ("Steering, administrator", "steering@demo.example, administrator@demo.example, same password"),
        *([HERE_ONLY] if here_only else []),
        ("Stop", "Ctrl+C. Nothing is lost; the same command starts again."),
    ]
