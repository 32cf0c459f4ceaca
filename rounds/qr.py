"""The address to join a round, and its QR code as a drawing that needs no image request and no style."""

from __future__ import annotations

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe


def join_address(code: str) -> str:
    """Where `code` joins. It stands in the fragment, which no browser sends and no server logs."""
    return f"{settings.SITE_URL}/j#{code}"


def short_address() -> str:
    """What a person types when they cannot scan: the join page without its scheme."""
    return f"{settings.SITE_URL.split('://', 1)[-1]}/j"


def svg(address: str) -> SafeString:
    """A QR code of `address` (error correction M, quiet zone of four modules) as inline SVG."""
    drawing = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(drawing)  # segno draws it from modules; no word of ours or of anyone's is in it
