"""Whether a round took place that a certificate speaks of. For anybody; it asks nothing about the person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rounds import certificates
from rounds.forms.certificate import CertificateForm


@csrf_exempt  # it changes nothing, and a token would need a session
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest) -> HttpResponse:
    """The question, and its answer below it. Posted, so that no log says which certificate somebody checked."""
    form = CertificateForm(request.POST if request.method == "POST" else None)
    asked = form.is_bound and form.is_valid()
    found = certificates.find(day=form.cleaned_data["day"], code=form.cleaned_data["code"]) if asked else None
    return render(request, "rounds/certificate.html", {"form": form, "asked": asked, "found": found})
