"""Pages made for paper: on the screen as a sheet that the browser prints, and the same sheet as a PDF (ADR 24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from rounds import pdf


def wants_pdf(request: HttpRequest) -> bool:
    """Whether the sheet's own button was pressed (`sheets/_make.html`)."""
    return request.method == "POST" and request.POST.get("as") == "pdf"


def as_pdf(sheet: str, context: Mapping[str, Any], *, title: str, name: str) -> HttpResponse:
    """The sheet (a fragment that `static/css/sheet.css` dresses) as a PDF to be kept, called `name`.

    Raises Refused, in words for a person, where none can be made.
    """
    html = render_to_string("sheets/document.html", {**context, "sheet": sheet, "title": title})
    return as_file(pdf.made(html), content_type="application/pdf", name=name)


def as_file(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """Something to be kept, never shown in the page's place."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition or ""})
