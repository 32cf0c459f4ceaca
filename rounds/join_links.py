"""The way into a round: its address and the QR code that holds it."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse

from rounds.models import Round


def address(round: Round) -> str:
    """Where people join. The code stands behind the #, so that no server ever writes it into a log."""
    return f"{settings.SITE_URL}{reverse('join')}#{round.join_code}"


def spoken_address() -> str:
    """The same place as one would say it aloud: host and path, without the code."""
    return f"{settings.SITE_URL.split('://', 1)[1]}{reverse('join')}"


def works_here_only() -> bool:
    """Whether the address means the machine it is opened on: a phone that scans it looks for the site on itself."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def qr(round: Round) -> str:
    """The address as an SVG without a style, a size or a script in it (the content policy refuses styles)."""
    return _code(round).svg_inline(omitsize=True, border=4, svgclass=None, lineclass=None)


def qr_file(round: Round) -> bytes:
    """The same as a file of its own."""
    file = io.BytesIO()
    _code(round).save(file, kind="svg", omitsize=True, border=4, svgclass=None, lineclass=None, light="#fff")
    return file.getvalue()


def _code(round: Round) -> segno.QRCode:
    # A poster hangs by a sink and is scanned from three metres away: M mends a seventh of it.
    return segno.make(address(round), error="m", micro=False)
