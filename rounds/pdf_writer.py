"""The process that makes one PDF: HTML in, PDF out. Started by rounds/pdf.py, by its path; imports nothing of ours.

`--make FOLDER` reads a document from standard input; whatever it refers to is read from FOLDER and from nowhere else.
`--ask` only says whether it could. Ends with 3 where WeasyPrint cannot find Pango.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

NOT_HERE = 3
MOST_BYTES = 2 * 1024**3  # of memory, where the system lets a process be held to it


def main(what: str, folder: str) -> int:
    _hold_back()
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        return NOT_HERE
    if what == "--ask":
        return 0

    class FromTheFolder(URLFetcher):  # type: ignore[misc]
        """Style sheets and fonts of ours. Nothing of the network and no other file, whatever a page says."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = Path(unquote(urlsplit(url).path)).resolve()
            if urlsplit(url).scheme != "file" or not path.is_relative_to(root):
                raise ValueError("outside the folder")
            return super().fetch(url, headers)

    root = Path(folder).resolve()
    page = HTML(
        string=sys.stdin.buffer.read().decode(),
        base_url=f"{root.as_uri()}/",
        url_fetcher=FromTheFolder(allowed_protocols=["file"]),
    )
    page.write_pdf(sys.stdout.buffer, pdf_variant="pdf/ua-1")
    return 0


def _hold_back() -> None:
    """Step behind the rounds that are live on this machine, and never take all of its memory."""
    try:
        import os
        import resource
    except ImportError:  # Windows
        return
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
